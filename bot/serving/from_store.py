"""Calls what waits, such as the database, from the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from bot.store.database import clear_words

T = TypeVar("T")


async def from_store(read: Callable[..., T], *arguments: object) -> T:
    """Calls the database from a thread of its own."""

    def call() -> T:
        with clear_words():
            return read(*arguments)

    return await run_in_threadpool(call)
