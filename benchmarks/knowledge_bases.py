"""Temporary knowledge bases for measuring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.database import metadata, open_database
from bot.store.knowledge import SqlLedger
from knowledge_base.encoders import load_encoder
from knowledge_base.knowledge import KnowledgeBase


@contextmanager
def temporary_knowledge_base(encoder: str = "builtin") -> Iterator[KnowledgeBase]:
    """An empty knowledge base on SQLite and embedded Chroma that goes away with its files."""
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/knowledge.db")
        metadata.create_all(engine)
        with KnowledgeBase(Path(folder), SqlLedger(engine), load_encoder(encoder)) as knowledge:
            yield knowledge
        engine.dispose()
