"""What became of products that replies showed: shown, clicked, put into the cart, bought; the first time of each counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Column, Connection, DateTime, Engine, ForeignKey, Index, Integer, String, Table, select

from bot.errors import InputError
from bot.store.database import metadata
from bot.store.shop import add_missing

Event = Literal["click", "cart", "purchase"]
"""What a customer does with a product, in the words of the interactions table."""
product_events = Table(
    "product_events",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("sku", String(200), primary_key=True),
    Column("event", String(10), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_product_events_of_turn", "conversation_id", "turn", "event", "sku", "at"),
)
"""``turn`` is the one whose reply first showed the product, in every row of it."""


class ProductEvents:
    """Keeps what customers do with the products that they were shown."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, conversation: str, sku: str, event: Event) -> None:
        """Notes it; a second time changes nothing.

        Raises:
            InputError: the conversation never showed this product.
        """
        shown = select(product_events.c.turn).where(
            product_events.c.conversation_id == conversation, product_events.c.sku == sku, product_events.c.event == "shown"
        )
        with self._engine.begin() as connection:
            turn = connection.execute(shown).scalar()
            if turn is None:
                raise InputError(f"The conversation {conversation[:64]!r} showed no product {sku[:60]!r}.")
            _add(connection, conversation, turn, event, [sku])


def products_shown(connection: Connection, conversation: str, turn: int, skus: Iterable[str]) -> None:
    """Notes the products of a reply, those that an earlier one showed left as they are."""
    _add(connection, conversation, turn, "shown", list(dict.fromkeys(skus)))


def _add(connection: Connection, conversation: str, turn: int, event: str, skus: list[str]) -> None:
    row = {"conversation_id": conversation, "event": event, "turn": turn, "at": datetime.now(UTC)}
    add_missing(connection, product_events, [{**row, "sku": sku} for sku in skus])
