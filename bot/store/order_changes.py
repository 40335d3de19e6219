"""The audit of what was done to orders through conversations: one row an operation, never changed after it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import JSON, Column, Connection, DateTime, Engine, Integer, String, Table, Text, func, insert, select

from bot.store.database import metadata

TURNS = 8
"""How many orders are changed at the same moment; on a server's database each takes one of a process's connections."""
CHANGER = 0x5340_C0
"""Names the locks of those turns among the locks of the database."""

order_changes = Table(
    "order_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("order_id", Text),
    Column("customer_id", String(200), index=True),
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("proof", String(40), nullable=False),
    Column("operation", String(60), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who (``customer_id`` and how they were proved), when, what, and the order before and after.

    ``outcome`` is ``done``, or ``unknown`` where the shop's own system did not answer in time.
    """

    key: str
    order_id: str | None
    customer_id: str | None
    conversation_id: str
    proof: str
    operation: str
    arguments: Mapping[str, Any]
    outcome: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime


class OrderChanges:
    """Reads and adds audit rows. A key is stored once: what was done under it is never done again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turns = tuple(Lock() for _ in range(TURNS))

    @contextmanager
    def in_turn(self, order_id: str | None, conversation: str, begun: datetime) -> Iterator[bool]:
        """A time in which no other conversation changes this order, of no process that shares the database.

        Gives whether another one has changed it since ``begun``.
        """
        turn = zlib.crc32((order_id or "").encode()) % TURNS
        with self._turns[turn], self._engine.connect() as connection:
            shared = connection.dialect.name == "postgresql"
            if shared:
                connection.execute(select(func.pg_advisory_lock(CHANGER, turn)))
            connection.commit()  # the session keeps the lock, no transaction stays open
            try:
                last = self.last_of(order_id) if order_id else None
                yield last is not None and last.at >= begun and last.conversation_id != conversation
            finally:
                if shared:
                    connection.execute(select(func.pg_advisory_unlock(CHANGER, turn)))
                    connection.commit()

    def of_key(self, key: str) -> AuditRow | None:
        """What was done under ``key``."""
        with self._engine.connect() as connection:
            row = connection.execute(select(order_changes).where(order_changes.c.key == key)).mappings().first()
        return _row(row) if row else None

    def last_of(self, order_id: str) -> AuditRow | None:
        """What was done last to an order."""
        newest = select(order_changes).where(order_changes.c.order_id == order_id).order_by(order_changes.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(newest).mappings().first()
        return _row(row) if row else None

    def add(self, row: AuditRow) -> None:
        """Adds a row in a transaction of its own. Raises IntegrityError where its key is stored already."""
        with self._engine.begin() as connection:
            record(connection, row)

    def listed(self, limit: int = 100, conversation: str | None = None) -> tuple[AuditRow, ...]:
        """The newest rows first."""
        wanted = select(order_changes).order_by(order_changes.c.id.desc()).limit(limit)
        if conversation is not None:
            wanted = wanted.where(order_changes.c.conversation_id == conversation)
        with self._engine.connect() as connection:
            return tuple(_row(row) for row in connection.execute(wanted).mappings())


def record(connection: Connection, row: AuditRow) -> None:
    """Adds a row in the caller's transaction."""
    values = {name: getattr(row, name) for name in row.__slots__}
    connection.execute(insert(order_changes).values(**values))


def _row(row: Any) -> AuditRow:
    fields = {name: value for name, value in row.items() if name != "id"}
    at: datetime = fields["at"]
    return AuditRow(**fields | {"at": at if at.tzinfo else at.replace(tzinfo=UTC)})
