"""Turns in a bounded pool of worker threads. Their events are kept, for whoever reads them now or a little later."""

from __future__ import annotations

import asyncio
import logging
import time
from _thread import start_new_thread
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Lock

from bot.serving.slots import ComputeSlots
from bot.turn.audience import Audience
from bot.types import Reply, TurnEvent

logger = logging.getLogger(__name__)
KEPT_S = 120.0
MOST_KEPT = 500
LEFT_S = 0.8
"""How long a turn without a reader still counts as read: one whose connection broke may be on the way back."""
Events = Callable[[], Iterator[TurnEvent]]


class Full(Exception):
    """Raised when as many turns run and wait as may."""


class Busy(Exception):
    """Raised when the conversation's last message is still being answered."""


class TurnLog:
    """The events of one turn: a worker adds them, any number of readers follow. ``turn`` is its number in the conversation.

    After the last event ``reply`` or ``failure`` is set. ``key`` is the client's own name for the message. When the last
    reader has been away for a while the ``audience`` is gone: no language model goes on for nobody.
    """

    def __init__(self, turn: int = 0, key: str | None = None) -> None:
        self.turn, self.key, self.audience = turn, key, Audience()
        self.reply: Reply | None = None
        self.failure: Exception | None = None
        self.started_at, self.finished_at = time.monotonic(), 0.0
        self._events: list[TurnEvent] = []
        self._readers: set[Callable[[], None]] = set()
        self._waiting: set[Callable[[], None]] = set()
        self._lock = Lock()

    def add(self, event: TurnEvent) -> None:
        """Adds an event and wakes the readers."""
        self._events.append(event)
        if event.name == "done":
            self.reply = event.data
        self._wake(self._readers)

    def finish(self, failure: Exception | None = None) -> None:
        """No more events come."""
        self.failure = failure
        self.finished_at = time.monotonic()
        self._wake(self._readers)
        self._wake(self._waiting)

    def _wake(self, sleepers: set[Callable[[], None]]) -> None:
        with self._lock:
            woken = tuple(sleepers)
        for wake in woken:
            with suppress(RuntimeError):  # the reader's event loop has ended
                wake()

    async def follow(self, after: int = 0, heartbeat_s: float = 10.0) -> AsyncGenerator[list[tuple[int, TurnEvent]]]:
        """The numbered events after number ``after``, from 1, as they come; an empty list when none came for a while."""
        with self._listening(self._readers) as ready:
            while True:
                ready.clear()
                finished = bool(self.finished_at)  # read before the events: what is added later wakes us again
                new = self._events[after:]
                if new:
                    yield list(enumerate(new, after + 1))
                    after += len(new)
                elif finished:
                    return
                else:
                    try:
                        async with asyncio.timeout(heartbeat_s):
                            await ready.wait()
                    except TimeoutError:
                        yield []

    @contextmanager
    def _listening(self, sleepers: set[Callable[[], None]]) -> Iterator[asyncio.Event]:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(ready.set)

        with self._lock:
            sleepers.add(wake)
        try:
            yield ready
        finally:
            with self._lock:
                sleepers.discard(wake)
            loop.call_later(LEFT_S, self._look_round)

    def _look_round(self) -> None:
        if not self._readers and not self._waiting and not self.finished_at:
            self.audience.leave()

    async def ended(self, gone: Callable[[], Awaitable[bool]]) -> None:
        """Returns when the turn is over, or whoever waits for it is ``gone``, which is asked now and then."""
        with self._listening(self._waiting) as over:
            while not self.finished_at:
                try:
                    async with asyncio.timeout(LEFT_S / 4):
                        await over.wait()
                except TimeoutError:
                    if await gone():
                        return


