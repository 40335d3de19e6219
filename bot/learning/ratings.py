"""What customers' ratings of answers say of the passages that these rested on: a small lead or lag for like questions.

Each passage has a Beta posterior of being rated up: its votes, beside ``PRIOR`` votes' worth of the shop's usual share. A vote
counts as far as its question is like the one that is asked now. What lies within one standard deviation of the usual share
moves nothing, and the lead is bounded, so that no number of votes moves a passage past one that answers with a clearly higher
probability. The constants were chosen on the public sets of ``python -m benchmarks ratings``, with honest and hostile votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.generation.remembered import Remembered
from bot.store.ratings import Rated, RatingStore

BOUND = 0.08
"""The most that ratings add to the probability of a passage or take from it."""
PRIOR = 4.0
LIKE, SAME = 0.45, 0.75
"""Cosines of questions from which on a vote counts at all, and in full."""
WEIGHTS = {"wrong": 1.0, "off_topic": 1.0, "incomplete": 0.5, "impolite": 0.0}
"""How much a vote against an answer says of its passages, by its reason; ``PLAIN`` without one."""
PLAIN = 0.5
USUAL = 10.0
"""Votes' worth of an even share that the shop's own usual share is drawn towards."""
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A passage's votes, and its lead for the questions that it was rated on, in [-BOUND, BOUND]."""

    chunk: str
    ups: int
    downs: int
    lead: float


class _Vote(NamedTuple):
    question: str
    up: bool
    weight: float


@dataclass(frozen=True, slots=True)
class _Votes:
    """The votes on each chunk, and the share of up among all, by weight."""

    revision: int
    of: dict[str, list[_Vote]]
    usual: float


class Ratings:
    """Tells leads from the ratings as they are now. Safe to use from several threads."""

    def __init__(self, store: RatingStore, encode: Encode) -> None:
        """``encode`` gives unit vectors, cheaply: each question that was rated is encoded once."""
        self.store, self._encode = store, Remembered(encode)
        self._kept = _Votes(-1, {}, 0.5)  # replaced as one: threads

    @property
    def seen(self) -> object:
        """What leads are told from: they stay the same while this is the same object."""
        return self._current()

    def leads(self, question: str, chunks: Sequence[str]) -> list[float]:
        """What ratings add to each chunk's probability to answer ``question``, in [-BOUND, BOUND]; 0 without votes."""
        kept = self._current()
        if not any(chunk in kept.of for chunk in chunks):
            return [0.0] * len(chunks)
        vector = self._encode([question])[0]
        return [self._lead(kept.of.get(chunk, ()), kept.usual, vector) for chunk in chunks]

    def standings(self) -> list[Standing]:
        """Every passage with votes, those that are moved most first."""
        kept = self._current()
        found = []
        for chunk, votes in kept.of.items():
            ups = sum(vote.up for vote in votes)
            lead = float(np.mean([self._lead(votes, kept.usual, v) for v in self._encode([vote.question for vote in votes])]))
            found.append(Standing(chunk, ups, len(votes) - ups, lead))
        return sorted(found, key=lambda one: (-abs(one.lead), one.chunk))

    def _current(self) -> _Votes:
        revision = self.store.revision
        if self._kept.revision != revision:
            self._kept = _counted(revision, self.store.rated())
        return self._kept

    def _lead(self, votes: Sequence[_Vote], usual: float, vector: NDArray[np.float32]) -> float:
        if not votes:
            return 0.0
        likeness = np.clip((self._encode([vote.question for vote in votes]) @ vector - LIKE) / (SAME - LIKE), 0.0, 1.0)
        weights = likeness * [vote.weight for vote in votes]
        ups = float(weights @ np.array([vote.up for vote in votes], dtype=float))
        total = float(weights.sum()) + PRIOR
        share = (ups + PRIOR * usual) / total
        deviation = sqrt(share * (1.0 - share) / (total + 1.0))
        beyond = max(0.0, abs(share - usual) - deviation)
        return BOUND * min(2.0 * beyond, 1.0) * (1.0 if share > usual else -1.0)


def moved(score: float, lead: float, threshold: float) -> float:
    """The probability with its lead, on the same side of ``threshold``: ratings order answers, they make and unmake none."""
    if score >= threshold:
        return max(threshold, min(1.0, score + lead))
    return min(float(np.nextafter(threshold, 0.0)), max(0.0, score + lead))


def _counted(revision: int, rated: Iterable[Rated]) -> _Votes:
    """One vote of each voter on each chunk, the newest; what an answer cites shares the vote on it."""
    of: dict[str, list[_Vote]] = {}
    voted: set[tuple[str, str]] = set()
    ups = total = 0.0
    for one in rated:
        weight = (1.0 if one.up else WEIGHTS.get(one.reason or "", PLAIN)) / len(one.cited)
        for chunk in one.cited:
            if (one.voter, chunk) in voted or not weight:
                continue
            voted.add((one.voter, chunk))
            of.setdefault(chunk, []).append(_Vote(one.question, one.up, weight))
            ups, total = ups + weight * one.up, total + weight
    return _Votes(revision, of, (ups + USUAL / 2) / (total + USUAL))
