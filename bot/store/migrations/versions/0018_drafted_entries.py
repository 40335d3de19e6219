"""What the answer of an FAQ entry was drafted from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("faq_entries", sa.Column("drafted", sa.JSON))


def downgrade() -> None:
    """Takes it back."""
    op.drop_column("faq_entries", "drafted")
