"""Whether anybody still waits for a turn: words that another machine makes for them alone are not waited for in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock


class Audience:
    """Those who wait for one turn. Once ``gone`` they stay gone: what was given up for their absence does not come back."""

    def __init__(self) -> None:
        self.gone = False
        self._hang_up: list[Callable[[], None]] = []
        self._lock = Lock()

    def leave(self) -> None:
        """All have gone: whatever is done for them is given up."""
        with self._lock:
            self.gone, waiting = True, tuple(self._hang_up)
        for hang_up in waiting:
            hang_up()

    @contextmanager
    def waiting(self, hang_up: Callable[[], None]) -> Iterator[None]:
        """Has ``hang_up`` called, in another thread, when all leave during the block; at once when they have left."""
        with self._lock:
            self._hang_up.append(hang_up)
            gone = self.gone
        try:
            if gone:
                hang_up()
            yield
        finally:
            with self._lock:
                self._hang_up.remove(hang_up)

    @contextmanager
    def present(self) -> Iterator[None]:
        """What this thread does in the block is done for this audience."""
        token = _audience.set(self)
        try:
            yield
        finally:
            _audience.reset(token)


_audience: ContextVar[Audience] = ContextVar("audience", default=Audience())  # noqa: B039 - nobody leaves a terminal


def audience() -> Audience:
    """For whom this thread works; one that never leaves where nobody said so."""
    return _audience.get()
