"""Why the words of a language model that was asked were not used in a turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("turns", sa.Column("declined", sa.String(20)))


def downgrade() -> None:
    """Takes it back."""
    op.drop_column("turns", "declined")
