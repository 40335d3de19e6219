"""What an FAQ entry was before it was last published, changed or withdrawn, so that this can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("faq_entries", sa.Column("before", sa.JSON))


def downgrade() -> None:
    """Takes it back."""
    op.drop_column("faq_entries", "before")
