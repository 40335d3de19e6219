"""The tables of the messages to customers, of those who want none, and of what was out of stock."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from bot.store.database import metadata

messages = Table(
    "retention_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("rule", String(30), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", DateTime(timezone=True), nullable=False),
    Column("last_error", String(300)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Index("ix_retention_messages_state_next_try_at", "state", "next_try_at"),
    Index("ix_retention_messages_customer_id", "customer_id"),
    sqlite_autoincrement=True,
)
"""``key`` names the occasion, so that there is one message for it at most. ``state``: ``waiting``, ``sending``, ``sent``,
``held_out`` (never sent, to compare with), ``uncertain`` (perhaps sent, so not sent again), ``failed``, ``dropped``."""
unsubscriptions = Table(
    "unsubscriptions",
    metadata,
    Column("customer_id", String(200), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
stock_watch = Table(
    "stock_watch",
    metadata,
    Column("sku", String(200), primary_key=True),
    Column("stock", Integer, nullable=False),
    Column("back_at", DateTime(timezone=True)),
)
"""The stock of each product when it was last looked at, and when it came back after it had been nothing."""
