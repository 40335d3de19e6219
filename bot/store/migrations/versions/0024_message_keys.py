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
    """Takes it back."""
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("message_turn")
        batch.drop_column("message_key")
