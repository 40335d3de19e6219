"""From a recommendation to a purchase: how many recommended products customers open, put into the cart and buy.

What is counted is a product that a conversation recommended (``recommend`` or ``guide``), once, on the day (UTC) on which the
conversation began. Each step counts of the recommended ones, whether or not they took the step before. A product is bought when
the shop's page says so, or when the conversation's customer has it in an order, or in a purchase of the interactions, of the
seven days from then on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, select

from bot.store.conversation_tables import conversations, turns
from bot.store.database import aware
from bot.store.product_events import product_events
from bot.store.shop import interactions, orders
from bot.store.statistics import CHANNEL, Period

STEPS = ("recommended", "clicked", "in_cart", "bought")
RECOMMENDING = ("recommend", "guide")
DAYS_TO_BUY = 7
_KEYS = 400  # parameters a statement
_EVENT = {"click": "clicked", "cart": "in_cart", "purchase": "bought"}


class _Where(NamedTuple):
    """``language`` is that of the reply."""

    day: str
    language: str
    channel: str


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
    with engine.connect() as connection:
        shown = list(_recommended(connection, period))
        done = _done(connection, period)
        bought = _purchases(connection, {row.customer_id for row in shown if row.customer_id})
    counted: defaultdict[_Where, Counter[str]] = defaultdict(Counter)
    talks: defaultdict[str, set[str]] = defaultdict(set)
    for row in shown:
        steps = {"recommended", *(_EVENT[event] for event in done.get((row.conversation_id, row.sku), ()))}
        if _within(aware(row.at), bought.get((row.customer_id, row.sku), ())):
            steps.add("bought")
        counted[_Where(str(row.day), row.language, row.channel)].update(steps)
        for step in steps:
            talks[step].add(row.conversation_id)
    total = sum(counted.values(), Counter[str]())
    rows = ({**where._asdict(), **{step: counts[step] for step in STEPS}} for where, counts in sorted(counted.items()))
    return Funnel({step: total[step] for step in STEPS}, {step: len(talks[step]) for step in STEPS}, tuple(rows))


def _recommended(connection: Connection, period: Period) -> Iterator[Any]:
    query = (
        select(
            product_events.c.conversation_id,
            product_events.c.sku,
            product_events.c.at,
            conversations.c.customer_id,
            func.date(conversations.c.created_at).label("day"),
            turns.c.language,
            CHANNEL.label("channel"),
        )
        .select_from(product_events.join(conversations))
        .join(
            turns,
            (turns.c.conversation_id == product_events.c.conversation_id) & (turns.c.number == product_events.c.turn),
        )
        .where(product_events.c.event == "shown", turns.c.action.in_(RECOMMENDING), period.began)
    )
    if period.language:
        query = query.where(turns.c.language == period.language)
    yield from connection.execute(query)


def _done(connection: Connection, period: Period) -> dict[tuple[str, str], list[str]]:
    """What customers did with each product of a conversation."""
    query = (
        select(product_events.c.conversation_id, product_events.c.sku, product_events.c.event)
        .select_from(product_events.join(conversations))
        .where(product_events.c.event != "shown", period.began)
    )
    done: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for conversation, sku, event in connection.execute(query):
        done[conversation, sku].append(event)
    return done


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
