"""What customers think and do: ratings, popularity, and which products are bought together."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Engine, func, select

from bot.store.shop import interactions, orders, reviews, revision
from bot.types import LanguageCode

WELL_RATED = 4.0
"""Stars from which on a rating is told as a reason for a product, and never as what it lacks."""
_PRIOR_REVIEWS = 5.0
_PRIOR_MEAN = 3.8
EVENT_WEIGHTS = {"view": 1.0, "click": 1.0, "cart": 3.0, "purchase": 5.0}
"""How much each step of a customer tells of what they like."""
_BASKET = 60  # products of one customer: pairs grow with the square, and resellers say little about taste
_SUPPORT = 2


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of a product's 1 to 5 stars and how many reviews there are."""

    mean: float
    count: int


def rating_words(rating: Rating, language: LanguageCode) -> str:
    """``4.7/5 from 32 reviews``."""
    if language == "zh":
        return f"{rating.mean:.1f}/5（{rating.count} 条评价）"
    return f"{rating.mean:.1f}/5 from {rating.count} review{'' if rating.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Opinions:
    """What was learned from reviews, interactions and orders at one moment."""

    ratings: Mapping[str, Rating]
    popularity: Mapping[str, float]
    together: Mapping[str, tuple[tuple[str, float], ...]]
    mean: float = _PRIOR_MEAN

    def weighted_rating(self, sku: str) -> float:
        """Bayesian average in stars: the product's own mean drawn towards the shop's by five imaginary reviews."""
        rating = self.ratings.get(sku, Rating(self.mean, 0))
        return (_PRIOR_REVIEWS * self.mean + rating.mean * rating.count) / (_PRIOR_REVIEWS + rating.count)


class OpinionReader:
    """Reads :class:`Opinions` from SQL and keeps them until a load changes them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: tuple[int, Opinions] | None = None

    def opinions(self) -> Opinions:
        """The current opinions."""
        current = revision(self._engine, reviews, interactions, orders)
        if self._kept is None or self._kept[0] != current:
            self._kept = (current, self._read())
        return self._kept[1]

    def _read(self) -> Opinions:
        rated = select(reviews.c.sku, func.avg(reviews.c.rating), func.count()).group_by(reviews.c.sku)
        happened = select(interactions.c.sku, interactions.c.event, func.count()).group_by(
            interactions.c.sku, interactions.c.event
        )
        with self._engine.connect() as connection:
            ratings = {sku: Rating(float(mean), int(count)) for sku, mean, count in connection.execute(rated)}
            weights: dict[str, float] = defaultdict(float)
            for sku, event, count in connection.execute(happened):
                weights[sku] += EVENT_WEIGHTS.get(event, 0.0) * count
            bought = select(interactions.c.customer_id, interactions.c.sku).where(interactions.c.event == "purchase")
            baskets: dict[str, set[str]] = defaultdict(set)
            for customer, sku in connection.execute(bought):
                baskets[f"customer:{customer}"].add(sku)
            for key, customer, items in connection.execute(select(orders.c.order_key, orders.c.customer_id, orders.c["items"])):
                for item in items:
                    weights[item["sku"]] += EVENT_WEIGHTS["purchase"] * item["quantity"]
                    baskets[f"customer:{customer}" if customer else f"order:{key}"].add(item["sku"])
        number = sum(rating.count for rating in ratings.values())
        mean = sum(rating.mean * rating.count for rating in ratings.values()) / number if number else _PRIOR_MEAN
        return Opinions(ratings, _on_unit_scale(weights), bought_together(baskets.values()), mean)


def _on_unit_scale(weights: Mapping[str, float]) -> dict[str, float]:
    top = math.log1p(max(weights.values(), default=0.0))
    return {sku: math.log1p(weight) / top for sku, weight in weights.items()} if top else {}


def bought_together(baskets: Iterable[set[str]]) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each SKU the ones that share baskets with it, best first.

    The score is the cosine between the two SKUs' basket sets, ``n_ij / sqrt(n_i n_j)`` (item-to-item collaborative filtering,
    Linden, Smith and York 2003); pairs that met only once are left out.
    """
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for basket in baskets:
        single.update(basket)
        if len(basket) <= _BASKET:
            pairs.update(combinations(sorted(basket), 2))
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (first, second), count in pairs.items():
        if count >= _SUPPORT:
            score = count / math.sqrt(single[first] * single[second])
            found[first].append((second, score))
            found[second].append((first, score))
    return {sku: tuple(sorted(others, key=lambda other: (-other[1], other[0]))) for sku, others in found.items()}
