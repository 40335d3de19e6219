"""Weights of the fusion and the logistic that turns a candidate's features into a probability.

Both are fitted by ``benchmarks/training/retrieval_calibration.py`` for each encoder and stored as small JSON files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.types import LanguageCode

FOLDER = Path(__file__).parent / "models" / "calibration"
FALLBACK = "generic"
FEATURES = (
    "dense", "lexical", "coverage", "margin", "same_language", "chinese", "size",
    "dense_by_size", "dense_in_chinese", "dense_margin",
)  # fmt: skip


class Features(Protocol):
    """What the calibration reads of a candidate."""

    @property
    def dense(self) -> float: ...  # noqa: D102
    @property
    def lexical(self) -> float: ...  # noqa: D102
    @property
    def coverage(self) -> float: ...  # noqa: D102
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

    ``dense_weight`` is the share of the cosine in the fused score, by query language. Terms say nothing of a chunk in the
    other language, so its lexical score counts as ``across`` times its cosine at least, which is what relevant chunks of the
    query's own language have, less a little. ``coefficients`` and ``intercept`` are those of the logistic over
    :data:`FEATURES`.
    """

    dense_weight: Mapping[str, float]
    across: float
    exact_weight: float
    coefficients: Sequence[float]
    intercept: float

    @classmethod
    def load(cls, encoder: str) -> Self:
        """The calibration fitted for the encoder of this name; the generic one where there is none."""
        path = path_of(encoder)
        return cls(**json.loads((path if path.exists() else path_of(FALLBACK)).read_text("utf-8")))

    def fuse(self, dense: float, lexical: float, exact: float, *, language: LanguageCode, same_language: bool) -> float:
        """A convex combination of cosine and normalised BM25, raised where codes of the query (SKUs, models) match."""
        share = self.dense_weight[language]
        if not same_language:
            lexical = max(lexical, self.across * dense)
        return share * dense + (1 - share) * lexical + self.exact_weight * exact

    def scores(self, ranked: Sequence[Features]) -> NDArray[np.float64]:
        """For each candidate of one query, best first, the probability that it answers."""
        logits = features(ranked, self.across) @ np.asarray(self.coefficients) + self.intercept
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


def features(ranked: Sequence[Features], across: float) -> NDArray[np.float64]:
    """One row of :data:`FEATURES` for each candidate.

    A margin is the candidate's value less the best one of the others; size is the binary logarithm of the tokens, because
    a long passage that answers has a lower cosine than a short question that means the same.
    """
    fused = [candidate.fused for candidate in ranked]
    rows = []
    for index, candidate in enumerate(ranked):
        others = fused[:index] + fused[index + 1 :]
        margin = candidate.fused - max(others, default=0.0)
        lexical, coverage = candidate.lexical, candidate.coverage
        if not candidate.same_language:
            lexical, coverage = max(lexical, across * candidate.dense), max(coverage, candidate.dense)
        size = log2(1 + candidate.size)
        chinese = float(candidate.language == "zh")
        marks = [float(candidate.same_language), chinese]
        nearest = max((other.dense for other in ranked if other is not candidate), default=0.0)
        products = [size * candidate.dense, chinese * candidate.dense]
        rows.append([candidate.dense, lexical, coverage, margin, *marks, size, *products, candidate.dense - nearest])
    return np.asarray(rows, dtype=np.float64)


def path_of(encoder: str) -> Path:
    """Where the calibration for an encoder is stored."""
    return FOLDER / f"{re.sub(r'[^a-z0-9.-]+', '-', encoder.lower()).strip('-')}.json"
