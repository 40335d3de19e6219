"""People who sign in to the console and what they change; of each turn, what is counted, in columns of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
BATCH = 500
COUNTED = ("language", "intent", "sentiment", "abstained", "total_ms")


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "users",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
    )
    op.create_table(
        "logins",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["users.name"], name=op.f("fk_logins_user_name_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_user_name"), "logins", ["user_name"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=True),
        sa.Column("asked_in", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entries")),
    )
    op.create_index(op.f("ix_faq_entries_state"), "faq_entries", ["state"])
    for column in (
        sa.Column("language", sa.String(length=2), nullable=False, server_default="en"),
        sa.Column("intent", sa.String(length=100), nullable=False, server_default="unknown"),
        sa.Column("sentiment", sa.String(length=10), nullable=False, server_default="neutral"),
        sa.Column("abstained", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("total_ms", sa.Float(), nullable=False, server_default="0"),
    ):
        op.add_column("turns", column)
    _count_what_is_there()


def _count_what_is_there() -> None:
    connection = op.get_bind()
    turns = sa.table(
        "turns", sa.column("conversation_id"), sa.column("number"), sa.column("reply", sa.JSON()),
        sa.column("timings_ms", sa.JSON()), *map(sa.column, COUNTED),
    )  # fmt: skip
    keys = [turns.c.conversation_id, turns.c.number]
    rows = connection.execute(sa.select(*keys, turns.c.reply, turns.c.timings_ms)).all()
    change = (
        sa.update(turns)
        .where(turns.c.conversation_id == sa.bindparam("of"), turns.c.number == sa.bindparam("at"))
        .values({name: sa.bindparam(f"new_{name}") for name in COUNTED})
    )
    for start in range(0, len(rows), BATCH):
        connection.execute(change, [_counted(*tuple(row)) for row in rows[start : start + BATCH]])


def _counted(conversation: str, number: int, reply: dict[str, Any], timings: dict[str, Any]) -> dict[str, Any]:
    return {
        "of": conversation,
        "at": number,
        "new_language": reply["language"],
        "new_intent": reply["intent"]["name"],
        "new_sentiment": reply["sentiment"]["label"],
        "new_abstained": bool(reply["abstained"]),
        "new_total_ms": float(timings.get("total", 0.0)),
    }


def downgrade() -> None:
    """Takes it back."""
    for name in reversed(COUNTED):
        op.drop_column("turns", name)
    for table in ("faq_entries", "audit", "logins", "users"):
        op.drop_table(table)
