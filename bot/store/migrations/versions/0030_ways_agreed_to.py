"""By which ways alone a customer agreed to be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("customers", sa.Column("consent_ways", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Takes it back."""
    op.drop_column("customers", "consent_ways")
