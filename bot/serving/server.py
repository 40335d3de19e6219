"""Starts everything on one port, says where it is, and stops cleanly on Ctrl-C or a termination signal."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.build import build
from bot.errors import SettingsError
from bot.privacy.logs import log_to_stderr
from bot.settings import Settings, demo_data, load_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.shopdesk import Shopdesk

SECONDS_TO_FINISH = 3
FIRST_USER = "owner"
logger = logging.getLogger(__name__)
SWITCH_S = 0.001
"""How long a thread that computes may keep Python from the one that serves the connections: a fifth of the default."""


def run(data: Path, demo: bool = False, **given: Any) -> None:
    """Serves the shop in the directory ``data`` until it is told to stop; prints one line when it answers.

    Args:
        data: the data directory; the default one leaves room for the environment's.
        demo: serve the demo shop, in a data directory of its own unless another one is named.
        given: further settings, as in the settings table.

    Raises:
        SettingsError: a setting is unusable, the host unknown or the port taken.
        DataDirectoryError: the data directory cannot be written, or another process has it open.
    """
    settings = _settings(data, demo, given)
    log_to_stderr(settings.log_format)
    sys.setswitchinterval(SWITCH_S)
    with _listening(settings.host, settings.port) as listener:
        with _opened(settings, demo) as shopdesk, _rereading(shopdesk):
            _serve(_app(shopdesk, demo), listener, _ready(shopdesk, demo) + _first_user(shopdesk), settings.llm_total_s)


def _opened(settings: Settings, demo: bool) -> Shopdesk:
    from bot.serving.demo import copy_profile, load_demo

    if demo:
        copy_profile(settings.data)
    with ExitStack() as undo:
        shopdesk = undo.enter_context(build(settings))
        if demo:
            load_demo(shopdesk)
        elif not shopdesk.current:
            sys.stderr.write("The indexes were made with another encoder; making them again, once …\n")
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


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The open port. It is taken before anything slow begins, so that a taken port is told at once."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=2048)
    except socket.gaierror as error:
        raise SettingsError(f"The host {host!r} is not known here: choose another with --host.") from error
    except PermissionError as error:
        raise SettingsError(f"Port {port} needs more rights than this user has: choose another with --port.") from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)  # without the address, which strerror repeats here
        remedy = "stop the program that uses it, or choose another with --port or SHOPDESK_PORT"
        raise SettingsError(f"Port {port} of {host!r} is not free ({reason}): {remedy}.") from error
    with listener:
        yield listener


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


def keep_for_good() -> None:
    """Has Python's collector never look through what there is now, which halts every customer for a third of a second.

    It looks through all when a quarter more has come than there was the last time: the second collection has it count anew,
    else what a million objects are a quarter of gathers before anything goes.
    """
    gc.collect()
    gc.freeze()
    gc.collect()


def _command() -> str:
    """The command as it was typed, so that it can be typed again: it need not be on the path."""
    return sys.argv[0] if Path(sys.argv[0]).name == "shopdesk" else "shopdesk"


def _serve(app: FastAPI, listener: socket.socket, ready: str, seconds: float) -> None:
    """Serves until a signal comes; then nobody new is let in, and answers that are being written have ``seconds`` to end."""
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it answers, and lets the caller close what it holds after a signal instead of ending the process."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
            try:
                yield
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            keep_for_good()
            sys.stdout.write(ready)
            sys.stdout.flush()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for server in self.servers:
                server.close()
            listener.close()
            end = time.monotonic() + seconds
            while any(app.state.desk.turns.pool.load) and time.monotonic() < end and not self.force_exit:
                await asyncio.sleep(0.05)
            await super().shutdown(sockets)

    Server(
        uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            proxy_headers=False,  # the application trusts the proxies of the settings, and no other
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
            lifespan="on",
        )
    ).run(sockets=[listener])
