"""Who may write: one at a time, in this process and in all others that share the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.ledger import Ledger


class SingleWriter:
    """Lets one thread of one process write at a time; one that writes already may begin again."""

    def __init__(self, directory: Path, ledger: Ledger) -> None:
        self._directory, self._ledger = directory, ledger
        self._lock, self._depth = threading.RLock(), 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Waits until nobody else writes.

        Raises:
            KnowledgeBaseError: the disk failed meanwhile.
        """
        with self._lock, ExitStack() as held:
            if not self._depth:
                held.enter_context(self._ledger.alone())
            self._depth += 1
            try:
                yield
            except OSError as error:
                raise KnowledgeBaseError(
                    f"The knowledge base in {str(self._directory)!r} cannot be written ({error.strerror or error}); free some"
                    " space or correct its permissions. Nothing recorded is lost: load again to go on."
                ) from error
            finally:
                self._depth -= 1

    def unless_busy(self, do: Callable[[], object]) -> None:
        """Does it where no other thread of this process writes, and keeps them waiting meanwhile."""
        if self._lock.acquire(blocking=False):
            try:
                do()
            finally:
                self._lock.release()
