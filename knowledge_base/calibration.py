"""Weights of the fusion and the logistic that turns a candidate's features into a probability.

Both are fitted by ``benchmarks/training/retrieval_calibration.py`` for each encoder and stored as small JSON files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log2
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.types import LanguageCode

FOLDER = Path(__file__).parent / "models" / "calibration"
FALLBACK = "generic"
SIGNALS = ("chinese", "dense_gap", "lexical_gap")
FEATURES = (
    "dense", "lexical", "coverage", "margin", "same_language", "chinese", "size",
    "dense_by_size", "dense_in_chinese", "dense_margin",
)  # fmt: skip
GAP = 10
"""A gap is the best value less the tenth: a leg that sets a few candidates apart knows more than one that likes them all."""


class Features(Protocol):
    """What the calibration reads of a candidate."""

    @property
    def dense(self) -> float: ...  # noqa: D102
    @property
    def lexical(self) -> float: ...  # noqa: D102
    @property
    def coverage(self) -> float: ...  # noqa: D102
    @property
    def exact(self) -> float: ...  # noqa: D102
    @property
    def fused(self) -> float: ...  # noqa: D102
    @property
    def size(self) -> float: ...  # noqa: D102
    @property
    def language(self) -> LanguageCode: ...  # noqa: D102
    @property
    def same_language(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted weights.

    ``share`` and ``share_intercept`` are those of the logistic over :data:`SIGNALS` that gives the cosine's share in the fused
    scores of one query. Terms say nothing of a chunk in the other language, so its lexical score counts as ``across`` times
    its cosine at least, which is what relevant chunks of the query's own language have, less a little. ``coefficients`` and
    ``intercept`` are those of the logistic over :data:`FEATURES`.
    """

    share: Sequence[float]
    share_intercept: float
    across: float
    exact_weight: float
    coefficients: Sequence[float]
    intercept: float

    @classmethod
    def load(cls, encoder: str) -> Self:
        """The calibration fitted for the encoder of this name; the generic one where there is none."""
        path = path_of(encoder)
        return cls(**json.loads((path if path.exists() else path_of(FALLBACK)).read_text("utf-8")))

    def fuse(self, found: Sequence[Features]) -> NDArray[np.float64]:
        """For each candidate of one query, a convex combination of cosine and normalised BM25.

        It is raised where codes of the query (SKUs, models) match.
        """
        if not found:
            return np.zeros(0)
        dense, exact = np.array([each.dense for each in found]), np.array([each.exact for each in found])
        lexical = np.array([self._lexical(each) for each in found])
        logit = float(signals(found) @ np.asarray(self.share)) + self.share_intercept
        share = 1 / (1 + exp(-logit))
        return np.asarray(share * dense + (1 - share) * lexical + self.exact_weight * exact, dtype=np.float64)

    def scores(self, ranked: Sequence[Features]) -> NDArray[np.float64]:
        """For each candidate of one query, best first, the probability that it answers."""
        logits = features(ranked, self.across) @ np.asarray(self.coefficients) + self.intercept
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)

    def _lexical(self, candidate: Features) -> float:
        floor = 0.0 if candidate.same_language else self.across * candidate.dense
        return max(candidate.lexical, floor)


def signals(found: Sequence[Features]) -> NDArray[np.float64]:
    """The :data:`SIGNALS` of a query with at least one candidate."""
    gaps = [_gap([each.dense for each in found]), _gap([each.lexical for each in found])]
    return np.array([float(found[0].language == "zh"), *gaps])


def _gap(values: Sequence[float]) -> float:
    best = sorted(values, reverse=True)[:GAP]
    return best[0] - best[-1]


def features(ranked: Sequence[Features], across: float) -> NDArray[np.float64]:
    """One row of :data:`FEATURES` for each candidate.

    A margin is the candidate's value less the best one of the others; size is the binary logarithm of the tokens, because
    a long passage that answers has a lower cosine than a short question that means the same.
    """
    fused = _best_of_others([candidate.fused for candidate in ranked])
    nearest = _best_of_others([candidate.dense for candidate in ranked])
    rows = []
    for index, candidate in enumerate(ranked):
        margin = candidate.fused - fused[index]
        lexical, coverage = candidate.lexical, candidate.coverage
        if not candidate.same_language:
            lexical, coverage = max(lexical, across * candidate.dense), max(coverage, candidate.dense)
        size = log2(1 + candidate.size)
        chinese = float(candidate.language == "zh")
        marks = [float(candidate.same_language), chinese]
        products = [size * candidate.dense, chinese * candidate.dense]
        rows.append([candidate.dense, lexical, coverage, margin, *marks, size, *products, candidate.dense - nearest[index]])
    return np.asarray(rows, dtype=np.float64)


def _best_of_others(values: Sequence[float]) -> list[float]:
    """For each value, the highest of all others; 0 where there are none."""
    best, second = (*sorted(values, reverse=True), 0.0, 0.0)[:2]
    return [second if value == best else best for value in values]


def path_of(encoder: str) -> Path:
    """Where the calibration for an encoder is stored."""
    return FOLDER / f"{re.sub(r'[^a-z0-9.-]+', '-', encoder.lower()).strip('-')}.json"
