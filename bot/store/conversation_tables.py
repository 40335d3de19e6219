"""The tables of conversations, their turns and the feedback on them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from bot.store.database import metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", String(200)),
    Column("state", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, index=True),
    Column("token_hash", String(64)),
    Column("site_key", String(40), index=True),
    Column("identified_until", DateTime(timezone=True)),
    Column("customer_name", Text),
    Column("customer_email", Text),
    Column("hands", Integer, nullable=False, server_default="0"),
    Column("message_key", String(200)),
    Column("message_turn", Integer),
    Index("ix_conversations_figures", "created_at", "id", "customer_id", "site_key", "token_hash"),
    Index("ix_conversations_of_customer", "customer_id", "created_at"),
)
"""``hands`` counts how often a conversation went from the assistant to a person or back: odd while a person has it.
``message_key`` is the client's own name for the last message that bore one, ``message_turn`` the turn that it was to become."""

COUNTED = ("language", "abstained", "sentiment", "intent", "action", "total_ms")
turns = Table(
    "turns",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("understanding", JSON, nullable=False),
    Column("action", String(20), nullable=False),
    Column("reply", JSON, nullable=False),
    Column("evidence_ids", JSON, nullable=False),
    Column("writer", String(200), nullable=False),
    Column("prompt_name", String(100)),
    Column("prompt_hash", String(64)),
    Column("timings_ms", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, index=True),
    Column("language", String(2), nullable=False, server_default="en"),
    Column("intent", String(100), nullable=False, server_default="unknown"),
    Column("sentiment", String(10), nullable=False, server_default="neutral"),
    Column("abstained", Boolean, nullable=False, server_default=false()),
    Column("total_ms", Float, nullable=False, server_default="0"),
    Column("began", DateTime(timezone=True)),
    Column("declined", String(20)),
    Index("ix_turns_figures", "conversation_id", "number", *COUNTED),
    Index("ix_turns_by_day", "began", "conversation_id", "number", *COUNTED, "created_at"),
)
"""``began`` is when the conversation did: what is counted of a period's turns is read in the order of an index alone.
``declined`` is why the words of a language model that was asked were not used."""
feedback = Table(
    "feedback",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("rating", String(4), nullable=False),
    Column("reason", String(100)),
    Column("text", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["conversation_id", "turn"], ["turns.conversation_id", "turns.number"], ondelete="CASCADE"),
)


LONGEST_FEEDBACK = 4000
