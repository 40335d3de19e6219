"""What was loaded is remembered, to be read again, and the pages of the web among it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "sources",
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("location", name=op.f("pk_sources")),
    )
    op.create_table(
        "web_pages",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_web_pages")),
    )
    op.create_index(op.f("ix_web_pages_root"), "web_pages", ["root"], unique=False)


def downgrade() -> None:
    """Takes it back."""
    op.drop_index(op.f("ix_web_pages_root"), table_name="web_pages")
    op.drop_table("web_pages")
    op.drop_table("sources")
