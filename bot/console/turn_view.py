"""A turn as the chat page shows it: states to draw, at most ten a second, each standing for the whole turn so far."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Any

from bot.console.rendering import reply_html, text_html
from bot.errors import ShopdeskError
from bot.types import TurnEvent

SECONDS_BETWEEN = 0.1
View = dict[str, Any]
_log = logging.getLogger(__name__)


def views(events: Iterator[TurnEvent], image_hosts: Sequence[str] = (), now: Callable[[], float] = monotonic) -> Iterator[View]:
    """What to draw while ``events`` come in.

    A view has ``status``: ``writing`` with the ``html`` of the text so far, ``done`` with that of the whole reply, its
    ``language``, ``turn`` and ``conversation``, or ``refused`` with the ``note`` for the customer (None: the fault is ours).
    """
    text, shown_at = "", now() - SECONDS_BETWEEN
    try:
        for event in events:
            if event.name == "token":
                text = event.data["text"] if event.data["reset"] else text + event.data["text"]
                if text.strip() and now() - shown_at >= SECONDS_BETWEEN:
                    shown_at = now()
                    yield {"status": "writing", "html": text_html(text)}
            elif event.name == "done":
                yield done(event.data.to_dict(), None, image_hosts)
            elif event.name == "error":
                yield {"status": "refused", "note": event.data["message"]}
    except ShopdeskError as error:
        if not error.public:
            _log.exception("A turn failed")
        yield {"status": "refused", "note": str(error) if error.public else None}
    except Exception:
        _log.exception("A turn failed")
        yield {"status": "refused", "note": None}


def done(reply: dict[str, Any], rating: str | None = None, image_hosts: Sequence[str] = ()) -> View:
    """A finished turn, from its reply object."""
    return {
        "status": "done",
        "html": reply_html(reply, rating, image_hosts),
        "language": reply["language"],
        "turn": reply["turn"],
        "conversation": reply["conversation"],
    }
