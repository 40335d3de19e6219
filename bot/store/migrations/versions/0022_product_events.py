"""What customers did with the products that they were shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "product_events",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("sku", sa.String(200), nullable=False),
        sa.Column("event", sa.String(10), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "sku", "event", name="pk_product_events"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_product_events_conversation_id_conversations",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("product_events")
