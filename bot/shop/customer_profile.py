"""What is known of a customer's tastes and habits, each with where it comes from and how fresh it is."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import Connection, Engine, select

from bot.shop.attributes import find_value, split_name
from bot.shop.catalogue import Catalogue
from bot.shop.reviews import EVENT_WEIGHTS
from bot.store.conversation_tables import conversations, turns
from bot.store.shop import customers, interactions, orders, reviews
from bot.types import Product

_HALF_LIFE_DAYS = 90.0
_NEW_DAYS, _ACTIVE_DAYS, _LAPSING_DAYS = 30, 90, 270
_MOST_INTERESTS = 5
_FREQUENT, _SEVERAL = 5, 2
_LOVED = 4.0


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing known. ``weight`` halves every 90 days without a new sign of it; ``sources`` name the tables that told it."""

    name: str
    value: str
    weight: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """Drawn afresh from the shop's data whenever it is asked for: nothing of it is stored, so erasing the data erases it.

    ``stage`` is ``new``, ``active``, ``lapsing``, ``lost`` or ``visitor`` (bought nothing); ``segment`` is ``frequent``,
    ``regular``, ``single`` or ``none`` by the number of orders. ``consent``: whether it may be used at all.
    """

    customer: str
    consent: bool
    stage: str
    segment: str
    traits: tuple[Trait, ...]

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a trait, strongest first."""
        return tuple(trait.value for trait in self.traits if trait.name == name)


@dataclass(frozen=True, slots=True)
class _Sign:
    product: Product
    weight: float
    source: str
    when: datetime | None
    options: tuple[tuple[str, str], ...] = ()
    price: float | None = None


class Profiles:
    """Draws profiles from orders, reviews, interactions and conversations."""

    def __init__(self, engine: Engine, catalogue: Catalogue) -> None:
        self._engine, self._catalogue = engine, catalogue

    def of(self, customer: str, now: datetime | None = None) -> CustomerProfile:
        """The customer's profile at ``now`` (default: this moment); an empty one for a stranger."""
        moment = now or datetime.now(UTC)
        with self._engine.connect() as connection:
            agreed = connection.scalar(select(customers.c.consent).where(customers.c.customer_id == customer))
            signs = list(self._signs(connection, customer))
            spoken = connection.execute(
                select(turns.c.understanding["language"]["code"].as_string())
                .select_from(turns.join(conversations))
                .where(conversations.c.customer_id == customer)
            ).scalars()
            languages = Counter(language for language in spoken if language)
            bought = connection.execute(select(orders.c.placed_at).where(orders.c.customer_id == customer)).scalars().all()
        dates = [when for when in map(_moment, bought) if when]
        traits = [*_language(languages), *_interests(signs, moment), *_sizes(signs, moment), *_budget(signs)]
        return CustomerProfile(customer, bool(agreed), _stage(dates, len(bought), moment), _segment(len(bought)), tuple(traits))

    def _signs(self, connection: Connection, customer: str) -> Iterable[_Sign]:
        told = select(interactions.c.sku, interactions.c.event, interactions.c.time).where(
            interactions.c.customer_id == customer
        )
        for sku, event, time in connection.execute(told):
            if product := self._catalogue.get(sku):
                yield _Sign(product, EVENT_WEIGHTS.get(event, 1.0), "interactions", _moment(time))
        for items, time in connection.execute(
            select(orders.c["items"], orders.c.placed_at).where(orders.c.customer_id == customer)
        ):
            for item in items:
                if product := self._catalogue.get(item["sku"]):
                    options = tuple((item.get("options") or {}).items())
                    price = item.get("price") or product.price
                    yield _Sign(product, EVENT_WEIGHTS["purchase"], "orders", _moment(time), options, price)
        rated = select(reviews.c.sku, reviews.c.rating, reviews.c.date).where(reviews.c.customer_id == customer)
        for sku, stars, time in connection.execute(rated):
            if stars >= _LOVED and (product := self._catalogue.get(sku)):
                yield _Sign(product, EVENT_WEIGHTS["cart"], "reviews", _moment(time))


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC) if written else None


def _fresh(sign: _Sign, now: datetime) -> float:
    days = max((now - sign.when).total_seconds() / 86_400, 0.0) if sign.when else _HALF_LIFE_DAYS
    return sign.weight * math.exp2(-days / _HALF_LIFE_DAYS)


def _strongest(name: str, found: Iterable[tuple[str, float, str]], most: int) -> list[Trait]:
    weights: dict[str, float] = defaultdict(float)
    sources: dict[str, set[str]] = defaultdict(set)
    for value, weight, source in found:
        weights[value] += weight
        sources[value].add(source)
    best = sorted(weights, key=lambda value: (-weights[value], value))[:most]
    return [Trait(name, value, round(weights[value], 3), tuple(sorted(sources[value]))) for value in best]


def _language(languages: Counter[str]) -> list[Trait]:
    return [Trait("language", language, float(count), ("conversations",)) for language, count in languages.most_common(1)]


def _interests(signs: list[_Sign], now: datetime) -> list[Trait]:
    categories = ((sign.product.category, _fresh(sign, now), sign.source) for sign in signs if sign.product.category)
    brands = ((sign.product.brand, _fresh(sign, now), sign.source) for sign in signs if sign.product.brand)
    return [*_strongest("interest", categories, _MOST_INTERESTS), *_strongest("brand", brands, _MOST_INTERESTS)]


def _sizes(signs: list[_Sign], now: datetime) -> list[Trait]:
    """Sizes of what was bought, by kind of thing: shoes have other sizes than jackets."""
    found = []
    for sign in signs:
        if sign.source == "orders":
            chosen = next((value for name, value in sign.options if split_name(name)[0] == "size"), None)
            if size := chosen or find_value(sign.product.attributes, "size"):
                found.append((f"{sign.product.category}: {size}", _fresh(sign, now), sign.source))
    return _strongest("size", found, _MOST_INTERESTS)


def _budget(signs: list[_Sign]) -> list[Trait]:
    """From the cheapest to the dearest of what was bought, and the middle, by currency."""
    paid: dict[str, list[float]] = defaultdict(list)
    for sign in signs:
        if sign.source == "orders" and sign.price is not None:
            paid[sign.product.currency or ""].append(sign.price)
    return [
        Trait(
            "budget",
            f"{min(own):g}-{max(own):g} {currency}".strip() + f" (median {median(own):g})",
            float(len(own)),
            ("orders",),
        )
        for currency, own in paid.items()
    ]


def _stage(dates: list[datetime], number: int, now: datetime) -> str:
    if not number:
        return "visitor"
    days = (now - max(dates)).days if dates else _LAPSING_DAYS
    if number == 1 and days <= _NEW_DAYS:
        return "new"
    return "active" if days <= _ACTIVE_DAYS else "lapsing" if days <= _LAPSING_DAYS else "lost"


def _segment(number: int) -> str:
    return "frequent" if number >= _FREQUENT else "regular" if number >= _SEVERAL else "single" if number else "none"
