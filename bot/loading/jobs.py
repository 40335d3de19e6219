"""Loads that go on beside the page that began them: how far one is, how long it takes yet, and how it is called off."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.errors import LoadError, ShopdeskError
from knowledge_base.indexing import Progress

_log = logging.getLogger(__name__)


_UNFORESEEN = LoadError(
    "The load failed for a reason that the log tells; loading again goes on.", zh="载入失败，原因见日志；重新载入即可继续。"
)


class Cancelled(Exception):
    """Ends a load that was called off."""


@dataclass(frozen=True, slots=True)
class LoadState:
    """A load that runs or has ended: ``share`` of it is done, in [0, 1], after ``seconds``.

    ``outcome`` is ``done``, ``cancelled`` or ``failed`` once it has ended, with what there is to ``tell`` of it, or the
    ``failure``.
    """

    what: str
    share: float = 0.0
    seconds: float = 0.0
    outcome: str | None = None
    tell: str = ""
    failure: ShopdeskError | None = None

    @property
    def seconds_left(self) -> float | None:
        """How long it takes yet, at the pace so far; None before anything is known of that."""
        return self.seconds * (1 - self.share) / self.share if self.share > 0 else None


class LoadJobs:
    """One load at a time, in a thread of its own, whoever began it. Thread-safe."""

    def __init__(self) -> None:
        self._lock, self._cancel = threading.Lock(), threading.Event()
        self._state: LoadState | None = None
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> LoadState | None:
        """The load that runs, else the last one; None before the first."""
        return self._state

    @property
    def running(self) -> bool:
        """Whether one runs."""
        return self._state is not None and self._state.outcome is None

    def begin(self, what: str, load: Callable[[Progress], str], undo: Callable[[], object]) -> None:
        """Runs ``load``, which says what it did; ``undo`` takes back what it has written when it was called off.

        Raises:
            LoadError: another one runs.
        """
        with self._lock:
            self.refuse_while_running()
            self._cancel.clear()
            self._state = LoadState(what)
            self._thread = threading.Thread(target=self._run, args=(load, undo), name="loading", daemon=True)
            self._thread.start()

    def refuse_while_running(self) -> None:
        """Raises :class:`LoadError` while a load runs."""
        if self.running and self._state is not None:
            raise LoadError(
                f"{self._state.what} is being loaded: wait until that is done, or cancel it.",
                zh=f"正在载入 {self._state.what}：请等它完成，或取消它。",
            )

    def cancel(self) -> None:
        """Calls the load off; nothing of it goes live. One whose last step has begun is finished."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> None:
        """Returns when no load runs, or after so many seconds."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, load: Callable[[Progress], str], undo: Callable[[], object]) -> None:
        started = time.monotonic()

        def progress(done: float, total: int | None) -> None:
            if self._cancel.is_set():
                raise Cancelled
            self._advance(share=min(done / total, 1.0) if total else 0.0, seconds=time.monotonic() - started)

        try:
            try:
                self._advance(outcome="done", tell=load(progress))
            except Cancelled:
                undo()
                self._advance(outcome="cancelled")
        except ShopdeskError as error:
            self._advance(outcome="failed", failure=error)
        except Exception:
            _log.exception("A load that the console began has failed.")
            self._advance(outcome="failed", failure=_UNFORESEEN)

    def _advance(self, **values: object) -> None:
        assert self._state is not None
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
