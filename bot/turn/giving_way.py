"""Whoever is about to wait for another machine says so, and lets somebody else compute meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_give_way: ContextVar[Callable[[], None] | None] = ContextVar("give_way", default=None)


def about_to_wait() -> None:
    """What comes next takes time and no processor: a language model's words, the answer of a shop's order system."""
    give_way = _give_way.get()
    if give_way is not None:
        give_way()


@contextmanager
def giving_way(give_way: Callable[[], None]) -> Iterator[None]:
    """Has ``give_way`` called, in this thread, each time that somebody is about to wait; it may be called often."""
    token = _give_way.set(give_way)
    try:
        yield
    finally:
        _give_way.reset(token)
