"""``/demo-store``: the web pages of the demo shop with the widget on them, served with ``--demo``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.access.identity import SigningKey, new_secret, signed
from bot.demo_shop import directory
from bot.demo_shop.storefront import ADDRESS, CUSTOMERS, customers, picture, products
from bot.serving.from_store import from_store
from bot.serving.problems import Problem
from bot.store.sites import ProactiveRule, Site, SiteSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.shopdesk import Shopdesk

NAME = "Demo store"
KID = "demo"
SIGNED_IN_S = 8 * 3600
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
RULE = ProactiveRule(
    after_s=25,
    page=f"{ADDRESS}/*",
    text="Shall I tell you more about this one, or compare it with others?",
    text_zh="想进一步了解这款，或者和其他款比一比吗？",
)


class SignIn(BaseModel):
    """One of the invented customers, by their id."""

    customer: str


def mount_demo_store(app: FastAPI, shopdesk: Shopdesk) -> None:
    """Puts the demo shop's pages at ``/demo-store`` of ``app``, and adds their site to the shop where it is missing."""
    site, key = demo_site(shopdesk)
    app.router.routes.append(Mount(f"{ADDRESS}/assets", StaticFiles(directory=directory() / "store")))
    app.include_router(_routes(_page(site)))

    @app.post(f"{ADDRESS}/sign-in", include_in_schema=False)
    async def sign_in(who: SignIn) -> dict[str, str]:
        """What a real shop's server does for the customer of its own session: signs who they are."""
        found = next((one for one in customers() if one["id"] == who.customer), None)
        if found is None:
            raise Problem(404, f"Only the customers {', '.join(CUSTOMERS)} can be tried out.")
        token = await from_store(signed, key, site.key, found["id"], SIGNED_IN_S, found["name"], found["email"])
        return {"token": token}


def demo_site(shopdesk: Shopdesk) -> tuple[Site, SigningKey]:
    """The demo shop's site and signing key, made the first time. Without origins: only this server's pages embed it."""
    store = shopdesk.sites
    site = next((site for site in store.all() if site.name == NAME), None)
    site = site or store.add((), NAME, SiteSettings(color="#1f6f5c", proactive=(RULE,)))
    keys = store.signing_keys
    if not any(key.kid == KID for key in keys.of(site.key)):
        keys.add(site.key, SigningKey(KID, "HS256", new_secret()))
    return site, next(key for key in keys.of(site.key) if key.kid == KID)


def _routes(page: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(f"{ADDRESS}/products.json")
    async def catalogue() -> JSONResponse:
        return JSONResponse(_shown(), headers={"Cache-Control": "max-age=300"})

    @router.get(f"{ADDRESS}/pictures/{{sku}}.svg")
    async def drawing(sku: str) -> Response:
        if (svg := picture(sku)) is None:
            raise Problem(404, "The demo shop has no such product.")
        return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})

    for path in (ADDRESS, f"{ADDRESS}/", f"{ADDRESS}/{{sku}}"):
        router.add_api_route(path, _shop_page(page), methods=["GET"])
    return router


def _shop_page(page: str) -> Callable[..., Any]:
    async def shop_page(sku: str | None = None) -> HTMLResponse:
        known = sku is None or picture(sku) is not None
        headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"}
        return HTMLResponse(page, 200 if known else 404, headers)

    return shop_page


def _page(site: Site) -> str:
    return (directory() / "store" / "store.html").read_text("utf-8").replace("{{site}}", site.key)


@cache
def _shown() -> dict[str, Any]:
    return {"products": products(), "customers": [{"id": one["id"], "name": one["name"]} for one in customers()]}
