"""Failures of the database and of the knowledge base as one sentence for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import DataDirectoryError
from bot.store import database
from knowledge_base.errors import KnowledgeBaseError


@contextmanager
def clear_words() -> Iterator[None]:
    """Turns what either raises meanwhile into a :class:`DataDirectoryError`."""
    with database.clear_words():
        try:
            yield
        except KnowledgeBaseError as error:
            raise DataDirectoryError(str(error)) from error
