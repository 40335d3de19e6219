"""Groups of customers who behave alike: as many as come out the same when a fifth of the customers are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.marketing.customers.histories import CustomerHistory

LEAST_CUSTOMERS, MOST_SEGMENTS, MOST_CATEGORIES, TRIES = 20, 6, 8, 6
STABLE = 0.75
"""Adjusted Rand index, in the mean over tries, above which a number of segments counts as stable."""
TELLING = 0.5
"""Standard deviations from the shop's mean from which a segment is named by a feature."""
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segments:
    """``own`` is each customer's segment, ``traits`` what sets each apart (feature, deviation), ``stability`` from 0 to 1.

    ``places`` has shape ``(customers, 2)``: where each stands on a map.
    """

    own: NDArray[np.int64]
    traits: tuple[tuple[tuple[str, float], ...], ...]
    stability: float
    places: Matrix


def features(histories: Sequence[CustomerHistory], today: date) -> tuple[list[str], Matrix]:
    """Names and standardised values: how often, how much, how lately, how much only looked at, and shares of categories."""
    liked = [Counter([c for p in one.purchases for c in p.categories] * 2 + list(one.looked_at)) for one in histories]
    usual = [name for name, _ in sum(liked, Counter()).most_common(MOST_CATEGORIES)]
    rows = []
    for one, own in zip(histories, liked, strict=True):
        last = max([*(p.day for p in one.purchases[-1:]), *one.steps[-1:]], default=None)
        idle = (today - last).days if last else 365
        amount = sum(p.amount for p in one.purchases)
        shares = [own[name] / max(1, own.total()) for name in usual]
        basics = [np.log1p(len(one.purchases)), np.log1p(amount), -np.log1p(idle), np.log1p(len(one.steps))]
        rows.append([*basics, *(share * 0.7 for share in shares)])
    values = np.array(rows, float)
    spread = values.std(axis=0)
    names = ["orders", "spending", "recency", "visits", *(f"category:{name}" for name in usual)]
    standard = (values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    return names, np.clip(standard, -3, 3)


def segments(histories: Sequence[CustomerHistory], today: date) -> Segments | None:
    """The segments; None for fewer than ``LEAST_CUSTOMERS`` customers, or where no grouping is stable."""
    if len(histories) < LEAST_CUSTOMERS:
        return None
    names, values = features(histories, today)
    if len(np.unique(values.round(6), axis=0)) < MOST_SEGMENTS:
        return None
    tried = [(number, stability(values, number)) for number in range(2, MOST_SEGMENTS + 1)]
    stable = [(number, score) for number, score in tried if score >= STABLE]
    if not stable:
        return None
    number, score = stable[-1]
    own = cluster(values, number)
    sizes = Counter(own.tolist())
    order = {old: new for new, (old, _) in enumerate(sizes.most_common())}
    own = np.array([order[each] for each in own.tolist()])
    middles = np.array([values[own == each].mean(axis=0) for each in range(number)])
    centred = values - values.mean(axis=0)
    places = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    return Segments(own, tuple(_traits(names, middle) for middle in middles), round(score, 3), places)


def _traits(names: Sequence[str], middle: NDArray[np.float64]) -> tuple[tuple[str, float], ...]:
    strongest = np.argsort(-np.abs(middle), kind="stable")[:3]
    return tuple((names[i], round(float(middle[i]), 2)) for i in strongest if abs(middle[i]) >= TELLING)


def cluster(values: Matrix, number: int, seed: int = 0) -> NDArray[np.int64]:
    """k-means labels of the rows."""
    from sklearn.cluster import KMeans  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # threads of small jobs wait for each other where other programs share the cores
        return np.asarray(KMeans(number, n_init=10, random_state=seed).fit_predict(values))


def stability(values: Matrix, number: int, tries: int = TRIES) -> float:
    """Mean adjusted Rand index between the segments of all and of four fifths of the customers, on those fifths."""
    from sklearn.metrics import adjusted_rand_score  # type: ignore[import-untyped]

    whole = cluster(values, number)
    random = np.random.default_rng(0)
    found = []
    for seed in range(1, tries + 1):
        part = np.sort(random.choice(len(values), int(0.8 * len(values)), replace=False))
        found.append(adjusted_rand_score(whole[part], cluster(values[part], number, seed)))
    return float(np.mean(found))
