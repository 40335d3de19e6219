"""One product of each kind within a budget: the best set, solved exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bot.types import Product

_PER_KIND = 60


@dataclass(frozen=True, slots=True)
class Bundle:
    """Products of which each is of another kind, what they cost together, and how much of the budget that leaves.

    ``left`` is None without a budget and below 0 where even the cheapest set costs more.
    """

    products: tuple[Product, ...]
    total: float
    left: float | None = None


def best_bundle(kinds: Sequence[Sequence[tuple[Product, float]]], budget: float | None) -> Bundle | None:
    """The set with the greatest sum of scores that costs no more than ``budget``; the cheapest set where none does.

    ``kinds`` are the candidates of each kind with a score; those without a price are left out. None where a kind has none.
    A multiple-choice knapsack, as an integer programme that HiGHS solves to optimality.
    """
    priced = [[(product, score) for product, score in kind if product.price is not None] for kind in kinds]
    if not priced or not all(priced):
        return None
    shortened = [_worth_a_look(kind) for kind in priced]
    listed = [candidate for kind in shortened for candidate in kind]
    prices = np.array([product.price for product, _ in listed], np.float64)
    scores = np.array([score for _, score in listed], np.float64)
    of_kind = np.repeat(np.arange(len(shortened)), [len(kind) for kind in shortened])
    one_each = sparse.csr_matrix((np.ones(len(listed)), (of_kind, np.arange(len(listed)))))
    cheapest = sum(min(product.price or 0.0 for product, _ in kind) for kind in shortened)
    if budget is not None and cheapest > budget + 1e-9:
        chosen = [min((product for product, _ in kind), key=lambda one: (one.price or 0.0, one.sku)) for kind in shortened]
        return _bundle(chosen, budget)
    from scipy.optimize import Bounds, LinearConstraint, milp  # it takes a third of a second to import

    limits = [LinearConstraint(one_each, 1, 1)]
    if budget is not None:
        limits.append(LinearConstraint(prices[None, :], -np.inf, budget + 1e-9))
    solved = milp(
        -scores, constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(len(listed)), options={"mip_rel_gap": 0}
    )
    return _bundle([listed[place][0] for place in np.flatnonzero(solved.x > 0.5)], budget)


def _worth_a_look(kind: Sequence[tuple[Product, float]]) -> list[tuple[Product, float]]:
    """Only what no cheaper product of the kind beats can be in the best set; of these the first sixty by score."""
    best, kept = -np.inf, []
    for product, score in sorted(kind, key=lambda one: (one[0].price or 0.0, -one[1], one[0].sku)):
        if score > best:
            best = score
            kept.append((product, score))
    return kept[:1] + kept[1:][-_PER_KIND:]


def _bundle(products: Sequence[Product], budget: float | None) -> Bundle:
    total = round(sum(product.price or 0.0 for product in products), 2)
    return Bundle(tuple(products), total, None if budget is None else round(budget - total, 2))