class WorkerPool:
    """At most ``workers`` daemon threads, started as they are needed, and at most ``waiting`` jobs beside those they do."""

    def __init__(self, workers: int, waiting: int) -> None:
        self._workers, self.most = workers, workers + waiting
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._accepted = self._threads = 0
        self._lock = Lock()

    def submit(self, job: Callable[[], None]) -> None:
        """Has the job done soon.

        Raises:
            Full: when there is no room for it.
        """
        with self._lock:
            if self._accepted >= self.most:
                raise Full
            self._accepted += 1
            start = self._threads < min(self._accepted, self._workers)
            self._threads += start
        self._jobs.put(job)
        if start:
            start_new_thread(self._work, ())  # a Thread's start() would keep the event loop waiting for it

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except Exception:
                logger.exception("A job failed")
            finally:
                with self._lock:
                    self._accepted -= 1

    @property
    def load(self) -> tuple[int, int]:
        """Jobs that are being done, and those that wait."""
        accepted = self._accepted
        return min(accepted, self._workers), max(0, accepted - self._workers)

    def drain(self, seconds: float) -> None:
        """Waits until all is done, at most so long."""
        end = time.monotonic() + seconds
        while self._accepted and time.monotonic() < end:
            time.sleep(0.02)


class Turns:
    """Begins turns, one at a time in a conversation, and finds them again. Called from the event loop's thread only.

    A turn goes on to its end whether or not anybody reads it, without a language model where nobody does. ``ended`` are
    called, in the worker, with every finished log.
    """

    def __init__(
        self, pool: WorkerPool, slots: ComputeSlots, *ended: Callable[[TurnLog], None], kept_s: float = KEPT_S
    ) -> None:
        self.pool, self._slots, self._ended, self._kept_s = pool, slots, ended, kept_s
        self._latest: OrderedDict[str, TurnLog] = OrderedDict()

    def begin(self, conversation: str, turn: int, events: Events, key: str | None = None, lane: str = "") -> TurnLog:
        """Begins the turn and returns its log; that of the last message again when ``key`` names the same message.

        ``lane`` is whose turn it is, among those who want to compute.

        Raises:
            Busy: the conversation's last message is still being answered.
            Full: there are too many turns at once.
        """
        before = self._latest.get(conversation)
        if before is not None and key is not None and before.key == key and before.failure is None:
            return before
        if before is not None and not before.finished_at:
            raise Busy
        log = TurnLog(turn if before is None or before.reply is None else max(turn, before.turn + 1), key)
        self.run(log, events, lane)
        self._latest[conversation] = log
        self._latest.move_to_end(conversation)
        self._forget()
        return log

    def run(self, log: TurnLog, events: Events, lane: str = "") -> None:
        """Runs a turn that belongs to no stored conversation.

        Raises:
            Full: there are too many turns at once.
        """
        self.pool.submit(lambda: self._run(log, events, lane))

    def find(self, conversation: str, turn: int) -> TurnLog | None:
        """The log of a turn that runs or ended a little while ago."""
        log = self._latest.get(conversation)
        return log if log is not None and log.turn == turn else None

    def running(self, conversation: str) -> int | None:
        """The number of the turn that is being answered now."""
        log = self._latest.get(conversation)
        return log.turn if log is not None and not log.finished_at else None

    def _run(self, log: TurnLog, events: Events, lane: str) -> None:
        failure: Exception | None = None
        try:
            with log.audience.present():
                for event in self._paced(events(), lane):
                    log.add(event)
        except Exception as error:
            failure = error
        log.finish(failure)
        for told in self._ended:
            told(log)

    def _paced(self, events: Iterator[TurnEvent], lane: str) -> Iterator[TurnEvent]:
        """The events. Each up to the first words waits for a slot to be made in; what comes then is light or not ours."""
        event: TurnEvent | None = None
        while event is None or event.name != "token":
            with self._slots.hold(lane):
                event = next(events, None)
            if event is None:
                return
            yield event
        yield from events

    def _forget(self) -> None:
        """Drops finished turns after a while, and earlier when there are many: the store has them."""
        oldest = time.monotonic() - self._kept_s
        for conversation, log in list(self._latest.items())[: len(self._latest) - 1]:
            if len(self._latest) <= MOST_KEPT and not (log.finished_at and log.finished_at < oldest):
                return
            if log.finished_at:
                del self._latest[conversation]
