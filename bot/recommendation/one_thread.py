"""Linear algebra on one thread: the threads of small jobs wait for each other where other programs share the cores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

_LOCK = Lock()
_INSIDE: list[Any] = []
"""The limit that whoever came first set, once for each who is inside."""


@contextmanager
def one_thread() -> Iterator[None]:
    """While anybody is inside, BLAS works on one thread in the whole process."""
    with _LOCK:
        _INSIDE.append(_INSIDE[0] if _INSIDE else _libraries().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _LOCK:
            limit = _INSIDE.pop()
            if not _INSIDE:
                limit.restore_original_limits()


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
