"""What the order desk needs to know of orders and customers, and the audit of what it did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ORDERS = (("address_parts", "{}"), ("transactions", "[]"), ("changes", "{}"))
_CUSTOMERS = (("address_parts", "{}"), ("payment_methods", "[]"))


def upgrade() -> None:
    """Applies the change."""
    for table, columns in (("orders", _ORDERS), ("customers", _CUSTOMERS)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, empty in columns:
                batch_op.add_column(sa.Column(name, sa.JSON(), server_default=empty, nullable=False))
            batch_op.add_column(sa.Column("revision", sa.String(length=32), nullable=True))
    op.create_table(
        "order_changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.String(length=200), nullable=True),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_changes")),
        sa.UniqueConstraint("key", name=op.f("uq_order_changes_key")),
    )
    with op.batch_alter_table("order_changes", schema=None) as batch_op:
        for name in ("customer_id", "conversation_id", "at"):
            batch_op.create_index(batch_op.f(f"ix_order_changes_{name}"), [name], unique=False)


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("order_changes")
    for table, columns in (("customers", _CUSTOMERS), ("orders", _ORDERS)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in ("revision", *(name for name, _ in columns)):
                batch_op.drop_column(name)
