"""Which words of a question a text speaks of, by the meaning of single words: *courier* finds *carrier*, 邮费 finds 运费.

The best cosine of each asked word with the words of a text is the lexical half of late interaction (ColBERT's MaxSim,
Khattab and Zaharia 2020), here over context-free word vectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import rjieba
from numpy.typing import NDArray

from bot.generation.remembered import Remembered
from bot.text.terms import STOP_EN, STOP_ZH, asked_plainly, concepts, narrow_concepts, terms
from knowledge_base.terms import normalise

_EMPTY, _LEAST = 0.8, 0.1  # length of the vector of a word without a meaning of its own; the least weight
_NEAR, _SAME_CONCEPT = 0.5, 0.7
"""Cosine of a word that the vectors know a translation of, and what counts for one where they know none."""
_NAMING = 3.0  # weight of a code (E2, HP30), which names one thing
_CODE = re.compile(r"[^a-z]*[a-z].*\d")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[a-z]+\d*(?:[-'][a-z\d]+)*|[\u3400-\u9fff]+")
_DIGIT = re.compile(r"\d")
_HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=4096)
def content_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` that carry its meaning, each once, in lower case and the singular."""
    found: list[str] = []
    for token in _WORD.findall(asked_plainly(normalise(text))):
        if _HAN.match(token):
            found.extend(word for word in rjieba.cut(token) if word not in STOP_ZH)
        elif (word := token.removesuffix("'s")) not in STOP_EN:
            found.append(_singular(word))
    return tuple(dict.fromkeys(found))


def _singular(word: str) -> str:
    """``carrier`` for ``carriers``: a word's vector says more than that of its rarer plural."""
    if len(word) < 5 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def _is_foreign(word: str, other: str) -> bool:
    """Whether one of two words is Chinese, of more characters than one, which may mean anything, and the other is not."""
    chinese = [one for one in (word, other) if _HAN.match(one)]
    return len(chinese) == 1 and len(chinese[0]) > 1


@lru_cache(maxsize=4096)
def _meant(word: str) -> frozenset[str]:
    """What shops mean by a word that has few others, in either language: 分期 and installment."""
    return frozenset(name for term in terms(word) for name in concepts(term)) & narrow_concepts()


class WordVectors(Remembered):
    """Vectors of single words, whose length says how much a word means: the built-in encoder's ``weighted``."""


class Alignment:
    """The words of one question against the words of many texts."""

    def __init__(self, question: str, texts: Iterable[str], vectors: WordVectors, across: bool = False) -> None:
        """``across``: words of the two languages that shops use for one thing count where the vectors know no translation."""
        self.asked = content_words(question)
        words = list(dict.fromkeys(word for text in texts for word in content_words(text)))
        self._judged: dict[tuple[str, ...], NDArray[np.float32]] = {}
        self._places = {word: place for place, word in enumerate(words)}
        if self.asked and words:
            rows = vectors([*self.asked, *words])
            lengths = np.linalg.norm(rows, axis=1)
            rows = rows / np.maximum(lengths, 1e-6)[:, None]
            self.weights = np.maximum(lengths[: len(self.asked)] - _EMPTY, _LEAST)
            self.weights[[bool(_CODE.match(word)) for word in self.asked]] = _NAMING
            self._cosines: NDArray[np.float32] = np.maximum(rows[: len(self.asked)] @ rows[len(self.asked) :].T, 0.0)
            for place, word in enumerate(self.asked):
                if word in self._places:
                    self._cosines[place, self._places[word]] = 1.0
                elif across and (meant := _meant(word)):
                    self._cosines[place] = self._with_concepts(word, meant, self._cosines[place])
                if word not in self._places and _DIGIT.search(word):
                    self._cosines[place] = 0.0  # another number or code is another matter
        else:
            self.weights = np.ones(len(self.asked), dtype=np.float32)
            self._cosines = np.zeros((len(self.asked), len(words)), dtype=np.float32)

    def _with_concepts(self, word: str, meant: frozenset[str], cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosines of an asked word that is near to none, raised for words of the other language that mean the same."""
        if cosines.max(initial=0.0) >= _NEAR:
            return cosines
        same = [at for other, at in self._places.items() if _is_foreign(word, other) and meant & _meant(other)]
        cosines[same] = np.maximum(cosines[same], _SAME_CONCEPT)
        return cosines

    def of(self, *texts: str) -> NDArray[np.float32]:
        """For each asked word, how well the words of ``texts`` speak of it, in [0, 1]."""
        if texts not in self._judged:
            places = [self._places[word] for text in texts for word in content_words(text) if word in self._places]
            none = np.zeros(len(self.asked), dtype=np.float32)
            self._judged[texts] = self._cosines[:, places].max(axis=1) if places and self.asked else none
        return self._judged[texts]

    def each(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for each text by itself, shape ``(texts, asked words)``."""
        places = [[self._places[word] for word in content_words(text) if word in self._places] for text in texts]
        table = np.zeros((len(texts), len(self.asked)), dtype=np.float32)
        filled = [index for index, row in enumerate(places) if row]
        if filled and self.asked:
            flat = [place for row in places for place in row]
            starts = np.cumsum([0, *(len(places[index]) for index in filled[:-1])])
            table[filled] = np.maximum.reduceat(self._cosines[:, flat], starts, axis=1).T
        return table

    def share(self, cosines: NDArray[np.float32], given: NDArray[np.float32] | None = None) -> float:
        """The share of the question's weight that texts with these cosines, as :meth:`of` tells them, speak of.

        Words that a title with the cosines ``given`` speaks of count half as much.
        """
        weights = self.weights if given is None else self.weights * (1.0 - 0.5 * spoken(given))
        total = float(weights.sum())
        return float(spoken(cosines) @ weights) / total if total else 0.0


def spoken(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far a word with this best cosine counts as spoken of: not at all below 0.35, wholly from 0.75 on."""
    return np.asarray(np.clip((cosines - 0.35) / 0.4, 0.0, 1.0), dtype=np.float32)
