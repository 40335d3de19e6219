"""Signed identity: the keys of each site, and until when a conversation's customer counts as logged in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
COLUMNS = ("identified_until", "customer_name", "customer_email")


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "signing_keys",
        sa.Column("site_key", sa.String(length=40), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=8), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_key"], ["sites.key"], name=op.f("fk_signing_keys_site_key_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_key", "kid", name=op.f("pk_signing_keys")),
    )
    op.add_column("conversations", sa.Column("identified_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("customer_name", sa.Text(), nullable=True))
    op.add_column("conversations", sa.Column("customer_email", sa.Text(), nullable=True))


def downgrade() -> None:
    """Takes it back."""
    for name in COLUMNS:
        op.drop_column("conversations", name)
    op.drop_table("signing_keys")
