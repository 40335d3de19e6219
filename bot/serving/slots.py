"""How many turns compute at the same time, however many there are."""

from __future__ import annotations

import os
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from bot.turn.giving_way import giving_way

LAPSE_S = 5.0
"""Far longer than any turn computes."""


@dataclass(eq=False, slots=True)
class _Place:
    """A place in the queue. It is ``called`` when it was served, or is first and must watch for a slot."""

    served: bool = False
    called: Event = field(default_factory=Event)


class ComputeSlots:
    """At most ``most`` holders at once; the others wait in lanes that take turns, in each in the order of coming.

    A lane is one client's: whoever asks a hundred things at once waits for themselves, and the others for one of them at most.

    Python runs one thread at a time, so a hundred that compute keep the one that serves the connections waiting a hundred times
    as long, and none of them ends sooner. Whoever is about to wait for another machine, which needs no processor, gives the
    slot back; should one forget to, it lapses after ``lapse_s``.
    """

    def __init__(self, lapse_s: float = LAPSE_S, most: int = min(4, (os.cpu_count() or 1) + 1)) -> None:
        self._most, self._lapse_s = most, lapse_s
        self._until: dict[_Place, float] = {}
        self._lanes: OrderedDict[str, deque[_Place]] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def hold(self, lane: str = "") -> Iterator[None]:
        """Holds a slot during the block, or until its thread is about to wait."""
        place = _Place()
        with self._lock:
            self._lanes.setdefault(lane, deque()).append(place)
        while not self._has_slot(place):
            place.called.wait(self._patience(place))
        try:
            with giving_way(lambda: self._give_back(place)):
                yield
        finally:
            self._give_back(place)

    def _give_back(self, place: _Place) -> None:
        with self._lock:
            if self._until.pop(place, None) is not None:
                self._call_next()

    def _has_slot(self, place: _Place) -> bool:
        with self._lock:
            place.called.clear()
            self._call_next(place)
            return place.served

    def _patience(self, place: _Place) -> float | None:
        """Seconds that the first in the queue waits before it looks whether a slot lapsed; the others wait to be called."""
        with self._lock:
            first = self._first() is place
            return max(min(self._until.values(), default=0.0) - time.monotonic(), 0.001) if first else None

    def _first(self) -> _Place | None:
        return next(iter(self._lanes.values()))[0] if self._lanes else None

    def _call_next(self, caller: _Place | None = None) -> None:
        now = time.monotonic()
        for holder in [holder for holder, until in self._until.items() if until <= now]:
            del self._until[holder]
        while self._lanes and len(self._until) < self._most:
            lane, waiting = self._lanes.popitem(last=False)
            place = waiting.popleft()
            if waiting:
                self._lanes[lane] = waiting  # behind the others
            self._until[place], place.served = now + self._lapse_s, True
            place.called.set()
        first = self._first()
        if first is not None and first is not caller:
            first.called.set()
