"""The web application without the chat page: the API's two halves, and what protects everything on the port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.serving import api, console_access, openai_compatible, problems, sites, takeover_page, unsubscribe, widget
from bot.serving.desk import Desk
from bot.serving.from_store import from_store
from bot.serving.limits import AddressLimit, RoomLimit
from bot.serving.metrics import CountRequests
from bot.serving.origins import Origins
from bot.serving.protection import BodyLimit, SecurityHeaders
from bot.takeover.attendant import Attendant
from bot.takeover.delivery import Delivery

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

SECONDS_TO_FINISH = 3.0
"""For turns that are being answered when the server is told to stop."""


def application(shopdesk: Shopdesk, finish: Callable[[str, str], str] = lambda _, page: page) -> FastAPI:
    """``/api/v1`` and ``/v1``; ``finish`` puts the last touches to pages mounted beside them, from path and HTML."""
    desk = Desk.open(shopdesk)
    settings = shopdesk.settings
    attendant = Attendant(shopdesk, shopdesk.outbox, Delivery.open(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        attendant.start()
        yield
        await run_in_threadpool(desk.turns.pool.drain, SECONDS_TO_FINISH)
        await run_in_threadpool(attendant.stop, SECONDS_TO_FINISH)
        if desk.tracing is not None:
            await run_in_threadpool(desk.tracing.close)

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    _mount(app, desk, api.PREFIX, api.api(desk))
    _mount(app, desk, openai_compatible.PREFIX, openai_compatible.openai_compatible(desk))
    app.state.desk = desk
    app.router.routes.extend(widget.asset_routes())
    app.include_router(sites.frames)
    app.router.routes.append(takeover_page.assets)
    app.include_router(takeover_page.page)
    app.include_router(unsubscribe.page)
    app.include_router(console_access.router)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(console_access.ConsoleGuard, signed_in=partial(from_store, shopdesk.admin.users.signed_in))
    app.add_middleware(Origins, site_of=partial(from_store, shopdesk.sites.of_origin), own=settings.public_url)
    app.add_middleware(SecurityHeaders, finish=finish, image_hosts=settings.image_hosts)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    return app


def _mount(app: FastAPI, desk: Desk, prefix: str, part: FastAPI) -> None:
    extension = openai_compatible.as_openai if prefix == openai_compatible.PREFIX else None
    part.add_middleware(RoomLimit, most=desk.turns.pool.most, of_one=desk.most_of_address, full=desk.full, extension=extension)
    part.add_middleware(AddressLimit, limiter=desk.by_address, refused=desk.metrics.refused, extension=extension)
    part.add_middleware(CountRequests, metrics=desk.metrics, prefix=prefix)
    app.mount(prefix, part)
