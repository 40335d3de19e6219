"""Intents and sentiments as persons of the shop corrected them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "label_corrections",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("intent", sa.String(100)),
        sa.Column("sentiment", sa.String(10)),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent_learned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("sentiment_learned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("conversation_id", "turn", name="pk_label_corrections"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "turn"],
            ["turns.conversation_id", "turns.number"],
            name="fk_label_corrections_conversation_id_turns",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("label_corrections")
