"""The signs of a customer's tastes and moods: what they bought, looked at, rated and said, each with its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.shop.catalogue import Catalogue
from bot.shop.reviews import EVENT_WEIGHTS
from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.csat import csat
from bot.store.database import aware
from bot.store.shop import interactions, orders, reviews
from bot.types import Product

_LOVED = 4.0
_MOODS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}


@dataclass(frozen=True, slots=True)
class Sign:
    """A product that the customer turned to. ``price`` is what was paid; ``options`` are those that were chosen."""

    product: Product
    weight: float
    source: str
    when: datetime | None
    options: tuple[tuple[str, str], ...] = ()
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What one message told: its language and mood, and what was asked for in it."""

    when: datetime
    language: str
    mood: float
    categories: tuple[str, ...]
    size: str | None
    budget: tuple[float | None, float | None] | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Mood:
    """How content the customer showed themselves, from -1 to 1."""

    value: float
    source: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Signs:
    """All signs since the customer last had the profile deleted; ``bought`` are the days of orders, as far as they are told."""

    products: tuple[Sign, ...]
    said: tuple[Said, ...]
    moods: tuple[Mood, ...]
    bought: tuple[datetime | None, ...]


def read_signs(connection: Connection, catalogue: Catalogue, customer: str, since: datetime | None) -> Signs:
    """The customer's signs; with ``since`` only those that are dated, and later than it."""

    def counts(when: datetime | None) -> bool:
        return since is None or (when is not None and when > since)

    said = [_said(row) for row in connection.execute(_TOLD.where(conversations.c.customer_id == customer))]
    products = [*_from_shop(connection, catalogue, customer), *_named(connection, catalogue, customer)]
    bought = connection.execute(select(orders.c.placed_at).where(orders.c.customer_id == customer)).scalars()
    return Signs(
        tuple(sign for sign in products if counts(sign.when)),
        tuple(one for one in said if counts(one.when)),
        tuple(mood for mood in _moods(connection, customer, said) if counts(mood.when)),
        tuple(when for when in map(moment, bought) if counts(when)),
    )


def moment(written: str | None) -> datetime | None:
    """A stored time; one without a zone is the machine's."""
    return datetime.fromisoformat(written).astimezone(UTC) if written else None


_TOLD = select(turns.c.understanding, turns.c.language, turns.c.sentiment, turns.c.created_at).select_from(
    turns.join(conversations)
)


def _said(row: Row[Any, Any, Any, Any]) -> Said:
    named: Mapping[str, Any] = row.understanding.get("entities") or {}
    sizes = [
        str(one["value"])
        for one in named.get("constraints") or ()
        if one["attribute"] == "size" and one["relation"] == "=" and not one["negated"]
    ]
    budget = named.get("budget")
    return Said(
        aware(row.created_at), row.language, _MOODS.get(row.sentiment, 0.0), tuple(named.get("categories") or ()),
        sizes[0] if sizes else None, (budget[0], budget[1]) if budget else None, named.get("currency"),
    )  # fmt: skip


def _from_shop(connection: Connection, catalogue: Catalogue, customer: str) -> Iterator[Sign]:
    told = select(interactions.c.sku, interactions.c.event, interactions.c.time).where(interactions.c.customer_id == customer)
    for sku, event, time in connection.execute(told):
        if product := catalogue.get(sku):
            yield Sign(product, EVENT_WEIGHTS.get(event, 1.0), "interactions", moment(time))
    bought = select(orders.c["items"], orders.c.placed_at).where(orders.c.customer_id == customer)
    for items, time in connection.execute(bought):
        for item in items:
            if product := catalogue.get(item["sku"]):
                options = tuple((item.get("options") or {}).items())
                price = item.get("price") or product.price
                yield Sign(product, EVENT_WEIGHTS["purchase"], "orders", moment(time), options, price)
    rated = select(reviews.c.sku, reviews.c.rating, reviews.c.date).where(reviews.c.customer_id == customer)
    for sku, stars, time in connection.execute(rated):
        if stars >= _LOVED and (product := catalogue.get(sku)):
            yield Sign(product, EVENT_WEIGHTS["cart"], "reviews", moment(time))


def _named(connection: Connection, catalogue: Catalogue, customer: str) -> Iterator[Sign]:
    """The products that the customer's messages name; the first of each message, which is the surest."""
    for row in connection.execute(_TOLD.where(conversations.c.customer_id == customer)):
        skus = (row.understanding.get("entities") or {}).get("skus") or ()
        if skus and (product := catalogue.get(skus[0])):
            yield Sign(product, EVENT_WEIGHTS["view"], "conversations", aware(row.created_at))


def _moods(connection: Connection, customer: str, said: list[Said]) -> Iterator[Mood]:
    yield from (Mood(one.mood, "conversations", one.when) for one in said if one.mood)
    of_customer = conversations.c.customer_id == customer
    thumbs = select(feedback.c.rating, feedback.c.created_at).join(
        conversations, conversations.c.id == feedback.c.conversation_id
    )
    for rating, when in connection.execute(thumbs.where(of_customer)):
        yield Mood(1.0 if rating == "up" else -1.0, "feedback", aware(when))
    scores = select(csat.c.score, csat.c.created_at).join(conversations)
    for score, when in connection.execute(scores.where(of_customer)):
        yield Mood((score - 3) / 2, "csat", aware(when))
    stars = select(reviews.c.rating, reviews.c.date).where(reviews.c.customer_id == customer)
    for rating, day in connection.execute(stars):
        yield Mood(max(-1.0, min(1.0, (rating - 3) / 2)), "reviews", moment(day))
