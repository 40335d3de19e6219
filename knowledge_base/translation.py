"""What a short name is called in the other language, told by the word vectors that both languages share.

A word means a name when it is near to it and no word of the name's own language is clearly nearer: "helmet" does not mean
自行车, since it means 头盔. Names of several words are put together from what their parts mean.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import rjieba
from numpy.typing import NDArray

from knowledge_base.static_encoder import StaticEncoder

NEAR, NEARER = 0.6, 0.07
"""The cosine from which on a word means a name, and by how much another word may be nearer to it.

Over 189 kinds of goods named in both languages, the name in one reaches the right one of the other, and that first, for 46 of
100.
"""
PIECED = 0.42
"""The same for a word of several pieces, which has no vector of its own.

Of 955 such words of questions, only "guitarist" reached it, in a shop of guitars.
"""
_PART, _PARTS, _SHARED = 0.5, 6, 2
_SHORTEST, _REMEMBERED = 4, 4096
_WORD = {True: re.compile(r"[\u3400-\u9fff]+"), False: re.compile(r"[a-z]{3,}")}
_LATIN = re.compile(r"[a-z]+(?:[-'][a-z]+)*")


class Translator:
    """Words of the other language for names of one. ``from_han``: the names are Chinese, the words English."""

    def __init__(self, encoder: StaticEncoder, names: Sequence[str], from_han: bool) -> None:
        """Learns what all of ``names`` are called; nothing is looked up later but words of several pieces."""
        self._encoder, self._names = encoder, tuple(dict.fromkeys(names))
        self._vectors = encoder.encode(self._names)
        self._of_pieces = lru_cache(_REMEMBERED)(self._nearest)
        self.words = self._learn(from_han) if self._names else {}
        """Words and phrases of the other language, with the name that each means."""

    def of_pieces(self, word: str) -> str | None:
        """The name that an English word without a vector of its own means."""
        return self._of_pieces(word)

    def _nearest(self, word: str) -> str | None:
        if len(word) < _SHORTEST or not _LATIN.fullmatch(word) or self._encoder.knows(word) or not self._names:
            return None
        cosines = self._vectors @ self._encoder.encode([word])[0]
        place = int(cosines.argmax())
        return self._names[place] if cosines[place] >= PIECED else None

    def _learn(self, from_han: bool) -> dict[str, str]:
        _, vectors = self._encoder.words(_WORD[from_han])
        others, beyond = self._encoder.words(_WORD[not from_han])
        cosines = self._vectors @ beyond.T
        near = np.flatnonzero(cosines.max(axis=0) >= NEAR)
        rivals = (beyond[near] @ vectors.T).max(axis=1, initial=0.0)
        heads = self._encoder.encode([_head(name) for name in self._names]) @ beyond[near].T
        nearest = cosines.argmax(axis=0)
        found = {
            others[word]: self._names[nearest[word]]
            for place, word in enumerate(near)
            if max(cosines[nearest[word], word], heads[nearest[word], place]) >= rivals[place] - NEARER
        }
        for name in self._names:
            for phrase in self._phrases(_parts(name), others, beyond, " " if from_han else ""):
                found.setdefault(phrase, name)
        return found

    def _phrases(self, parts: Sequence[str], others: Sequence[str], beyond: NDArray[np.float32], gap: str) -> list[str]:
        """What a name of two words may be called: each word for the first with each for the second, or with how they end."""
        if len(parts) != 2:
            return []
        cosines = self._encoder.encode(parts) @ beyond.T
        means = [[others[at] for at in np.argsort(-row)[:_PARTS] if row[at] >= _PART] for row in cosines]
        ends = Counter(word[-1] for word in means[1]) if not gap else Counter[str]()
        heads = [*means[1], *(end for end, count in ends.items() if count >= _SHARED)]
        return [f"{first}{gap}{head}" for first, head in itertools.product(means[0], heads) if first != head]


def _head(name: str) -> str:
    """What a name says the thing is: 钢琴 of 电钢琴, bikes of road bikes."""
    return name[-2:] if _WORD[True].search(name) else _parts(name)[-1]


def _parts(name: str) -> list[str]:
    """The words of a name."""
    return (rjieba.cut(name) if _WORD[True].search(name) else name.lower().split()) or [name]
