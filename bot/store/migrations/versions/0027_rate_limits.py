"""How often something was done lately, for all processes that share the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "rate_limits",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("whole_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name="pk_rate_limits"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("rate_limits")
