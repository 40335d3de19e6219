"""What competitors' feeds held each time that they were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "market_snapshots",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offers", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_market_snapshots"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_market_snapshots_feed", "market_snapshots", ["feed", "id"])


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("market_snapshots")
