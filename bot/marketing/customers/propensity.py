"""How likely a customer orders again within some weeks, learned from the shop's own past and only told where it held there.

At several days of the past everything before is turned into features, and what followed within the horizon is the truth. A
logistic regression learns on the earlier days; the last one, which it has not seen, says how well its probabilities hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.marketing.customers.histories import CustomerHistory

HORIZON = 60
CUTS, LEAST_ROWS, LEAST_EACH = 4, 60, 12
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """Customers of whom about the same was told: the mean probability ``told``, and the share of them that ``came``."""

    told: float
    came: float
    customers: int


@dataclass(frozen=True, slots=True)
class Propensity:
    """``again`` is the probability of an order within ``HORIZON`` days by customer id.

    The rest was measured on the last stretch: ``auc``; ``brier`` of the probabilities and ``brier_usual`` of the plain share;
    ``groups`` are fifths of the customers by what was told of them, and ``calibration`` the mean gap between told and true
    shares over these. ``usual`` is the share that ordered again in all that was learned from.
    """

    again: dict[str, float]
    auc: float
    brier: float
    brier_usual: float
    groups: tuple[CalibrationGroup, ...]
    usual: float

    @property
    def calibration(self) -> float:
        """Expected calibration error."""
        return calibration_error(self.groups)


def propensity(histories: Sequence[CustomerHistory], today: date, horizon: int = HORIZON) -> Propensity | None:
    """Learned and measured; None where the past is too short or held no better than the plain share."""
    first = min((one.purchases[0].day for one in histories if one.purchases), default=today)
    cuts = [today - timedelta(days=horizon * step) for step in range(CUTS, 0, -1)]
    cuts = [cut for cut in cuts if (cut - first).days >= horizon]
    parts = [_examples(histories, cut, horizon) for cut in cuts]
    if len(parts) < 2:
        return None
    values, truth = np.vstack([x for x, _ in parts[:-1]]), np.concatenate([y for _, y in parts[:-1]])
    held, held_truth = parts[-1]
    if len(truth) < LEAST_ROWS or min(truth.sum(), (~truth).sum(), held_truth.sum(), (~held_truth).sum()) < LEAST_EACH:
        return None
    told = _PurchaseModel(values, truth)(held)
    brier, usual = float(np.mean((told - held_truth) ** 2)), float(np.mean((truth.mean() - held_truth) ** 2))
    if brier >= usual:
        return None
    every = np.concatenate([y for _, y in parts])
    model = _PurchaseModel(np.vstack([x for x, _ in parts]), every)
    known = [one for one in histories if one.purchases]
    now = model(np.array([features(one, today) for one in known]))
    again = {one.id: round(float(p), 3) for one, p in zip(known, now, strict=True)}
    groups, share = calibration_groups(told, held_truth), round(float(every.mean()), 4)
    return Propensity(again, _auc(told, held_truth), round(brier, 4), round(usual, 4), groups, share)


def features(one: CustomerHistory, day: date) -> list[float]:
    """What is known of a customer before ``day``."""
    days = [purchase.day for purchase in one.purchases]
    recency, age = (day - days[-1]).days, (day - days[0]).days
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    gap = float(np.mean(gaps)) if gaps else 90.0
    seen = sum((day - step).days <= 30 for step in one.steps)
    overdue = recency / max(gap, 1.0)
    return [
        np.log1p(recency), np.log1p(age), np.log1p(len(days)), np.log1p(gap), min(overdue, 8.0), float(len(days) == 1),
        np.log1p(seen), len(days) / max(age, 30) * 30, np.exp(-recency / 45),
    ]  # fmt: skip


def _examples(histories: Sequence[CustomerHistory], cut: date, horizon: int) -> tuple[Matrix, NDArray[np.bool_]]:
    rows, truth = [], []
    for one in histories:
        before = one.until(cut)
        if before.purchases:
            rows.append(features(before, cut))
            truth.append(any(cut <= purchase.day < cut + timedelta(days=horizon) for purchase in one.purchases))
    return np.array(rows).reshape(len(rows), 9), np.array(truth, bool)


class _PurchaseModel:
    """A standardised logistic regression, called with features."""

    def __init__(self, values: Matrix, truth: NDArray[np.bool_]) -> None:
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
        from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

        self._model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000)).fit(values, truth)

    def __call__(self, values: Matrix) -> Matrix:
        return np.asarray(self._model.predict_proba(values)[:, 1])


def calibration_groups(told: Matrix, truth: NDArray[np.bool_], groups: int = 5) -> tuple[CalibrationGroup, ...]:
    """Groups of equal size, those of whom least was told first."""
    parts = np.array_split(np.argsort(told, kind="stable"), groups)
    return tuple(CalibrationGroup(float(told[p].mean()), float(truth[p].mean()), len(p)) for p in parts if len(p))


def calibration_error(groups: Sequence[CalibrationGroup]) -> float:
    """Expected calibration error: the gap between told and true shares, weighed by the groups' sizes."""
    size = sum(one.customers for one in groups)
    return round(sum(one.customers * abs(one.told - one.came) for one in groups) / size, 4)


def _auc(told: Matrix, truth: NDArray[np.bool_]) -> float:
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    return round(float(roc_auc_score(truth, told)), 4)
