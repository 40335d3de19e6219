"""Whether a passage answers a question: one logistic over what the search and the sentences of the passage say of it.

The weights in ``answerability.toml`` are fitted by ``python -m benchmarks.training.answerability``, which also writes down
there what they reach. Nothing here compares a passage with its rivals: what a shop tells twice is no less true.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.generation.alignment import Alignment, Encode, WordVectors
from bot.generation.candidate import STRICT
from bot.generation.passage import Unit, units
from bot.generation.question_type import QuestionType, offers, question_types
from bot.types import Evidence, LanguageCode
from knowledge_base.types import SearchHit

FEATURES = (
    "dense", "stands_out", "heading", "sentence", "aligned", "aligned_here", "loosest",
    "unspoken", "yes_no", "loosest_yes_no", "unspoken_yes_no", "kind", "wrong_kind", "foreign", "foreign_dense",
    "foreign_aligned", "chinese", "aside",
)  # fmt: skip
_SEPARATOR = " › "
_LOOSE = 1.2  # from here on the word that a passage lacks most is a matter of its own: bitcoin, Brazil
_DECIDES = 1.6  # and here it decides a yes-or-no question, whatever else the passage says
_UNSPOKEN = 0.4
_WEAK_KIND = 0.3  # nearly every sentence could answer a yes/no question
_WORTH_TRANSLATING, _TELLS_THE_SAME, _OWN_FIRST = 0.2, 0.62, 1e-6
SATURATED = 30.0  # a logit beyond which a probability no longer differs from 0 or 1


@dataclass(frozen=True, slots=True)
class Answerability:
    """The fitted logistic: a coefficient for each of :data:`FEATURES`, and the intercept."""

    coefficients: tuple[float, ...]
    intercept: float

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """For rows of :data:`FEATURES`, the probability that each passage answers."""
        logits = np.clip(rows @ np.asarray(self.coefficients) + self.intercept, -SATURATED, SATURATED)
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


@cache
def shipped() -> Answerability:
    """The weights that ship."""
    fitted = tomllib.loads(files("bot.generation").joinpath("answerability.toml").read_text("utf-8"))
    return Answerability(tuple(fitted["weights"][name] for name in FEATURES), fitted["intercept"])


class PassageJudge:
    """Judges passages with sentence vectors (unit length) and word vectors."""

    def __init__(self, encode: Encode, words: WordVectors) -> None:
        self._encode, self._words = encode, words

    def probabilities(
        self, question: str, language: LanguageCode, hits: Sequence[SearchHit], passages: Sequence[Evidence], aside: float
    ) -> list[float]:
        """For each of ``passages`` the probability that it answers; the arguments as in :meth:`features`."""
        if not passages:
            return []
        rows = self.features(question, language, hits, passages, aside)
        decided = (rows[:, FEATURES.index("yes_no")] > 0) & (rows[:, FEATURES.index("loosest")] >= _DECIDES)
        values = shipped().probabilities(rows) * np.where(decided, _UNSPOKEN, 1.0)
        return [float(value) for value in self._own_language_too(values, language, passages)]

    def _own_language_too(
        self, values: NDArray[np.float64], language: LanguageCode, passages: Sequence[Evidence]
    ) -> NDArray[np.float64]:
        """What a foreign passage answers, the passage that tells the same in the customer's language answers too."""
        own = [n for n, item in enumerate(passages) if item.language == language]
        foreign = [n for n, item in enumerate(passages) if item.language != language and values[n] >= _WORTH_TRANSLATING]
        if not own or not foreign:
            return values
        vectors = self._encode([f"{item.question or ''} {item.text}" for item in passages])
        alike = vectors[foreign] @ vectors[own].T
        for place, n in enumerate(foreign):
            nearest = own[int(alike[place].argmax())]
            if alike[place].max() >= _TELLS_THE_SAME:
                values[nearest] = max(values[nearest], min(values[n] + _OWN_FIRST, 1.0))
        return values

    def features(
        self, question: str, language: LanguageCode, hits: Sequence[SearchHit], passages: Sequence[Evidence], aside: float
    ) -> NDArray[np.float64]:
        """A row of :data:`FEATURES` for each of ``passages``, which are the first of ``hits``.

        ``aside`` is the probability that the question is none for a shop.
        """
        told = [units(item.text, item.kind == "row") for item in passages]
        heads = [_head(item) for item in passages]
        vectors = self._encode([question, *heads, *(unit.text for passage in told for unit in passage)])
        cosines = [float(value) for value in vectors[1:] @ vectors[0]]
        alignment = Alignment(question, (text for item in passages for text in (*_titles(item), item.text)), self._words)
        kinds = question_types(question)
        usual = float(np.mean([hit.dense for hit in hits]))
        start, rows = len(heads), []
        for index, (hit, item) in enumerate(zip(hits, passages, strict=False)):
            sentences = cosines[start : start + len(told[index])]
            start += len(told[index])
            near = _of_words(alignment, item, told[index])
            unspoken = max(0.0, near[2] - _LOOSE)
            doubt, foreign = float(kinds[:1] == ("yes_no",)), float(item.language != language)
            rows.append(
                [hit.dense, hit.dense - usual, cosines[index], max(sentences, default=0.0), *near, unspoken, doubt,
                 doubt * near[2], doubt * unspoken, *_of_kind(kinds, told[index]), foreign, foreign * hit.dense,
                 foreign * near[0], float(language == "zh"), aside]
            )  # fmt: skip
        return np.asarray(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def _head(item: Evidence) -> str:
    """What a passage says it is about: a row's question, else the innermost of its headings."""
    return item.question or item.title.rsplit(_SEPARATOR, maxsplit=1)[-1]


def _titles(item: Evidence) -> tuple[str, str]:
    return item.title, item.question or ""


def _of_words(alignment: Alignment, item: Evidence, told: Sequence[Unit]) -> list[float]:
    """How well the passage and its best sentence speak of the asked words, and what it lacks most."""
    if not alignment.asked:
        return [0.0] * 3
    share = alignment.weights / alignment.weights.sum()
    whole = alignment.of(*_titles(item), item.text)
    here = max((float(alignment.of(unit.text, *_titles(item)) @ share) for unit in told), default=0.0)
    loosest = float(((1.0 - whole) * alignment.weights).max())
    return [float(whole @ share), here, loosest]


def _of_kind(kinds: Sequence[QuestionType], told: Sequence[Unit]) -> list[float]:
    """Whether a sentence holds the kind of thing asked for, and whether a figure was asked for in vain."""
    if not kinds:
        return [0.0, 0.0]
    offered = any(offers(unit.text, kinds[0]) for unit in told)
    value = (_WEAK_KIND if kinds[0] == "yes_no" else 1.0) if offered else 0.0
    return [value, float(kinds[0] in (*STRICT, "count") and not offered)]
