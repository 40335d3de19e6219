"""Whether customers can be served now, and if not, why."""

from __future__ import annotations

import logging
import time
from threading import Lock

from sqlalchemy import Engine

from bot.errors import DataDirectoryError, ShopdeskError
from bot.localisation.clear_words import clear_words
from bot.store.write_check import check_writing
from knowledge_base.knowledge import KnowledgeBase

GOOD_FOR_S = 1.0
"""How long an answer stays good, so that whoever asks again and again does not keep the database busy."""
logger = logging.getLogger(__name__)


class Readiness:
    """Looks at what a turn needs besides the models, which are loaded before anything is served."""

    def __init__(self, knowledge: KnowledgeBase, engine: Engine) -> None:
        self._knowledge, self._engine, self._lock = knowledge, engine, Lock()
        self._looked_at = float("-inf")
        self._unwritable: ShopdeskError | None = None

    def reason(self) -> ShopdeskError | None:
        """Why customers should not be sent here; None when they can be served.

        The indexes are those of the encoder that is set, and the database takes what is written. The log tells, too.
        """
        if not self._knowledge.current:
            return DataDirectoryError("The indexes were made with another encoder: run `shopdesk rebuild`.")
        with self._lock:
            if time.monotonic() - self._looked_at >= GOOD_FOR_S:
                self._unwritable = self._look()
                self._looked_at = time.monotonic()
            return self._unwritable

    def _look(self) -> ShopdeskError | None:
        try:
            with clear_words():
                check_writing(self._engine)
        except ShopdeskError as error:
            logger.error("Not ready: %s", error)
            return error
        return None
