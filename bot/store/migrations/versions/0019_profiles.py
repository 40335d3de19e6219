"""What customers decided about their profiles, and what they corrected in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "profile_choices",
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("consent", sa.Boolean),
        sa.Column("forgotten_at", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_profile_choices"),
    )
    op.create_table(
        "profile_corrections",
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "name", "value", name="pk_profile_corrections"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("profile_corrections")
    op.drop_table("profile_choices")
