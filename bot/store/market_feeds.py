"""The table of what competitors' feeds held, each time that it was something else than before."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Index, Integer, Table, Text

from bot.store.database import metadata

market_snapshots = Table(
    "market_snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("read_at", DateTime(timezone=True), nullable=False),
    Column("offers", JSON, nullable=False),
    Index("ix_market_snapshots_feed", "feed", "id"),
    sqlite_autoincrement=True,
)
"""``feed`` is a file's name or an address; ``offers`` are as :class:`bot.marketing.market.offers.Offer` has them."""
