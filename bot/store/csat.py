"""How satisfied customers were with their conversations, in SQL."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Engine, ForeignKey, Integer, String, Table, Text, select

from bot.store.database import metadata
from bot.store.shop import upsert

SCORES = range(1, 6)
LONGEST_WORDS = 2000

csat = Table(
    "csat",
    metadata,
    Column("conversation_id", String(64), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("score", Integer, nullable=False),
    Column("text", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, index=True),
)


class CsatStore:
    """Keeps one score for each conversation: 1 (bad) to 5 (great), perhaps with words."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rate(self, conversation: str, score: int, text: str | None = None) -> None:
        """Stores the customer's score of a conversation that exists; a later one replaces it."""
        assert score in SCORES, f"A score is 1 to 5, not {score!r}."
        words = (text or "").strip()[:LONGEST_WORDS] or None
        row = {"conversation_id": conversation, "score": score, "text": words, "created_at": datetime.now(UTC)}
        with self._engine.begin() as connection:
            upsert(connection, csat, [row])

    def find(self, conversation: str) -> tuple[int, str | None] | None:
        """The score of a conversation and the customer's words; None while it has none."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(csat.c.score, csat.c.text).where(csat.c.conversation_id == conversation)
            ).one_or_none()
        return row and (row.score, row.text)
