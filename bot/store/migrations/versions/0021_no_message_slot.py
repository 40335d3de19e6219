"""Experiments in messages to customers, which could be written down and were never shown, are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Applies the change."""
    op.execute(sa.text("DELETE FROM experiments WHERE slot = 'message'"))


def downgrade() -> None:
    """Takes it back: nothing of them had been seen by anybody."""
