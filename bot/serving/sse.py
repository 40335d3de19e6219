"""A turn as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import asdict, is_dataclass
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.serving.problems import of_failure
from bot.serving.turns import TurnLog
from bot.types import Reply, TurnEvent

LONGEST_S = 180.0
"""Of one response: a reader that takes longer is hung up on, and can go on where it was with Last-Event-ID."""
DONE = "done"
BEGINNING = b"retry: 2000\n\n"
KEEP_ALIVE = b": keep-alive\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """A response of events. Whoever has hung up or reads too slowly costs memory for a while, never a worker."""

    def __init__(
        self, content: AsyncIterator[bytes], headers: Mapping[str, str] | None = None, longest_s: float = LONGEST_S
    ) -> None:
        super().__init__(content, headers={**HEADERS, **(headers or {})}, media_type="text/event-stream")
        self._longest_s = longest_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the events, at most ``longest_s`` seconds long."""
        try:
            async with asyncio.timeout(self._longest_s):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            return


async def live(log: TurnLog, after: int) -> AsyncIterator[bytes]:
    """The frames of a turn after its event number ``after``, as they come; of a failed one an ``error`` event at the end."""
    yield BEGINNING
    async with aclosing(log.follow(after)) as batches:
        async for batch in batches:
            yield b"".join(frame(log.turn, n, event) for n, event in batch) or KEEP_ALIVE
    if log.failure is not None:
        problem = of_failure(log.failure)
        yield frame(log.turn, "error", TurnEvent("error", {"message": problem.detail, "status": problem.status}))


async def stored(turn: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """The frames of a finished turn, made from what was stored of it; its text comes whole, in place of what was shown."""
    yield BEGINNING
    number = turn["reply"]["turn"]
    yield b"".join(frame(number, n, event) for n, event in enumerate(stored_events(turn), 1))


def stored_events(turn: Mapping[str, Any]) -> Iterator[TurnEvent]:
    """The events of a stored turn."""
    reply = turn["reply"]
    yield TurnEvent("understanding", turn["understanding"])
    yield TurnEvent("token", {"text": reply["text"], "reset": True})
    yield TurnEvent("citations", reply["citations"])
    yield TurnEvent("products", reply["products"])
    yield TurnEvent("follow_ups", reply["follow_ups"])
    yield TurnEvent("asks", reply["asks"])
    yield TurnEvent("done", reply)


def frame(turn: int, number: int | str, event: TurnEvent) -> bytes:
    """One event with its id ``TURN.NUMBER``; the last one's is ``TURN.done``, by which the end is known."""
    place = DONE if event.name == "done" else number
    return data_frame(plain(event.data), f"event: {event.name}\nid: {turn}.{place}\n")


def data_frame(data: Any, head: str = "") -> bytes:
    """A frame of JSON, which holds no line break."""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def plain(data: Any) -> Any:
    """An event's data as plain JSON types."""
    if isinstance(data, Reply):
        return data.to_dict()
    if is_dataclass(data) and not isinstance(data, type):
        return asdict(data)
    return [plain(item) for item in data] if isinstance(data, list | tuple) else data


def place_after(last_event_id: str | None, turn: int) -> int | None:
    """The number of the last event that a reader has of ``turn``; None when it has them all, 0 when none is known."""
    known, _, number = (last_event_id or "").partition(".")
    if known != str(turn):
        return 0
    if number == DONE:
        return None
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
