"""Starts everything on one port, says where it is, and stops cleanly on Ctrl-C or a termination signal."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.localisation.terminal import in_words
from bot.privacy.logs import log_to_stderr
from bot.serving.listener import listening, start_anew, wait_with_starting_anew
from bot.settings import Settings, demo_data, load_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.shopdesk import Shopdesk

FIRST_USER = "owner"
logger = logging.getLogger(__name__)
SWITCH_S = 0.001
"""How long a thread that computes may keep Python from the one that serves the connections: a fifth of the default."""


def run(data: Path, demo: bool = False, **given: Any) -> None:
    """Serves the shop in the directory ``data`` until it is told to stop; prints one line when it answers.

    On SIGUSR2 it starts anew in the same process, on the same open port: new code and settings count, and nobody is refused.

    Args:
        data: the data directory; the default one leaves room for the environment's.
        demo: serve the demo shop, in a data directory of its own unless another one is named.
        given: further settings, as in the settings table.

    Raises:
        SettingsError: a setting is unusable, the host unknown or the port taken.
        DataDirectoryError: the data directory cannot be written, or another process has it open.
    """
    wait_with_starting_anew()
    settings = _settings(data, demo, given)
    log_to_stderr(settings.log_format)
    sys.setswitchinterval(SWITCH_S)
    with listening(settings.host, settings.port) as listener:
        with _opened(settings, demo) as shopdesk, _rereading(shopdesk):
            ready = in_words(_ready(shopdesk, demo) + _first_user(shopdesk))
            anew = _serve(_app(shopdesk, demo), listener, ready, settings.llm_total_s)
        if anew:
            start_anew(listener)


def _opened(settings: Settings, demo: bool) -> Shopdesk:
    from bot.build import build  # what it takes to answer takes seconds to import: whoever gives a taken port is told before
    from bot.serving.demo import copy_profile, load_demo

    if demo:
        copy_profile(settings.data)
    with ExitStack() as undo:
        shopdesk = undo.enter_context(build(settings))
        if demo:
            load_demo(shopdesk)
        elif not shopdesk.current:
            sys.stderr.write(in_words("The indexes were made with another encoder; making them again, once …\n"))
            shopdesk.rebuild()
        _warm_up(shopdesk)
        undo.pop_all()
    return shopdesk


def _warm_up(shopdesk: Shopdesk) -> None:
    try:
        shopdesk.rehearsal.warm_up()
    except Exception:
        logger.exception("The first question, which nobody asked, could not be answered")  # customers' may be, all the same


@contextmanager
def _rereading(shopdesk: Shopdesk) -> Iterator[None]:
    """Goes on with an interrupted load, and reads again what was loaded as far as the settings say, in the background."""
    from bot.loading.rereading import Rereader

    rereader = Rereader(shopdesk, shopdesk.settings.reread_hours, shopdesk.settings.watch)
    thread = rereader.start()
    try:
        yield
    finally:
        rereader.stop()
        thread.join()


def _settings(data: Path, demo: bool, given: dict[str, Any]) -> Settings:
    if data != Settings.model_fields["data"].default:
        return load_settings(data=data, **given)
    settings = load_settings(**given)
    return load_settings(data=demo_data(), **given) if demo and settings.data == data else settings


def _app(shopdesk: Shopdesk, demo: bool) -> FastAPI:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    from bot.serving.web import web_app

    return web_app(shopdesk, demo)


def _ready(shopdesk: Shopdesk, demo: bool = False) -> str:
    host, port = shopdesk.settings.host, shopdesk.settings.port
    shown = f"[{host}]" if ":" in host else host
    lines = f"Shopdesk is ready: http://{shown}:{port}\n"
    if demo:
        lines += f"The demo shop's own pages, with the widget: http://{shown}:{port}/demo-store\n"
    if shopdesk.empty:
        lines += (
            "Nothing is loaded yet, so it cannot answer questions about the shop. Drop the shop's files into the console, under"
            f" Knowledge; or stop it with Ctrl-C, load them with\n  {_command()} load PATH --data {shopdesk.settings.data}\n"
            "and start it again; or try the demo shop with --demo.\n"
        )
    return lines


def _first_user(shopdesk: Shopdesk) -> str:
    """Where the console is; makes an owner when nobody may sign in there yet."""
    console = f"Console: {shopdesk.settings.address}/console"
    if shopdesk.admin.users.all():
        return f"{console}\n"
    password = shopdesk.admin.users.add(FIRST_USER, "owner")
    return f"{console}, user {FIRST_USER}, password {password} (not shown again; {_command()} user password gives a new one)\n"


def _command() -> str:
    """The command as it was typed, so that it can be typed again: it need not be on the path."""
    return sys.argv[0] if Path(sys.argv[0]).name == "shopdesk" else "shopdesk"


def _serve(app: FastAPI, listener: socket.socket, ready: str, seconds: float) -> bool:
    from bot.serving.web_server import WebServer

    server = WebServer(app, listener, ready, seconds)
    server.run(sockets=[listener.dup()])
    return server.anew
