"""The web server: says when it answers, and ends, or makes room for a new one, without cutting anybody short."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from bot.running.garbage import keep_for_good, look_when_idle

SECONDS_TO_FINISH = 3
SECONDS_TO_ASK = 1.0
"""How long somebody who was let in before the end may take to send a request."""


class WebServer(uvicorn.Server):
    """Lets the caller close what it holds after a signal, instead of ending the process.

    SIGINT and SIGTERM end it, SIGUSR2 does so for a new start (``anew``): the listener stays open then, and who comes waits.
    """

    def __init__(self, app: FastAPI, listener: socket.socket, ready: str, seconds: float) -> None:
        """``ready`` is said once it answers. After a signal, answers that are being written have ``seconds`` to end."""
        super().__init__(
            uvicorn.Config(
                app,
                log_level="critical",
                access_log=False,
                proxy_headers=False,  # the application trusts the proxies of the settings, and no other
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
                lifespan="on",
            )
        )
        self.anew = False
        self._listener, self._ready, self._seconds = listener, ready, seconds
        self._turns = app.state.desk.turns

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handles signals, and puts back who handled them before."""
        handlers: dict[int, Callable[[int, FrameType | None], None]] = {
            signal.SIGINT: self.handle_exit,
            signal.SIGTERM: self.handle_exit,
        }
        if hasattr(signal, "SIGUSR2"):
            handlers[signal.SIGUSR2] = self._handle_anew
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle_anew(self, *_: object) -> None:
        self.anew = self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer, and says so."""
        await super().startup(sockets)
        keep_for_good()
        self._looking = asyncio.create_task(look_when_idle(lambda: any(self._turns.pool.load)))
        sys.stdout.write(self._ready)
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets nobody new in, and waits for those who are."""
        for server in self.servers:
            server.close()
        if not self.anew:
            self._listener.close()
        start = time.monotonic()
        await asyncio.sleep(0.05)  # who was let in a moment ago becomes a connection
        while self._someone_waits(time.monotonic() - start) and not self.force_exit:
            await asyncio.sleep(0.05)
        self._looking.cancel()
        await super().shutdown(sockets)

    def _someone_waits(self, passed: float) -> bool:
        """Whether an answer is being written, or somebody was let in whose request is still on its way."""
        if passed < self._seconds and any(self._turns.pool.load):
            return True
        arriving = (getattr(connection, "cycle", connection) is None for connection in self.server_state.connections)
        return passed < SECONDS_TO_ASK and any(arriving)
