"""Indexes that hold what the console counts, so that it need not read whole replies."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

_FIGURES = ["conversation_id", "number", "language", "abstained", "sentiment", "intent", "action", "total_ms"]


def upgrade() -> None:
    """Applies the change."""
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"])
    op.create_index("ix_turns_figures", "turns", _FIGURES)


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_turns_figures", "turns")
    op.drop_index("ix_conversations_created_at", "conversations")
