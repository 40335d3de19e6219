"""The whole web application: the API, the chat page at ``/``, and the headers on every response."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from bot.console.chat_page import finished, mount
from bot.console.console_page import mount_console
from bot.serving.application import application
from bot.serving.demo_store import mount_demo_store

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk


def web_app(shopdesk: Shopdesk, demo: bool = False) -> FastAPI:
    """Everything that the port answers; with ``demo`` the demo shop's own pages too."""
    app = application(shopdesk, finished)
    if demo:
        mount_demo_store(app, shopdesk)
    app.mount("/page", StaticFiles(directory=str(files("bot.console").joinpath("assets"))), name="page")
    mount_console(app, shopdesk)
    mount(app, shopdesk)
    return app
