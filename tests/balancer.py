"""One address before several servers: each connection goes to one that takes it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True)
class Front:
    """The address, and the ports behind it, which may change at any time."""

    ports: list[int]
    url: str = ""
    taken: dict[int, int] = field(default_factory=dict)
    _next: Iterator[int] = field(default_factory=count)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes turns among the servers; where one refuses, the next is tried before anything was sent."""
        start = next(self._next)
        for place in range(len(self.ports)):
            port = self.ports[(start + place) % len(self.ports)]
            with suppress(ConnectionError):
                behind, to_server = await asyncio.open_connection("127.0.0.1", port)
                self.taken[port] = self.taken.get(port, 0) + 1
                await asyncio.gather(_pipe(reader, to_server), _pipe(behind, writer))
                break
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


@contextmanager
def front(ports: list[int]) -> Iterator[Front]:
    """Listens until the block ends."""
    made, ready, over = Front(ports), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with await asyncio.start_server(made.pass_on, "127.0.0.1", 0) as server:
            made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
