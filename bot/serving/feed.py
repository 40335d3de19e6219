"""Follows what happens in conversations for any number of readers, which cost neither a thread nor a database connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress

from bot.errors import ShopdeskError
from bot.serving.from_store import from_store
from bot.serving.problems import Problem
from bot.store.changes import Changes
from bot.store.handover_records import Event
from bot.store.handovers import HandoverStore

POLL_S = 1.0
LOOK_BACK = 10
"""Polls that an event may come late to be seen: a database may show a higher id before a lower one."""
HEARTBEAT_S = 15.0
MOST_READERS = 20
"""Of one conversation."""
logger = logging.getLogger(__name__)


class Feed:
    """Wakes the readers of a conversation: at once for what this process stored, and after a poll for what others did.

    However many readers there are, the poll is one small query a second, and there is none while nobody reads.
    """

    def __init__(self, store: HandoverStore, changes: Changes, poll_s: float = POLL_S) -> None:
        self._store, self._poll_s = store, poll_s
        self._readers: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller: asyncio.Task[None] | None = None
        changes.subscribe(self._changed)

    @property
    def readers(self) -> int:
        """How many follow a conversation now."""
        return sum(map(len, self._readers.values()))

    def room(self, conversation: str) -> None:
        """Makes sure that one more may follow.

        Raises:
            Problem: 429 when too many do.
        """
        if len(self._readers.get(conversation, ())) >= MOST_READERS:
            raise Problem(429, f"More than {MOST_READERS} read these events already: close some.", {"Retry-After": "5"})

    async def follow(self, conversation: str, after: int, heartbeat_s: float = HEARTBEAT_S) -> AsyncGenerator[list[Event]]:
        """The events after the event ``after``, as they come; an empty list when none came for a while."""
        changed = asyncio.Event()
        self._begin(conversation, changed)
        try:
            while True:
                changed.clear()
                while new := await from_store(self._store.events, conversation, after):
                    after = new[-1].id
                    yield new
                while not changed.is_set():
                    try:
                        async with asyncio.timeout(heartbeat_s):
                            await changed.wait()
                    except TimeoutError:
                        yield []
        finally:
            self._end(conversation, changed)

    def _begin(self, conversation: str, changed: asyncio.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._readers.setdefault(conversation, set()).add(changed)
        if self._poller is None or self._poller.done():
            self._poller = self._loop.create_task(self._poll())

    def _end(self, conversation: str, changed: asyncio.Event) -> None:
        readers = self._readers[conversation]
        readers.discard(changed)
        if not readers:
            del self._readers[conversation]

    def _changed(self, conversation: str) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._wake, conversation)

    def _wake(self, conversation: str) -> None:
        for changed in self._readers.get(conversation, ()):
            changed.set()

    async def _poll(self) -> None:
        seen: set[int] = set()
        marks: list[int] = []
        while self._readers:
            try:
                if not marks:
                    marks = [await from_store(self._store.newest)] * LOOK_BACK
                    for conversation in self._readers:
                        self._wake(conversation)  # something may have come between their first reading and this one
                new = await from_store(self._store.changed, marks[0])
            except ShopdeskError as error:
                logger.warning("The events cannot be read: %s", error)
                new = []
            for id, conversation in new:
                if id not in seen:
                    self._wake(conversation)
            if marks:
                marks = [*marks[1:], max([marks[-1], *(id for id, _ in new)])]
                seen = {id for id, _ in new if id > marks[0]}
            await asyncio.sleep(self._poll_s)
