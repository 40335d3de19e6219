"""How long the stages of a turn take."""

from __future__ import annotations

from time import perf_counter


class Stopwatch:
    """Milliseconds of each stage of a turn, and of the whole."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Ends ``stage`` now; the next one begins."""
        now = perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def read(self) -> dict[str, float]:
        """The stages so far and ``total``."""
        return {**self._laps, "total": round((perf_counter() - self._started) * 1000, 3)}
