"""The learned recommender: several views of the interactions, weighed by how well each foretold what customers did next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bot.recommendation import similarity
from bot.recommendation.blend import learned_weights
from bot.recommendation.factors import Factors
from bot.recommendation.histories import Histories, Step
from bot.recommendation.one_thread import one_thread

Floats = npt.NDArray[np.float32]
_LATEST = 100
_CHECKED = 1500
_MANY = 5000
_FACTORS_OF_FEW, _FACTORS_OF_MANY = 48, 96
"""What fewer customers can teach more factors is noise."""
_SEED = 11
_VIEWS: tuple[tuple[str, float], ...] = (
    ("ease", 1.0), ("ease", 0.9), ("succession", 0.95), ("succession", 0.8), ("succession", 0.4), ("cosine", 1.0),
    ("content", 1.0), ("content", 0.5),
)  # fmt: skip
"""Matrix and how much of a step's weight is left one step later."""
SIGNALS = (*(f"{matrix} {kept:g}" for matrix, kept in _VIEWS), "factors", "popularity")
_FACTORS, _POPULARITY = len(_VIEWS), len(_VIEWS) + 1
_CONTENT = _VIEWS.index(("content", 1.0))
_UNMET = 0.1
_PLACES = {name: [place for place, (matrix, _) in enumerate(_VIEWS) if matrix == name] for name, _ in _VIEWS}


@dataclass(frozen=True, slots=True)
class Signals:
    """What was learned of items, without the weights."""

    items: tuple[str, ...]
    number: Mapping[str, int]
    neighbours: Mapping[str, sparse.csr_matrix]
    factors: Factors
    popularity: Floats

    @classmethod
    def fit(cls, histories: Histories, words: Sequence[Sequence[str]], content: sparse.csr_matrix | None = None) -> Signals:
        """Learns every matrix from the histories; ``words`` are the items' own."""
        neighbours = {
            "ease": similarity.ease(histories),
            "succession": similarity.succession(histories),
            "cosine": similarity.cosine(histories),
            "content": similarity.content(words) if content is None else content,
        }
        popularity = np.log1p(histories.popularity())
        popularity /= max(float(popularity.max(initial=0)), 1e-9)
        number = {item: place for place, item in enumerate(histories.items)}
        factors = Factors.fit(histories, size=_FACTORS_OF_MANY if len(histories.sequences) >= _MANY else _FACTORS_OF_FEW)
        return cls(histories.items, number, neighbours, factors, popularity)

    def of(self, sequence: npt.NDArray[np.int32], weights: Floats, wanted: Collection[int] = range(len(SIGNALS))) -> Floats:
        """Signals × items, each row with its greatest value at 1; only rows ``wanted`` are worked out, the others are 0."""
        recent, told = sequence[-_LATEST:], weights[-_LATEST:]
        found = np.zeros((len(SIGNALS), len(self.items)), np.float32)
        if _POPULARITY in wanted:
            found[_POPULARITY] = self.popularity
        if len(recent):
            age = np.arange(len(recent), dtype=np.float32)[::-1]
            for name, neighbours in self.neighbours.items():
                rows = [place for place in _PLACES[name] if place in wanted]
                if rows:
                    found[rows] = _spoken_for(neighbours, recent, [told * np.float32(_VIEWS[row][1]) ** age for row in rows])
            if _FACTORS in wanted:
                found[_FACTORS] = np.maximum(self.factors.scores(recent, np.ones(len(recent), np.float32)), 0)
        top = found.max(axis=1, keepdims=True, initial=0)
        scaled: Floats = np.divide(found, top, out=np.zeros_like(found), where=top > 0)
        return scaled


def _spoken_for(neighbours: sparse.csr_matrix, items: npt.NDArray[np.int32], weights: Sequence[Floats]) -> Floats:
    """For each of the ``weights`` of a history's ``items`` the sum of what they say of every item."""
    starts, sizes = neighbours.indptr[items], np.diff(neighbours.indptr)[items]
    offsets = np.arange(int(sizes.sum()), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    places = np.repeat(starts, sizes) + offsets
    strength, columns, length = neighbours.data[places], neighbours.indices[places], neighbours.shape[1]
    return np.array([np.bincount(columns, strength * np.repeat(own, sizes), length) for own in weights], np.float32)


@dataclass(frozen=True, slots=True)
class RecommendationModel:
    """Scores every known item for a history."""

    signals: Signals
    weights: Floats

    @classmethod
    def fit(cls, histories: Histories, words: Sequence[Sequence[str]]) -> RecommendationModel:
        """Learns from the histories alone; the weights from their latest steps, hidden from the matrices meanwhile."""
        with one_thread():
            return cls._fitted(histories, words)

    @classmethod
    def _fitted(cls, histories: Histories, words: Sequence[Sequence[str]]) -> RecommendationModel:
        several = np.flatnonzero(histories.lengths >= 2)
        checked = np.random.default_rng(_SEED).permutation(several)[:_CHECKED]
        before, after = histories.split([int(customer) for customer in checked])
        content = similarity.content(words)
        rehearsal = Signals.fit(before, words, content)
        told = ((rehearsal.of(before.sequences[c], before.weights[c]), before.sequences[c], then)
                for c, then in zip(checked, after, strict=True))  # fmt: skip
        weights = learned_weights(told, len(SIGNALS))
        return cls(Signals.fit(histories, words, content), weights)

    def scores(self, steps: Sequence[Step]) -> Floats:
        """A score for every item of ``signals.items``, greater is better. What nobody has met yet goes by its words."""
        known = [step for step in steps if step.item in self.signals.number]
        met = {self.signals.number[step.item]: step.weight for step in known[-_LATEST:]}
        sequence, told = np.fromiter(met, np.int32, len(met)), np.fromiter(met.values(), np.float32, len(met))
        counted = {_CONTENT, *np.flatnonzero(self.weights).tolist()}
        with one_thread():
            found = self.signals.of(sequence, told, counted)
        unmet = self.signals.popularity == 0
        scored: Floats = self.weights @ found + np.where(unmet, max(_UNMET - self.weights[_CONTENT], 0) * found[_CONTENT], 0)
        return scored

    def recommend(self, steps: Sequence[Step], limit: int = 10, without: Collection[str] = ()) -> list[tuple[str, float]]:
        """The best ``limit`` items that the history does not hold, best first, with their scores."""
        scored = self.scores(steps)
        number = self.signals.number
        left_out = [number[item] for item in (*(step.item for step in steps), *without) if item in number]
        scored[left_out] = -np.inf
        limit = min(limit, len(scored))
        top = np.argpartition(-scored, limit - 1)[:limit] if limit else np.empty(0, np.int64)
        best = top[np.argsort(-scored[top], kind="stable")]
        return [(self.signals.items[place], float(scored[place])) for place in best if np.isfinite(scored[place])]
