"""Web sites that may embed the widget; a conversation remembers its site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "sites",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sites")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site_key", sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f("ix_conversations_site_key"), ["site_key"], unique=False)


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_conversations_site_key", "conversations")
    op.drop_column("conversations", "site_key")  # in place: making the table anew would delete the turns with the old one
    op.drop_table("sites")
