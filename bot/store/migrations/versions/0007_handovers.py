"""Handovers with what happened in them, and the outbox of the owner's notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Applies the change. A call for a person from before is kept, open; its customer has been told how people are reached."""
    _handovers()
    _events()
    _notifications()
    op.execute(
        "INSERT INTO handovers (conversation_id, reason, requested_at, nobody_at)"
        " SELECT id, coalesce(handover_reason, 'requested'), handover_at, handover_at FROM conversations"
        " WHERE handover_at IS NOT NULL"
    )
    op.add_column("conversations", sa.Column("hands", sa.Integer(), server_default="0", nullable=False))
    # Not in a batch, which would make the table anew and so delete the turns that refer to it.
    op.drop_column("conversations", "handover_at")
    op.drop_column("conversations", "handover_reason")


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=60), nullable=True),
        sa.Column("holder_hash", sa.String(length=64), nullable=True),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nobody_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handovers_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handovers_conversation_id", "handovers", ["conversation_id"])
    still = sa.text("released_at IS NULL")
    op.create_index(
        "uq_handovers_open", "handovers", ["conversation_id"], unique=True, sqlite_where=still, postgresql_where=still
    )


def _events() -> None:
    op.create_table(
        "handover_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handover_events_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_events_handover_id_handovers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_events")),
        sa.UniqueConstraint("handover_id", "key", name=op.f("uq_handover_events_handover_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handover_events_conversation_id", "handover_events", ["conversation_id", "id"])


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_notifications_handover_id_handovers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notifications_handover_id", "notifications", ["handover_id"])
    op.create_index("ix_notifications_state", "notifications", ["state", "next_try_at"])


def downgrade() -> None:
    """Takes it back."""
    op.add_column("conversations", sa.Column("handover_reason", sa.String(length=100), nullable=True))
    op.add_column("conversations", sa.Column("handover_at", sa.DateTime(timezone=True), nullable=True))
    for column, source in (("handover_reason", "reason"), ("handover_at", "requested_at")):
        op.execute(
            f"UPDATE conversations SET {column} = (SELECT {source} FROM handovers"
            " WHERE handovers.conversation_id = conversations.id AND released_at IS NULL)"
        )
    op.drop_column("conversations", "hands")
    for table in ("notifications", "handover_events", "handovers"):
        op.drop_table(table)
