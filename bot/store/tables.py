"""All tables of the database: every module that registers some is imported here."""

from __future__ import annotations

from bot.store import (  # noqa: F401
    campaigns,
    conversation_tables,
    copy_texts,
    corrections,
    csat,
    entries,
    handover_log,
    knowledge_tables,
    market_feeds,
    model_calls,
    order_changes,
    product_events,
    profile_choices,
    rate_limits,
    ratings,
    retention,
    shop,
    signing_keys,
    sites,
    sources,
    users,
)
from bot.store.database import metadata

METADATA = metadata
"""What all of them have registered themselves on."""
