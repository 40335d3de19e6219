"""A turn as the chat page shows it: states to draw, at most ten a second, each standing for the whole turn so far."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from bot.console.rendering import evidence_html, reply_html, text_html
from bot.errors import ShopdeskError
from bot.types import Citation, ProductCard, TurnEvent

SECONDS_BETWEEN = 0.1
View = dict[str, Any]
Feed = SimpleQueue[TurnEvent | Exception | None]
_log = logging.getLogger(__name__)


def views(events: Iterator[TurnEvent], image_hosts: Sequence[str] = (), between: float = SECONDS_BETWEEN) -> Iterator[View]:
    """What to draw while ``events`` come in; ``between`` is the shortest time between two drawings of unfinished text.

    A view has ``status``: ``writing`` with the ``html`` of what there is so far, ``done`` with that of the whole reply, its
    ``language``, ``turn``, ``conversation`` and whether a ``person`` is called, or ``refused`` with the ``note`` for the
    customer (None: the fault is ours).
    The turn goes on to its end and is stored even when nobody draws any more.
    """
    feed: Feed = SimpleQueue()
    Thread(target=_pump, args=(events, feed), daemon=True).start()
    text = drawn = ""
    cited: Sequence[Citation] = ()
    next_at = monotonic()
    while True:
        try:
            event = feed.get(timeout=max(0.0, next_at - monotonic()) if text.strip() != drawn else None)
        except Empty:
            drawn, next_at = text.strip(), monotonic() + between
            yield _writing(text)
            continue
        if event is None:
            return
        if isinstance(event, Exception):
            yield {"status": "refused", "note": _note(event)}
        elif event.name == "token":
            text = event.data["text"] if event.data["reset"] else text + event.data["text"]
        elif event.name == "citations":
            cited = event.data
        elif event.name == "products":
            drawn = text.strip()
            yield _writing(text, evidence_html(_plain(cited), _plain(event.data), image_hosts))
        elif event.name == "done":
            yield done(event.data.to_dict(), None, image_hosts)
        elif event.name == "error":
            yield {"status": "refused", "note": event.data["message"]}


def done(reply: dict[str, Any], rating: str | None = None, image_hosts: Sequence[str] = ()) -> View:
    """A finished turn, from its reply object."""
    return {
        "status": "done",
        "html": reply_html(reply, rating, image_hosts),
        "language": reply["language"],
        "turn": reply["turn"],
        "conversation": reply["conversation"],
        "person": reply["action"] == "handover",
    }


def _writing(text: str, below: str = "") -> View:
    return {"status": "writing", "html": f'<div class="text">{text_html(text)}</div>{below}'}


def _plain(items: Sequence[Citation] | Sequence[ProductCard]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def _pump(events: Iterator[TurnEvent], feed: Feed) -> None:
    try:
        for event in events:
            feed.put(event)
    except Exception as error:
        feed.put(error)
    feed.put(None)


def _note(error: Exception) -> str | None:
    if isinstance(error, ShopdeskError) and error.public:
        return str(error)
    _log.error("A turn failed", exc_info=error)
    return None
