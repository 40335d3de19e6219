"""What has been kept long enough goes: conversations, what visitors did, and the program's own records, each after its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, select, update

from bot.store.campaigns import exposures, unit_events
from bot.store.conversation_tables import conversations
from bot.store.database import truncate_log
from bot.store.model_calls import model_calls
from bot.store.order_changes import order_changes
from bot.store.personal_data import forget_conversations
from bot.store.retention import messages
from bot.store.users import audit

BATCH = 200
"""Conversations that go in one transaction, so that customers who are writing wait for a moment only."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Days after which each kind goes; 0 for never."""

    conversations: float = 0.0
    events: float = 0.0
    records: float = 0.0


class Expiry:
    """Deletes what is older than its period."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def expire(self, kept: Periods, now: datetime | None = None) -> dict[str, int]:
        """Table → rows that went; of sent messages the words. Deleted bytes are overwritten, those of the log cut off.

        A conversation's age counts from its last message. What was done to orders counts as a record.
        """
        now = now or datetime.now(UTC)
        gone = self._conversations(now - timedelta(days=kept.conversations)) if kept.conversations else {}
        with self._engine.begin() as connection:
            for table, old in _rows(kept, now):
                gone[table.name] = gone.get(table.name, 0) + connection.execute(delete(table).where(old)).rowcount
            if kept.records:
                gone[messages.name] = _without_words(connection, now - timedelta(days=kept.records))
        gone = {name: rows for name, rows in gone.items() if rows}
        if gone:
            truncate_log(self._engine)
        return gone

    def _conversations(self, before: datetime) -> dict[str, int]:
        with self._engine.connect() as connection:
            old = connection.execute(select(conversations.c.id).where(conversations.c.updated_at < before)).scalars().all()
        gone: dict[str, int] = {}
        for start in range(0, len(old), BATCH):
            with self._engine.begin() as connection:
                forgotten = forget_conversations(connection, old[start : start + BATCH], keep=(order_changes,))
                for name, rows in forgotten.items():
                    gone[name] = gone.get(name, 0) + rows
        return gone


def _rows(kept: Periods, now: datetime) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    for days, tables in ((kept.events, (exposures, unit_events)), (kept.records, (audit, model_calls, order_changes))):
        if days:
            yield from ((table, table.c.at < now - timedelta(days=days)) for table in tables)


def _without_words(connection: Connection, before: datetime) -> int:
    """Empties old messages to customers; that they were sent stays known, or they would be sent again."""
    old = (messages.c.created_at < before) & messages.c.state.not_in(("waiting", "sending")) & (messages.c.body != "")
    return connection.execute(update(messages).where(old).values(subject="", body="")).rowcount
