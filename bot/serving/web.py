"""The web application: the API's routes, the chat page at ``/``, and the headers on every response."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from bot.console.chat_page import finished, mount
from bot.serving.protection import BodyLimit, SecurityHeaders

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

API = "/api/v1"


def web_app(shopdesk: Shopdesk) -> FastAPI:
    """Everything that the port answers."""
    app = FastAPI(title="Shopdesk", openapi_url=f"{API}/openapi.json", docs_url=None, redoc_url=None)

    @app.get(f"{API}/health")
    def health() -> dict[str, Any]:
        """Whether the program answers, and whether it has anything to answer from."""
        return {"status": "ok", "empty": shopdesk.empty}

    app.mount("/page", StaticFiles(directory=str(files("bot.console").joinpath("assets"))), name="page")
    app.add_middleware(SecurityHeaders, finish=finished, image_hosts=shopdesk.settings.image_hosts)
    app.add_middleware(BodyLimit)
    mount(app, shopdesk)
    return app
