"""The client's own name for a conversation's last message, so that it is not answered twice when the server was restarted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("conversations", sa.Column("message_key", sa.String(200)))
    op.add_column("conversations", sa.Column("message_turn", sa.Integer))


def downgrade() -> None:
    """Takes it back, in place: making the table anew would delete the turns with the old one."""
    op.drop_column("conversations", "message_turn")
    op.drop_column("conversations", "message_key")
