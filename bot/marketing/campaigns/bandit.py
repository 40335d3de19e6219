"""Thompson sampling: a variant is shown as often as it is likely to be the best one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DRAWS = 4_000
LEAST = 0.02
"""The share that every variant keeps, so that one that began badly can still recover."""


def shares(units: Sequence[int], events: Sequence[int], seed: int = 0) -> tuple[float, ...]:
    """How likely each variant's rate is to be the highest, from Beta posteriors with a flat prior, each at least ``LEAST``.

    The same counts and seed always give the same shares.
    """
    taken, failed = np.asarray(events, dtype=float), np.asarray(units, dtype=float) - np.asarray(events, dtype=float)
    drawn = np.random.default_rng(seed).beta(taken + 1, np.maximum(failed, 0) + 1, size=(DRAWS, len(units)))
    best = np.bincount(drawn.argmax(axis=1), minlength=len(units)) / DRAWS
    raised = np.maximum(best, LEAST)
    return tuple(float(share) for share in raised / raised.sum())


def interval(units: int, events: int) -> tuple[float, float]:
    """The 95 % credible interval of a rate."""
    from scipy.stats import beta

    low, high = beta.ppf((0.025, 0.975), events + 1, max(units - events, 0) + 1)
    return float(low), float(high)
