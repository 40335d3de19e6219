"""The turn that each call of a language model was made for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("model_calls", sa.Column("for_conversation", sa.String(64)))
    op.add_column("model_calls", sa.Column("for_turn", sa.Integer))
    op.create_index("ix_model_calls_for_conversation", "model_calls", ["for_conversation"])


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_model_calls_for_conversation", "model_calls")
    op.drop_column("model_calls", "for_turn")
    op.drop_column("model_calls", "for_conversation")
