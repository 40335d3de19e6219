"""The tables of the knowledge base. Rows are never changed once they are published: they are closed and others put beside them.

A row is in version ``v`` where ``since <= v < until`` (no ``until``: in every one from then on). What is staged carries the
number :data:`STAGED`, later than every version, until it is published as the next one.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ColumnElement, DateTime, Index, Integer, String, Table, Text, and_, or_

from bot.store.database import metadata
from knowledge_base.ledger import STAGED

documents = Table(
    "knowledge_documents",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("location", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("skipped", JSON, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
)
chunks = Table(
    "knowledge_chunks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String(64), nullable=False, index=True),
    Column("location", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("heading", Text, nullable=False),
    Column("question", Text),
    Column("text", Text, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("indexed", Boolean, nullable=False, index=True),
    Column("since", Integer, nullable=False, index=True),
    Column("until", Integer, index=True),
    Index("ix_knowledge_chunks_location_position", "location", "position"),
)
versions = Table(
    "knowledge_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
index_state = Table(
    "index_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("encoder", Text),
    Column("version", Integer, nullable=False),
    Column("stage", JSON),
)


def in_version(table: Table, number: int) -> ColumnElement[bool]:
    """Whether a row is in a version; in what is staged, for :data:`STAGED`."""
    return and_(table.c.since <= number, or_(table.c.until.is_(None), table.c.until > number))


def not_past(table: Table) -> ColumnElement[bool]:
    """Whether a row is in the live version or staged: those whose vectors are kept."""
    return or_(table.c.until.is_(None), table.c.until == STAGED)
