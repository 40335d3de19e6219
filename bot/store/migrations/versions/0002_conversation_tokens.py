"""Conversations have a token, and a customer's own call for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Applies the change."""
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("handover_reason", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("handover_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Takes it back, in place: making the table anew would delete the turns with the old one."""
    for name in ("handover_at", "handover_reason", "token_hash"):
        op.drop_column("conversations", name)
