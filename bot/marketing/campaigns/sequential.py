"""Comparing two arms at any time and as often as one likes: nothing here is spoilt by looking early.

Confidence sequence and p-value are those of the mixture sequential probability ratio test with a normal mixture (Robbins 1970;
Johari, Koomen, Pekelis and Walsh, "Always valid inference", 2022), on the difference of means with its estimated variance.
Every function takes numbers or arrays of one shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FEWEST_UNITS = 100
"""Units of each arm below which nothing is concluded: the variance is an estimate and the mean not yet normal."""
FEWEST_EVENTS = 20
"""Units with an outcome, of both arms together, below which nothing is concluded."""


@dataclass(frozen=True, slots=True)
class Arm:
    """What one arm has shown: units, units with any outcome, and mean and variance of a unit's outcome."""

    units: Any
    events: Any
    mean: Any
    variance: Any

    @classmethod
    def of_rate(cls, units: Any, events: Any) -> Arm:
        """An arm whose outcome is yes or no."""
        rate = events / np.maximum(units, 1)
        return cls(units, events, rate, rate * (1 - rate))


@dataclass(frozen=True, slots=True)
class Difference:
    """The second arm's mean less the first one's, with a confidence interval that holds at all times at once, and the p-value.

    ``p`` is that of this look alone; valid at all looks is the least one so far.
    """

    estimate: Any
    low: Any
    high: Any
    p: Any


def mixture_variance(variance: float, control: float, variant: float, alpha: float) -> float:
    """The variance of the normal mixture with which the interval is narrowest once the arms have so many units.

    Chosen before the experiment begins, from the variance of a unit's outcome (Waudby-Smith et al. 2021, appendix B.2).
    """
    from scipy.special import lambertw

    factor = -float(lambertw(-(alpha**2) * np.exp(-1.0), k=-1).real) - 1.0
    return factor * variance * (1 / control + 1 / variant)


def compare(control: Arm, variant: Arm, mixture: float, alpha: float = 0.05) -> Difference:
    """The difference between two arms at confidence ``1 - alpha``; unknown (infinite, p = 1) while there is too little data."""
    estimate = np.asarray(variant.mean - control.mean, dtype=float)
    pooled = _pooled(control, variant)
    spread = pooled / np.maximum(control.units, 1) + pooled / np.maximum(variant.units, 1)
    enough = (
        (np.minimum(control.units, variant.units) >= FEWEST_UNITS)
        & (control.events + variant.events >= FEWEST_EVENTS)
        & (spread > 0)
    )
    spread = np.where(enough, spread, 1.0)
    odds = 0.5 * np.log(spread / (spread + mixture)) + estimate**2 * mixture / (2 * spread * (spread + mixture))
    radius = np.sqrt(2 * spread * (spread + mixture) / mixture * (0.5 * np.log((spread + mixture) / spread) - np.log(alpha)))
    radius = np.where(enough, radius, np.inf)
    p = np.where(enough, np.minimum(1.0, np.exp(np.minimum(-odds, 0.0))), 1.0)
    return Difference(estimate, estimate - radius, estimate + radius, p)


def mismatch(counts: Any, shares: Any, concentration: float = 1_000.0) -> Any:
    """The p-value, valid at all looks, that ``counts`` of units (last axis: arms) were dealt in ``shares``.

    One over the Bayes factor of a Dirichlet mixture about the shares (Lindon and Malek, "Anytime-valid inference for
    multinomial count data", 2022).
    """
    from scipy.special import gammaln

    counts, shares = np.asarray(counts, dtype=float), np.asarray(shares, dtype=float)
    prior = shares * concentration
    total = counts.sum(axis=-1)
    bayes = gammaln(concentration) - gammaln(concentration + total) + (gammaln(prior + counts) - gammaln(prior)).sum(axis=-1)
    evidence = bayes - (counts * np.log(shares)).sum(axis=-1)
    return np.exp(np.minimum(-evidence, 0.0))


def _pooled(control: Arm, variant: Arm) -> Any:
    """The variance of a unit's outcome in both arms together, as it is when they do not differ, never less than in either."""
    units = np.maximum(control.units + variant.units, 1)
    within = (control.units * control.variance + variant.units * variant.variance) / units
    between = control.units * variant.units * (variant.mean - control.mean) ** 2 / units**2
    return within + between
