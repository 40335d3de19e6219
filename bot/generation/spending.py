"""For which turn a language model is called, so that what it costs can be told by turn and conversation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Turn = tuple[str, int]
_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def spent_on(conversation: str, turn: int) -> Iterator[None]:
    """Calls of a model meanwhile, in this thread, are for that turn."""
    token = _turn.set((conversation, turn))
    try:
        yield
    finally:
        _turn.reset(token)


def turn_now() -> Turn | None:
    """The turn that a model is called for; None for what belongs to none, such as a draft in the console."""
    return _turn.get()
