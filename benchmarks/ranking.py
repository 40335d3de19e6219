"""Measures of a ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2


def ndcg(ranked: Sequence[str], gains: Mapping[str, int], k: int = 10) -> float:
    """Normalised discounted cumulative gain at ``k`` with linear gains, as in BEIR's trec_eval."""
    ideal = sorted(gains.values(), reverse=True)[:k]
    found = sum(gains.get(text, 0) / log2(rank + 2) for rank, text in enumerate(ranked[:k]))
    return found / sum(gain / log2(rank + 2) for rank, gain in enumerate(ideal))


def recall(ranked: Sequence[str], gains: Mapping[str, int], k: int = 5) -> float:
    """Share of the relevant texts among the first ``k``."""
    return len(gains.keys() & set(ranked[:k])) / len(gains)


def reciprocal_rank(ranked: Sequence[str], gains: Mapping[str, int], k: int = 10) -> float:
    """One over the rank of the first relevant text among the first ``k``, else 0."""
    return next((1 / (rank + 1) for rank, text in enumerate(ranked[:k]) if text in gains), 0.0)
