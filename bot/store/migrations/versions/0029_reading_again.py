"""How often each address is read again, when that last changed something, and what it could not read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("sources", sa.Column("reread_hours", sa.Float))
    op.add_column("sources", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column("sources", sa.Column("troubles", sa.JSON))


def downgrade() -> None:
    """Takes it back."""
    for name in ("troubles", "changed_at", "reread_hours"):
        op.drop_column("sources", name)
