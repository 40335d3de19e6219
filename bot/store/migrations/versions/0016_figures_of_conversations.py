"""One index holds what is counted of conversations, in the order of their beginning: the rows themselves are not read."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Applies the change."""
    op.create_index("ix_conversations_figures", "conversations", ["created_at", "id", "customer_id", "site_key", "token_hash"])
    op.drop_index("ix_conversations_created_at", "conversations")


def downgrade() -> None:
    """Takes it back."""
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"])
    op.drop_index("ix_conversations_figures", "conversations")
