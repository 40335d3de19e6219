"""How good or bad a text speaks of something: a linear model over an exact vocabulary of hashed n-grams, one per language.

Features are words, word pairs and triples, Chinese character n-grams and English words marked ``not`` behind a negation (Das &
Chen, 2001). Training scales each by how unevenly the two classes use it, the log-count ratio of Wang & Manning (2012), before a
linear support vector machine is fitted; the product of both is the one weight that is stored. Unlike the feature buckets of
:mod:`bot.understanding.features`, no two n-grams share a weight, which long reviews with their many rare n-grams reward.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import log, sqrt
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import normalise, words

LONGEST_HAN = 4
NEGATED_WORDS = 4

_HAN = re.compile(r"[㐀-鿿]")
_NEGATION = re.compile(
    r"(?:no|not|never|cannot|neither|nor|without|nothing|hardly|barely|\w*n't|(?:do|does|did|ca|wo|is|was)nt)"
)
_CLAUSE_END = frozenset(".,;:!?()") | {"but", "however", "although", "though"}
_SPLIT_NEGATION = re.compile(r" (?=n['’] ?t\b)")


def is_chinese(text: str) -> bool:
    """Whether ``text`` has a Chinese character, which decides the model that reads it."""
    return _HAN.search(text) is not None


def negated(tokens: Iterable[str]) -> Iterator[str]:
    """``not good`` gives ``not:good``: the English words that follow a negation within its clause."""
    reach = 0
    for token in tokens:
        if token in _CLAUSE_END:
            reach = 0
        elif token[0].isalpha() and token.isascii():
            if reach:
                reach -= 1
                yield f"not:{token}"
            if _NEGATION.fullmatch(token):
                reach = NEGATED_WORDS


def ngrams(text: str) -> Iterator[str]:
    """Every feature of ``text``, as often as it occurs."""
    plain = normalise(_SPLIT_NEGATION.sub("", text))
    tokens = words(plain)
    yield from tokens
    edged = ["<", *tokens, ">"]
    for left, right in pairwise(edged):
        yield f"{left} {right}"
    for first, second, third in zip(edged, edged[1:], edged[2:], strict=False):
        yield f"{first} {second} {third}"
    if is_chinese(plain):
        yield from _han_ngrams(f" {plain} ")
    else:
        yield from negated(tokens)


def _han_ngrams(padded: str) -> Iterator[str]:
    """Character n-grams that hold a Chinese character, marked to differ from words."""
    before = [0, *accumulate("㐀" <= letter <= "鿿" for letter in padded)]
    for n in range(1, LONGEST_HAN + 1):
        for start in range(len(padded) - n + 1):
            if before[start + n] > before[start]:
                yield f"#{padded[start : start + n]}"


def counted(text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Hashes of the features of ``text`` and their values: ``1 + ln(count)``, scaled to length 1."""
    counts = Counter[int]()
    for ngram, count in Counter(ngrams(text)).items():
        counts[crc32(ngram.encode())] += count
    values = [1 + log(count) for count in counts.values()]
    length = sqrt(sum(value * value for value in values)) or 1.0
    return np.fromiter(counts, np.uint32, len(counts)), np.array(values, np.float32) / np.float32(length)


@dataclass(frozen=True)
class Polarity:
    """The score ``values @ weights + bias`` of a text, negative for bad. ``hashes`` is sorted; others weigh nothing."""

    hashes: NDArray[np.uint32]
    weights: NDArray[np.float32]
    bias: float

    def score(self, text: str) -> float:
        """The score of one text; about -1 and 1 are as clear as most reviews are."""
        return self.of_features(*counted(text))

    def of_features(self, hashes: NDArray[np.uint32], values: NDArray[np.float32]) -> float:
        """The score of what :func:`counted` gave."""
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return float((values * self.weights[places])[self.hashes[places] == hashes].sum()) + self.bias

    def save(self, path: Path) -> None:
        """Writes the model: gaps between the hashes, weights in 8 bits."""
        scale = np.abs(self.weights).max() / 127
        gaps = np.diff(self.hashes, prepend=np.uint32(0))
        np.savez_compressed(
            path, gaps=gaps.view(np.uint8).reshape(-1, 4).T, weights=np.round(self.weights / scale).astype(np.int8),
            scale=np.float32(scale), bias=np.float32(self.bias),
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Polarity:
        """Reads what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            gaps = np.ascontiguousarray(stored["gaps"].T).view(np.uint32).ravel()
            weights = stored["weights"].astype(np.float32) * stored["scale"]
            return cls(np.cumsum(gaps, dtype=np.uint32), weights, float(stored["bias"]))
