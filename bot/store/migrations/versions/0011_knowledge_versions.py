"""Documents and chunks are kept by version; what there is becomes version 1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_DOCUMENT = "location, source, title, language, fingerprint, skipped"
_CHUNK = "id, location, position, source, title, language, kind, heading, question, text, tokens, metadata, indexed"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "knowledge_documents",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_knowledge_documents")),
    )
    op.create_index(op.f("ix_knowledge_documents_location"), "knowledge_documents", ["location"], unique=False)
    op.create_table(
        "knowledge_chunks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_knowledge_chunks")),
    )
    for column in ("id", "indexed", "since", "until"):
        op.create_index(op.f(f"ix_knowledge_chunks_{column}"), "knowledge_chunks", [column], unique=False)
    op.create_index("ix_knowledge_chunks_location_position", "knowledge_chunks", ["location", "position"], unique=False)
    op.create_table(
        "knowledge_versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_knowledge_versions")),
    )
    op.execute(f"INSERT INTO knowledge_documents ({_DOCUMENT}, since) SELECT {_DOCUMENT}, 1 FROM documents")
    op.execute(f"INSERT INTO knowledge_chunks ({_CHUNK}, since) SELECT {_CHUNK}, 1 FROM chunks ORDER BY location, position")
    op.execute(
        "INSERT INTO knowledge_versions (number, what, added, removed, documents, chunks, created_at)"
        " SELECT 1, 'what there was before versions', (SELECT count(*) FROM documents), 0, (SELECT count(*) FROM documents),"
        " (SELECT count(*) FROM chunks), CURRENT_TIMESTAMP WHERE EXISTS (SELECT 1 FROM documents)"
    )
    op.drop_table("chunks")
    op.drop_table("documents")
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rules", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.alter_column("rules", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("index_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.JSON(), nullable=True))
        batch_op.alter_column("generation", new_column_name="version", existing_type=sa.Integer(), existing_nullable=False)
    op.execute("UPDATE index_state SET version = (SELECT count(*) FROM knowledge_versions)")


def downgrade() -> None:
    """Takes it back; of the versions only the live one stays."""
    op.create_table(
        "documents",
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("location", name=op.f("pk_documents")),
    )
    op.create_table(
        "chunks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location"], ["documents.location"], name=op.f("fk_chunks_location_documents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunks")),
    )
    with op.batch_alter_table("chunks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chunks_indexed"), ["indexed"], unique=False)
        batch_op.create_index("ix_chunks_location_position", ["location", "position"], unique=False)
    live = "since < 2147483647 AND (until IS NULL OR until = 2147483647)"
    op.execute(
        f"INSERT INTO documents ({_DOCUMENT}, updated_at) SELECT {_DOCUMENT}, CURRENT_TIMESTAMP FROM knowledge_documents"
        f" WHERE {live}"
    )
    op.execute(f"INSERT INTO chunks ({_CHUNK}) SELECT {_CHUNK} FROM knowledge_chunks WHERE {live}")
    for table in ("knowledge_versions", "knowledge_chunks", "knowledge_documents"):
        op.drop_table(table)
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_column("rules")
    with op.batch_alter_table("index_state", schema=None) as batch_op:
        batch_op.drop_column("stage")
        batch_op.alter_column("version", new_column_name="generation", existing_type=sa.Integer(), existing_nullable=False)
