"""Less noise from what is known of units before an experiment (CUPED: Deng, Xu, Kohavi and Walker 2013)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.marketing.campaigns.sequential import Arm


def arms_of(outcomes: Sequence[Sequence[float]], before: Sequence[Sequence[float]] | None = None) -> tuple[list[Arm], float]:
    """The arms from each unit's outcome, and the share of the variance that ``before`` explained, in [0, 1].

    Args:
        outcomes: for each arm, one number a unit.
        before: the same units' history in the same order; None, or all alike, where there is none.
    """
    values = [np.asarray(arm, dtype=float) for arm in outcomes]
    slope, centre, explained = 0.0, 0.0, 0.0
    history = [np.asarray(arm, dtype=float) for arm in before] if before is not None else None
    if history is not None:
        slope, centre, explained = _slope(values, history)
    arms = []
    for number, arm in enumerate(values):
        adjusted = arm - slope * (history[number] - centre) if history is not None else arm
        mean, variance = (float(adjusted.mean()), float(adjusted.var())) if len(arm) else (0.0, 0.0)
        arms.append(Arm(len(arm), int((arm != 0).sum()), mean, variance))
    return arms, explained


def _slope(values: Sequence[np.ndarray], history: Sequence[np.ndarray]) -> tuple[float, float, float]:
    """Slope within the arms, so that no effect leaks into it; the mean of the history; the share of variance explained."""
    centred = [(y - y.mean(), x - x.mean()) for y, x in zip(values, history, strict=True) if len(y)]
    if not centred:
        return 0.0, 0.0, 0.0
    y, x = (np.concatenate(part) for part in zip(*centred, strict=True))
    spread, noise = float((x**2).sum()), float((y**2).sum())
    if spread == 0 or noise == 0:
        return 0.0, 0.0, 0.0
    slope = float((x * y).sum()) / spread
    return slope, float(np.concatenate(list(history)).mean()), slope**2 * spread / noise
