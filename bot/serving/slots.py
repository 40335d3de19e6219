"""How many turns compute at the same time, however many there are."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

LAPSE_S, LAPSE_WITH_MODEL_S = 5.0, 0.05


class ComputeSlots:
    """At most ``most`` holders at once; the others wait for their turn.

    Python runs one thread at a time, so a hundred that compute keep the one that serves the connections waiting a hundred times
    as long, and none of them ends sooner. A slot lapses after ``lapse_s``: where there is a language model, whoever holds it
    longer most likely waits for that, which needs no processor, and counts no more.
    """

    def __init__(self, lapse_s: float, most: int = min(4, (os.cpu_count() or 1) + 1)) -> None:
        self._most, self._lapse_s = most, lapse_s
        self._until: dict[object, float] = {}
        self._changed = Condition()
        self._next = Lock()
        """Held by the one that watches for a free slot; the others queue up behind it."""

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Holds a slot during the block."""
        ticket = object()
        with self._next, self._changed:
            while len(self._until) >= self._most:
                first = min(self._until, key=self._until.__getitem__)
                left = self._until[first] - time.monotonic()
                if left <= 0:
                    del self._until[first]
                else:
                    self._changed.wait(left)
            self._until[ticket] = time.monotonic() + self._lapse_s
        try:
            yield
        finally:
            with self._changed:
                self._until.pop(ticket, None)
                self._changed.notify()
