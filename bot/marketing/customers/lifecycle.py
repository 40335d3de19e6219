"""Recency, frequency and money of each customer, and the lifecycle stage that follows from the shop's own rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Literal

import numpy as np

from bot.marketing.customers.histories import CustomerHistory

Stage = Literal["prospect", "new", "active", "loyal", "at_risk", "lost"]
USUAL_GAP, LOYAL = 60.0, 3
"""Days between two orders, where the shop's own cannot be told; orders that make a customer loyal."""


@dataclass(frozen=True, slots=True)
class Life:
    """``recency`` in days since the last order (None for a prospect); ``scores`` are fifths of R, F and M, 5 the best."""

    recency: int | None
    frequency: int
    money: float
    scores: tuple[int, int, int]
    stage: Stage


def usual_gap(histories: Sequence[CustomerHistory]) -> float:
    """Median days between two orders of one customer."""
    gaps = [(later.day - earlier.day).days for one in histories for earlier, later in pairwise(one.purchases)]
    return max(1.0, float(median(gaps))) if len(gaps) >= 5 else USUAL_GAP


def lives(histories: Sequence[CustomerHistory], today: date) -> list[Life]:
    """The life of each customer as of ``today``."""
    gap = usual_gap(histories)
    recency = [(today - one.purchases[-1].day).days if one.purchases else None for one in histories]
    money = [sum(purchase.amount for purchase in one.purchases) for one in histories]
    fresh = _fifths([-value if value is not None else None for value in recency])
    often = _fifths([len(one.purchases) or None for one in histories])
    spent = _fifths([value if one.purchases else None for value, one in zip(money, histories, strict=True)])
    return [
        Life(days, len(one.purchases), round(total, 2), (r, f, m), _stage(days, len(one.purchases), gap))
        for one, days, total, r, f, m in zip(histories, recency, money, fresh, often, spent, strict=True)
    ]


def _stage(recency: int | None, orders: int, gap: float) -> Stage:
    if recency is None:
        return "prospect"
    if recency > 4 * gap:
        return "lost"
    if recency > 2 * gap:
        return "at_risk"
    return "loyal" if orders >= LOYAL else "new" if orders == 1 else "active"


def _fifths(values: Sequence[float | None]) -> list[int]:
    """1 to 5 by rank among those who have a value, equal values alike; 0 without one."""
    known = np.sort(np.array([value for value in values if value is not None], float))
    places = [0 if value is None else int(np.searchsorted(known, value, "right")) for value in values]
    return [0 if value is None else max(1, -(-5 * place // len(known))) for value, place in zip(values, places, strict=True)]
