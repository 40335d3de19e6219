"""Since when customers' ratings count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "rating_resets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rating_resets"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("rating_resets")
