"""The table of marketing texts: what was written, what was changed in it and why, and who approved it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table, Text

from bot.store.database import metadata

copy_texts = Table(
    "copy_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("sku", String(200), nullable=False, index=True),
    Column("language", String(2), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("written", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("writer", String(200), nullable=False),
    Column("prompt_hash", String(64)),
    Column("state", String(10), nullable=False),
    Column("approved_by", String(60)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    sqlite_autoincrement=True,
)
"""``written`` is the text as it came from the writer, ``text`` what is left of it; ``state``: ``draft``, ``approved``,
``rejected``."""
