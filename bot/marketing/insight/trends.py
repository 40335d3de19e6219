"""What changes over time, told so that chance alone hardly ever raises an alarm.

Time is cut into equal periods. For each series (an aspect blamed, a phrase, a topic) every interval of periods is compared
with the rest by the likelihood ratio of two binomial rates (the scan statistic of Kulldorff 1997); how large the largest of
all series gets by chance is learned by shuffling the days among the texts, which keeps every dependence between series
(step-down-free maxT of Westfall and Young 1993). So ``level`` bounds the chance of *any* false alarm in a report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

LEVEL, SHUFFLES, PERIODS = 0.03, 399, 26
LEAST_TEXTS, LEAST_PERIODS, LEAST_INSIDE = 60, 6, 20
CLEAR = 1.3
"""A rate that grew or fell by less than this factor is no news, however sure it is."""
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """A series whose rate differed from ``start`` until before ``end`` (None: until the last day).

    ``inside`` and ``outside`` are shares of all texts then and at other times; ``chance`` is how likely it is that shuffled
    days give any series of the report so large a difference.
    """

    series: str
    start: date
    end: date | None
    inside: float
    outside: float
    chance: float

    @property
    def rising(self) -> bool:
        """Whether it was more often said than at other times."""
        return self.inside > self.outside


def changes(
    days: Sequence[date], series: Mapping[str, Sequence[int]], shuffles: int = SHUFFLES, level: float = LEVEL, seed: int = 0
) -> list[Change]:
    """The changes among ``series`` (members as places in ``days``), the surest first; [] where there is too little to tell."""
    names = [name for name, members in series.items() if len(members)]
    if len(days) < LEAST_TEXTS or not names:
        return []
    first, span = min(days), (max(days) - min(days)).days + 1
    width = -(-span // PERIODS)
    count = -(-span // width)
    if count < LEAST_PERIODS:
        return []
    periods = np.array([(day - first).days // width for day in days])
    members = np.concatenate([np.asarray(series[name], np.int64) for name in names])
    rows = np.repeat(np.arange(len(names)), [len(series[name]) for name in names])
    totals = np.bincount(periods, minlength=count)
    starts, ends = _intervals(totals)
    if not len(starts):
        return []

    second_end = np.where((starts > 0) & (ends < count), np.log(count), 0.0)  # an episode has one more place to choose

    def statistics(of: NDArray[np.int64]) -> Counts:
        counted = np.bincount(rows * count + of[members], minlength=len(names) * count).reshape(len(names), count)
        return _ratios(counted, totals, starts, ends) - second_end

    seen = statistics(periods)
    random = np.random.default_rng(seed)
    largest = np.array([statistics(random.permutation(periods)).max() for _ in range(shuffles)])
    found = []
    for row, name in enumerate(names):
        best = int(seen[row].argmax())
        chance = (1 + int((largest >= seen[row, best]).sum())) / (shuffles + 1)
        if chance > level:
            continue
        change = _change(name, periods[np.asarray(series[name])], totals, int(starts[best]), int(ends[best]), chance)
        low, high = sorted((change[3], change[4]))
        if high >= CLEAR * low:
            begin, end = first + timedelta(days=width * change[1]), first + timedelta(days=width * change[2])
            found.append(Change(name, begin, None if change[2] == count else end, change[3], change[4], chance))
    return sorted(found, key=lambda change: (change.chance, -abs(change.inside - change.outside)))


def _change(
    name: str, own: NDArray[np.int64], totals: NDArray[np.int64], start: int, end: int, chance: float
) -> tuple[str, int, int, float, float]:
    """The interval told the way that reads best: a change that lasts, not one that ended at the beginning."""
    if start == 0:
        start, end = end, len(totals)
    within = (own >= start) & (own < end)
    inside, outside = totals[start:end].sum(), totals.sum() - totals[start:end].sum()
    return name, start, end, float(within.sum() / inside), float((~within).sum() / outside)


def _intervals(totals: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Intervals that hold enough texts and leave enough outside."""
    reached = np.concatenate([[0], np.cumsum(totals)])
    starts, ends = np.triu_indices(len(totals) + 1, 1)
    inside = reached[ends] - reached[starts]
    good = (inside >= LEAST_INSIDE) & (reached[-1] - inside >= LEAST_INSIDE)
    return starts[good], ends[good]


def _ratios(
    counted: NDArray[np.int64], totals: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> Counts:
    """Log-likelihood ratios, shape ``(series, intervals)``."""
    reached = np.concatenate([[0], np.cumsum(totals)]).astype(float)
    sums = np.concatenate([np.zeros((len(counted), 1)), np.cumsum(counted, axis=1)], axis=1)
    hits, n = sums[:, ends] - sums[:, starts], reached[ends] - reached[starts]
    every, all_n = sums[:, -1:], reached[-1]
    return _likelihood(hits, n) + _likelihood(every - hits, all_n - n) - _likelihood(every, all_n)


def _likelihood(hits: Counts, n: Counts | float) -> Counts:
    misses = n - hits
    with np.errstate(divide="ignore", invalid="ignore"):
        told = np.where(hits > 0, hits * np.log(hits / n), 0.0) + np.where(misses > 0, misses * np.log(misses / n), 0.0)
    return np.asarray(told)
