"""Products have sale prices with their time, a variant group and a margin; what was learned from interactions is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
COLUMNS = (
    ("sale_price", sa.Float()),
    ("sale_starts", sa.String(length=40)),
    ("sale_ends", sa.String(length=40)),
    ("variant_group", sa.String(length=200)),
    ("margin", sa.Float()),
)


def upgrade() -> None:
    """Applies the change."""
    for name, kind in COLUMNS:
        op.add_column("products", sa.Column(name, kind, nullable=True))
    op.create_table(
        "learned_models",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_learned_models")),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("learned_models")
    for name, _ in COLUMNS:
        op.drop_column("products", name)
