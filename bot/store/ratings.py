"""Customers' ratings with what the rated answers rested on, and since when they count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Engine, Integer, String, Table, func, insert, select

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.database import aware, metadata
from bot.store.shop import bump, revision

MOST = 20_000
"""Ratings that are read, the newest."""
rating_resets = Table(
    "rating_resets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(60), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating of one answer. ``voter`` is the customer, or the conversation of somebody unknown; ``cited`` chunk ids."""

    voter: str
    question: str
    cited: tuple[str, ...]
    up: bool
    reason: str | None


class RatingStore:
    """Reads ratings. Forgetting them hides those before; the rows themselves stay with their conversations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def revision(self) -> int:
        """A number that grows whenever a rating comes or ratings are forgotten."""
        return revision(self._engine, feedback, rating_resets)

    def rated(self) -> Iterator[Rated]:
        """The ratings of answers with citations since they were last forgotten, newest first."""
        query = (
            select(
                func.coalesce(conversations.c.customer_id, conversations.c.id).label("voter"),
                turns.c.understanding["question"].as_string().label("question"),
                turns.c.reply["citations"].label("citations"),
                feedback.c.rating,
                feedback.c.reason,
            )
            .select_from(feedback.join(turns).join(conversations))
            .order_by(feedback.c.created_at.desc())
            .limit(MOST)
        )
        if (since := self.since()) is not None:
            query = query.where(feedback.c.created_at > since)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                cited = tuple(dict.fromkeys(citation["id"] for citation in row.citations or ()))
                if cited:
                    yield Rated(row.voter, row.question or "", cited, row.rating == "up", row.reason)

    def since(self) -> datetime | None:
        """When ratings were last forgotten; None when they never were."""
        with self._engine.connect() as connection:
            at = connection.execute(select(func.max(rating_resets.c.at))).scalar()
        return at and aware(at)

    def forget(self, by: str) -> None:
        """From now on only ratings that are yet to come count."""
        with self._engine.begin() as connection:
            connection.execute(insert(rating_resets).values(at=datetime.now(UTC), by=by))
            bump(connection, rating_resets.name)
