"""The tables of handovers, and what is written to them together with a turn, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    select,
)

from bot.store.changes import Changes
from bot.store.database import metadata

LONGEST_REASON = 100
LONGEST_NAME = 60
LONGEST_KEY = 64
EventKind = Literal["handover", "agent_joined", "agent_message", "agent_left", "agent_unavailable", "turn"]
NoticeKind = Literal["handover", "email"]

handovers = Table(
    "handovers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("reason", String(LONGEST_REASON), nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("taken_at", DateTime(timezone=True)),
    Column("agent", String(LONGEST_NAME)),
    Column("holder_hash", String(64)),
    Column("active_at", DateTime(timezone=True)),
    Column("nobody_at", DateTime(timezone=True)),
    Column("email", String(320)),
    Column("released_at", DateTime(timezone=True)),
    Column("outcome", String(10)),
    Column("note", Text),
    sqlite_autoincrement=True,
)
"""One row for each time that a person was called. ``holder_hash`` is of the secret of the browser that has the conversation;
``active_at`` is when that person last said something, ``nobody_at`` when the customer was told that nobody came."""
IS_OPEN = handovers.c.released_at.is_(None)
Index("ix_handovers_conversation_id", handovers.c.conversation_id)
Index("uq_handovers_open", handovers.c.conversation_id, unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)

handover_events = Table(
    "handover_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("handover_id", ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(LONGEST_NAME)),
    Column("text", Text),
    Column("turn", Integer, nullable=False),
    Column("key", String(LONGEST_KEY)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("handover_id", "key"),
    sqlite_autoincrement=True,
)
"""What happened, in order. ``turn`` is the last turn stored before it (of the kind ``turn`` the turn itself)."""
Index("ix_handover_events_conversation_id", handover_events.c.conversation_id, handover_events.c.id)

notifications = Table(
    "notifications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handover_id", ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", DateTime(timezone=True), nullable=False),
    Column("last_error", String(300)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    sqlite_autoincrement=True,
)
"""The outbox. ``state``: ``waiting``, ``sent``, ``failed`` (tried long enough), ``dropped`` (the handover was over before)."""
Index("ix_notifications_state", notifications.c.state, notifications.c.next_try_at)

_OPEN_ONE = select(handovers.c.id).where(handovers.c.conversation_id == bindparam("conversation"), IS_OPEN)


@dataclass(frozen=True, slots=True)
class HandoverLog:
    """Writes what concerns persons. Each method belongs into a transaction that has changed the conversation's row already.

    ``channels`` are those by which the owner is told of a handover; ``changes`` is told by the caller after the commit.
    """

    channels: Sequence[str] = ()
    changes: Changes = field(default_factory=Changes)

    def request(self, connection: Connection, conversation: str, reason: str, turn: int) -> bool:
        """Calls for a person after ``turn`` and puts the notifications into the outbox; False when one is called already."""
        if open_handover(connection, conversation) is not None:
            return False
        now = datetime.now(UTC)
        row = {"conversation_id": conversation, "reason": reason[:LONGEST_REASON], "requested_at": now}
        handover = connection.execute(insert(handovers).values(**row).returning(handovers.c.id)).scalar_one()
        self.add(connection, conversation, handover, "handover", turn, text=reason[:LONGEST_REASON])
        self.notify(connection, handover, "handover")
        return True

    def turn_stored(self, connection: Connection, conversation: str, turn: int) -> bool:
        """Tells a person of a new turn; False when none is called."""
        handover = open_handover(connection, conversation)
        if handover is None:
            return False
        self.add(connection, conversation, handover, "turn", turn)
        return True

    def add(
        self,
        connection: Connection,
        conversation: str,
        handover: int,
        kind: EventKind,
        turn: int,
        name: str | None = None,
        text: str | None = None,
        key: str | None = None,
    ) -> int:
        """Adds an event and returns its id, which is higher than that of every event of the conversation before it."""
        row = {"conversation_id": conversation, "handover_id": handover, "kind": kind, "turn": turn}
        more = {"name": name, "text": text, "key": key, "created_at": datetime.now(UTC)}
        added = connection.execute(insert(handover_events).values(**row, **more).returning(handover_events.c.id))
        return int(added.scalar_one())

    def notify(self, connection: Connection, handover: int, kind: NoticeKind) -> None:
        """Puts one notification for each channel into the outbox."""
        now = datetime.now(UTC)
        row = {"handover_id": handover, "kind": kind, "state": "waiting", "tries": 0, "next_try_at": now, "created_at": now}
        if self.channels:
            connection.execute(insert(notifications), [{**row, "channel": channel} for channel in self.channels])


def open_handover(connection: Connection, conversation: str) -> int | None:
    """The id of the conversation's handover that is not over."""
    return connection.execute(_OPEN_ONE, {"conversation": conversation}).scalar_one_or_none()
