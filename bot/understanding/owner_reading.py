"""One reading of messages by an owner's intents: which intent, and how familiar, over the vectors of one encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understanding.kernel_ridge import FREQUENCIES, FeatureMap, Matrix, fit_ridge
from bot.understanding.linear import softmax
from knowledge_base.encoder import Encoder

BATCH = 1024
NEAREST_SHARE = 0.5
LEAST_DEVIATION = np.float32(0.05)
REJECTED = 0.05
KEPT = 4096
"""Examples at most among which a message's nearest is looked for."""


@dataclass(frozen=True)
class Assessment:
    """What a reading finds: ``probabilities`` (texts × intents) and ``out_of_scope`` per text, in [0, 1]."""

    probabilities: Matrix
    out_of_scope: Matrix


@dataclass(frozen=True)
class Familiarity:
    """How near a message is to the examples: its best in-scope score and its nearest example, in units of usual messages.

    ``means`` and ``deviations`` are those of left-out examples; a message at ``limit`` is stranger than all but ``REJECTED``
    of them.
    """

    means: Matrix
    deviations: Matrix
    limit: float

    @classmethod
    def fit(cls, best: Matrix, nearest: Matrix) -> Familiarity:
        """From the left-out examples' best in-scope scores and cosines with the nearest other example."""
        both = np.stack([best, nearest])
        usual = cls(both.mean(axis=1), np.maximum(both.std(axis=1), LEAST_DEVIATION), 0.0)
        return cls(usual.means, usual.deviations, float(np.quantile(usual.of(best, nearest), REJECTED)))

    def of(self, best: Matrix, nearest: Matrix) -> Matrix:
        """Larger is more familiar."""
        scores, cosines = ((np.stack([best, nearest]).T - self.means) / self.deviations).T
        return np.asarray(scores + NEAREST_SHARE * cosines, dtype=np.float32)

    def strangeness(self, best: Matrix, nearest: Matrix) -> Matrix:
        """In [0, 1]; 0.5 at the limit."""
        return np.asarray(1 / (1 + np.exp(np.clip(self.of(best, nearest) - self.limit, -30, 30))), dtype=np.float32)


@dataclass(frozen=True)
class LeftOut:
    """What a reading finds in the examples ``checked`` when each is left out of its training."""

    checked: NDArray[np.int64]
    found: Assessment


@dataclass(frozen=True)
class Reading:
    """Scores of the intents by kernel ridge regression, and familiarity with the examples; ``inside`` are those in scope."""

    features: FeatureMap
    centre: Matrix
    weights: Matrix
    shares: Matrix
    temperature: float
    inside: NDArray[np.bool_]
    examples: Matrix
    familiarity: Familiarity

    @classmethod
    def train(
        cls, texts: Sequence[str], targets: NDArray[np.int64], inside: NDArray[np.bool_], encoder: Encoder,
        frequencies: int = FREQUENCIES,
    ) -> tuple[Reading, LeftOut]:  # fmt: skip
        """The reading of examples whose intents are the numbers ``targets``, and what it finds in left-out ones."""
        features, vectors = FeatureMap.fit(texts, encoder, frequencies), encoder.encode(texts)
        rows = np.concatenate([features(texts[part], vectors[part]) for part in batches(len(texts))])
        centre = rows.mean(axis=0)
        rows -= centre
        shares = np.bincount(targets, minlength=len(inside)).astype(np.float32) / np.float32(len(targets))
        fit = fit_ridge(rows, targets, shares)
        kept = np.random.default_rng(0).permutation(np.flatnonzero(inside[targets]))[:KEPT]
        best, nearest = fit.scores[:, inside].max(axis=1), nearest_other(vectors, fit.checked, kept)
        ours = inside[targets[fit.checked]]
        familiarity = Familiarity.fit(best[ours], nearest[ours])
        found = Assessment(softmax(fit.scores / np.float32(fit.temperature)), familiarity.strangeness(best, nearest))
        reading = cls(features, centre, fit.weights, shares, fit.temperature, inside, vectors[kept], familiarity)
        return reading, LeftOut(fit.checked, found)

    def assess(self, texts: Sequence[str]) -> Assessment:
        """Probabilities and strangeness of ``texts``."""
        vectors = self.features.encoder.encode(texts)
        probabilities = np.empty((len(texts), len(self.shares)), np.float32)
        strange = np.empty(len(texts), np.float32)
        for part in batches(len(texts)):
            rows = self.features(texts[part], vectors[part]) - self.centre
            scores = np.asarray(rows @ self.weights + self.shares, dtype=np.float32)
            probabilities[part] = softmax(scores / np.float32(self.temperature))
            nearest = (vectors[part] @ self.examples.T).max(axis=1)
            strange[part] = self.familiarity.strangeness(scores[:, self.inside].max(axis=1), nearest)
        return Assessment(probabilities, strange)


def batches(count: int) -> Iterator[slice]:
    """Slices of ``BATCH`` texts, which keep the dense rows small."""
    return (slice(begin, begin + BATCH) for begin in range(0, count, BATCH))


def nearest_other(vectors: Matrix, chosen: NDArray[np.int64], among: NDArray[np.int64]) -> Matrix:
    """The cosine of each ``chosen`` vector with the nearest of those ``among`` them all, itself left out."""
    cosines = vectors[chosen] @ vectors[among].T
    cosines[chosen[:, None] == among] = -1
    return np.asarray(cosines.max(axis=1), dtype=np.float32)
