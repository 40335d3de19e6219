"""When its conversation began, kept with every turn, and indexes in that order: a year's figures are read from them alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_COUNTED = ["language", "abstained", "sentiment", "intent", "action", "total_ms"]
_BEGAN = "UPDATE turns SET began = (SELECT created_at FROM conversations WHERE conversations.id = turns.conversation_id)"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("turns", sa.Column("began", sa.DateTime(timezone=True)))
    op.execute(_BEGAN)
    op.create_index("ix_turns_by_day", "turns", ["began", "conversation_id", "number", *_COUNTED, "created_at"])
    op.create_index("ix_product_events_of_turn", "product_events", ["conversation_id", "turn", "event", "sku", "at"])
    op.create_index("ix_conversations_of_customer", "conversations", ["customer_id", "created_at"])
    op.drop_index("ix_conversations_customer_id", "conversations")


def downgrade() -> None:
    """Takes it back."""
    op.create_index("ix_conversations_customer_id", "conversations", ["customer_id"])
    op.drop_index("ix_conversations_of_customer", "conversations")
    op.drop_index("ix_product_events_of_turn", "product_events")
    op.drop_index("ix_turns_by_day", "turns")
    op.drop_column("turns", "began")
