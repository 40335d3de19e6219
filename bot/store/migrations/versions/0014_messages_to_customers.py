"""Messages to customers, who wants none, what was out of stock, and birthdays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("customers", sa.Column("birthday", sa.String(length=5), nullable=True))
    op.create_table(
        "retention_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_retention_messages_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_retention_messages_customer_id"), "retention_messages", ["customer_id"], unique=False)
    op.create_index(
        op.f("ix_retention_messages_state_next_try_at"), "retention_messages", ["state", "next_try_at"], unique=False
    )
    op.create_table(
        "unsubscriptions",
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_unsubscriptions")),
    )
    op.create_table(
        "stock_watch",
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_stock_watch")),
    )


def downgrade() -> None:
    """Takes it back."""
    for table in ("stock_watch", "unsubscriptions", "retention_messages"):
        op.drop_table(table)
    op.drop_column("customers", "birthday")
