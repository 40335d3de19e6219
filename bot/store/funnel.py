"""From a recommendation to a purchase: how many recommended products customers open, put into the cart and buy.

What is counted is a product that a conversation recommended (``recommend`` or ``guide``), once, on the day on which the
conversation began. Each step counts of the recommended ones, whether or not they took the step before. A product is bought when
the shop's page says so, or when the conversation's customer has it in an order, or in a purchase of the interactions, of the
seven days from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, exists, func, select, union

from bot.store.conversation_tables import conversations, turns
from bot.store.database import aware
from bot.store.product_events import product_events
from bot.store.shop import interactions, orders
from bot.store.statistics import CHANNEL, Period

STEPS = ("recommended", "clicked", "in_cart", "bought")
RECOMMENDING = ("recommend", "guide")
DAYS_TO_BUY = 7
_KEYS = 400  # parameters a statement
_EVENT = {"shown": "recommended", "click": "clicked", "cart": "in_cart", "purchase": "bought"}
_WHERE, _BOUGHT = ("day", "language", "channel"), STEPS.index("bought")


_Where = tuple[str, str, str]
"""The day, the language of the reply and the channel."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """``products`` at each of ``STEPS``, ``conversations`` with one there, and ``rows``: products by day, language, channel."""

    products: Mapping[str, int]
    conversations: Mapping[str, int]
    rows: tuple[Mapping[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"products": dict(self.products), "conversations": dict(self.conversations), "rows": [*map(dict, self.rows)]}


def funnel(engine: Engine, period: Period) -> Funnel:
    """The funnel of a period; ``period.language`` is that of the recommending reply."""
    counted: defaultdict[_Where, list[int]] = defaultdict(lambda: [0] * len(STEPS))
    talks: tuple[set[str], ...] = tuple(set() for _ in STEPS)
    with engine.connect() as connection:
        for talk, day, language, channel, *numbers in connection.execute(_by_conversation(period, engine.dialect.name)):
            counts = counted[str(day), language, channel]
            for step, number in enumerate(numbers):
                if number:
                    counts[step] += number
                    talks[step].add(talk)
        unsold = list(connection.execute(_unsold(period, engine.dialect.name)))
        bought = _purchases(connection, {row.customer_id for row in unsold})
    for row in unsold:
        if _within(aware(row.at), bought.get((row.customer_id, row.sku), ())):
            counted[str(row.day), row.language, row.channel][_BOUGHT] += 1
            talks[_BOUGHT].add(row.id)
    rows: list[dict[str, Any]] = [
        dict(zip((*_WHERE, *STEPS), (*where, *counts), strict=True)) for where, counts in sorted(counted.items())
    ]
    return Funnel(
        {step: sum(row[step] for row in rows) for step in STEPS},
        {step: len(held) for step, held in zip(STEPS, talks, strict=True)},
        tuple(rows),
    )


def _recommended(period: Period, dialect: str, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Products that conversations of the period recommended, with what was done with them: a row for each event."""
    where = (conversations.c.id, period.day_of(turns.c.began, dialect).label("day"), turns.c.language, CHANNEL.label("channel"))
    query = (
        select(*where, *columns)
        .select_from(conversations.join(turns))
        .join(
            product_events,
            (product_events.c.conversation_id == conversations.c.id) & (product_events.c.turn == turns.c.number),
        )
        .where(turns.c.action.in_(RECOMMENDING), period.holds(turns.c.began), *period.narrowed)
    )
    return query.where(turns.c.language == period.language) if period.language else query


def _by_conversation(period: Period, dialect: str) -> Select[*tuple[Any, ...]]:
    """How many products took each step that the shop's pages tell of, by conversation and language."""
    steps = (func.count().filter(product_events.c.event == event).label(step) for event, step in _EVENT.items())
    return _recommended(period, dialect, *steps).group_by(turns.c.began, conversations.c.id, turns.c.language)


def _unsold(period: Period, dialect: str) -> Select[*tuple[Any, ...]]:
    """The recommended products that no page says are bought, in conversations of customers who bought something."""
    sold = product_events.alias("sold")
    told = exists().where(
        sold.c.conversation_id == conversations.c.id, sold.c.sku == product_events.c.sku, sold.c.event == "purchase"
    )
    buyers = union(
        select(orders.c.customer_id).where(orders.c.customer_id.is_not(None)),
        select(interactions.c.customer_id).where(interactions.c.event == "purchase"),
    )
    shown = _recommended(period, dialect, product_events.c.sku, product_events.c.at, conversations.c.customer_id)
    return shown.where(product_events.c.event == "shown", ~told, conversations.c.customer_id.in_(buyers))


def _purchases(connection: Connection, customers: Iterable[str]) -> dict[tuple[str, str], list[datetime | date]]:
    """When each customer bought each product; a date where only the day is known."""
    found: defaultdict[tuple[str, str], list[datetime | date]] = defaultdict(list)
    names = sorted(customers)
    for start in range(0, len(names), _KEYS):
        some = names[start : start + _KEYS]
        placed = select(orders.c.customer_id, orders.c["items"], orders.c.placed_at).where(orders.c.customer_id.in_(some))
        for customer, items, at in connection.execute(placed):
            for sku in {str(item.get("sku")) for item in items or ()}:
                found[customer, sku] += _moments(at)
        reported = select(interactions.c.customer_id, interactions.c.sku, interactions.c.time).where(
            interactions.c.customer_id.in_(some), interactions.c.event == "purchase"
        )
        for customer, sku, at in connection.execute(reported):
            found[customer, sku] += _moments(at)
    return found


def _moments(written: str | None) -> list[datetime | date]:
    if not written:
        return []
    if len(written) == len("2026-01-31"):
        return [date.fromisoformat(written)]
    at = datetime.fromisoformat(written)
    return [at if at.tzinfo else at.replace(tzinfo=UTC)]


def _within(shown: datetime, bought: Iterable[datetime | date]) -> bool:
    """Whether one of the purchases came after the product was shown and soon enough; of a mere date the whole day counts."""
    last = shown + timedelta(days=DAYS_TO_BUY)
    return any(shown <= at <= last if isinstance(at, datetime) else shown.date() <= at <= last.date() for at in bought)
