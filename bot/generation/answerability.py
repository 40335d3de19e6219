"""What speaks for and against a passage answering a question, and one logistic over it.

The weights in ``answerability.toml`` are fitted by ``python -m benchmarks.training.answerability``, which also writes down
there what they reach. Nothing here compares a passage with its rivals: what a shop tells twice is no less true.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.generation.alignment import Alignment, WordVectors, content_words, spoken
from bot.generation.candidate import STRICT
from bot.generation.passage import Unit, units
from bot.generation.remembered import Encode
from bot.text.question_type import QuestionType, offers, question_types
from bot.types import Evidence, LanguageCode
from bot.understanding.entities import NOT_CARRIED
from knowledge_base.types import SearchHit

FEATURES = (
    "dense", "stands_out", "heading", "sentence", "aligned", "aligned_here", "loosest",
    "unspoken", "yes_no", "loosest_yes_no", "unspoken_yes_no", "kind", "wrong_kind", "foreign", "foreign_dense",
    "foreign_aligned", "chinese", "aside", "same_subject", "not_carried", "beyond", "record", "record_dense", "record_aligned",
    "record_beyond", "record_kind",
)  # fmt: skip
READ = (*FEATURES, "read", "record_read")
"""The features of a passage that was also read: the log odds of :class:`knowledge_base.answer_reader.AnswerReader`."""
Subjects = Callable[[str], frozenset[str]]
"""What a text speaks of, as far as the shop sells it: SKUs, and the names of kinds of goods that it does not have."""
_SEPARATOR = " › "
_LOOSE = 1.2  # from here on the word that a passage lacks most is a matter of its own: bitcoin, Brazil
_WEAK_KIND = 0.3  # nearly every sentence could answer a yes/no question
_NOTHING_LEFT = 0.1  # weight of words
_TITLES, _BESIDE = 2, 3
"""So many rows of a passage's texts are its titles', and so many its titles' and the whole's: those of sentences follow."""
_CLEAR = 6.0  # log odds of the reader beyond which a passage is no surer
SATURATED = 30.0  # a logit beyond which a probability no longer differs from 0 or 1


@dataclass(frozen=True, slots=True)
class Answerability:
    """A fitted logistic: a coefficient for each of its features, and the intercept."""

    coefficients: tuple[float, ...]
    intercept: float

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """For rows of features, the probability that each passage answers."""
        logits = np.clip(rows @ np.asarray(self.coefficients) + self.intercept, -SATURATED, SATURATED)
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


@cache
def shipped(way: Literal["seen", "read"] = "seen") -> Answerability:
    """The weights that ship: over :data:`FEATURES` for passages that are only ``seen``, over :data:`READ` for those read."""
    fitted = tomllib.loads(files("bot.generation").joinpath("answerability.toml").read_text("utf-8"))[way]
    names = FEATURES if way == "seen" else READ
    return Answerability(tuple(fitted["weights"][name] for name in names), fitted["intercept"])


def head(item: Evidence) -> str:
    """What a passage says it is about: a row's question, else the innermost of its headings."""
    return item.question or item.title.rsplit(_SEPARATOR, maxsplit=1)[-1]


def read_rows(rows: NDArray[np.float64], logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows of :data:`READ`: ``rows`` of passages that the reader gave ``logits``."""
    told = np.clip(logits, -_CLEAR, _CLEAR)
    return np.column_stack([rows, told, told * rows[:, FEATURES.index("record")]])


class Found(NamedTuple):
    """What one search found: its hits, best first, and the first of them as passages."""

    hits: Sequence[SearchHit]
    passages: Sequence[Evidence]


class Observer:
    """Makes the features of passages with sentence vectors (unit length), word vectors and what texts speak of."""

    def __init__(self, encode: Encode, words: WordVectors, subjects: Subjects | None = None) -> None:
        self._encode, self._words, self._subjects = encode, words, subjects or (lambda _: frozenset())

    def learn(self, passages: Sequence[Evidence]) -> None:
        """Makes at once what the features of these passages rest on whatever is asked, so that no question waits for it."""
        for item in passages:
            texts = [unit.text for unit in units(item.text, item.kind == "row")]
            self._encode([head(item), *texts])
            self._subjects(_whole(item))
            words = [word for text in (*_titles(item), item.text, *texts) for word in content_words(text)]
            if words:
                self._words(words)

    def rows(self, question: str, language: LanguageCode, found: Sequence[Found], aside: float) -> NDArray[np.float64]:
        """A row of :data:`FEATURES` for each passage of all that was ``found``, in its order.

        ``aside`` is the probability that the question is none for a shop.
        """
        passages = [item for each in found for item in each.passages]
        told = [units(item.text, item.kind == "row") for item in passages]
        heads = [head(item) for item in passages]
        vectors = self._encode([question, *heads, *(unit.text for passage in told for unit in passage)])
        cosines = [float(value) for value in vectors[1:] @ vectors[0]]
        said = (text for item in passages for text in (*_titles(item), item.text))
        alignment = Alignment(question, said, self._words, across=True)
        texts = [
            [*_titles(item), item.text, *(unit.text for unit in parts)] for item, parts in zip(passages, told, strict=True)
        ]
        words = iter(alignment.each([text for of_one in texts for text in of_one]))
        kinds, asked = question_types(question), self._subjects(question)
        start, rows = len(heads), []
        for index, (item, (dense, usual)) in enumerate(zip(passages, _dense(found), strict=True)):
            sentences = cosines[start : start + len(told[index])]
            start += len(told[index])
            spoken_of = np.stack([next(words) for _ in texts[index]])
            near = _of_words(alignment, spoken_of)
            unspoken = max(0.0, near[2] - _LOOSE)
            doubt, foreign = float(kinds[:1] == ("yes_no",)), float(item.language != language)
            record, beyond, kind = (
                float(item.kind == "product"),
                _beyond(alignment, spoken_of, item, told[index]),
                _of_kind(kinds, told[index]),
            )
            rows.append(
                [dense, dense - usual, cosines[index], max(sentences, default=0.0), *near, unspoken, doubt,
                 doubt * near[2], doubt * unspoken, *kind, foreign, foreign * dense,
                 foreign * near[0], float(language == "zh"), aside, *self._of_subject(asked, item), beyond, record,
                 record * dense, record * near[0], record * beyond, record * kind[0]]
            )  # fmt: skip
        return np.asarray(rows, dtype=np.float64).reshape(-1, len(FEATURES))

    def _of_subject(self, asked: frozenset[str], item: Evidence) -> list[float]:
        """Whether the passage speaks of the goods asked about, and whether they are goods that only the question names."""
        if not asked:
            return [0.0, 0.0]
        spoken_of = {item.source} if item.kind == "product" else self._subjects(_whole(item))
        same = bool(asked & spoken_of)
        return [float(same), float(not same and any(name.startswith(NOT_CARRIED) for name in asked))]


def _dense(found: Sequence[Found]) -> Iterator[tuple[float, float]]:
    """For each passage its hit's cosine, and what is usual among the hits of its search."""
    for each in found:
        usual = float(np.mean([hit.dense for hit in each.hits])) if each.hits else 0.0
        yield from ((hit.dense, usual) for hit, _ in zip(each.hits, each.passages, strict=False))


def _titles(item: Evidence) -> tuple[str, str]:
    return item.title, item.question or ""


def _whole(item: Evidence) -> str:
    return "\n".join((*_titles(item), item.text))


def _of_words(alignment: Alignment, spoken_of: NDArray[np.float32]) -> list[float]:
    """How well the passage and its best sentence speak of the asked words, and what it lacks most.

    ``spoken_of`` has a row for each of its titles, for the whole text and for each sentence.
    """
    if not alignment.asked:
        return [0.0] * 3
    share = alignment.weights / alignment.weights.sum()
    whole, titles = spoken_of[:_BESIDE].max(axis=0), spoken_of[:_TITLES].max(axis=0)
    here = float((np.maximum(spoken_of[_BESIDE:], titles) @ share).max(initial=0.0))
    loosest = float(((1.0 - whole) * alignment.weights).max())
    return [float(whole @ share), here, loosest]


def _beyond(alignment: Alignment, spoken_of: NDArray[np.float32], item: Evidence, told: Sequence[Unit]) -> float:
    """How well one sentence or fact speaks of what is asked beyond what the passage's titles name already."""
    weights = alignment.weights * (1.0 - spoken(spoken_of[:_TITLES].max(axis=0)))
    total = float(weights.sum())
    if total < _NOTHING_LEFT:
        return 1.0
    said = [_BESIDE + place for place, unit in enumerate(told) if unit.text not in item.title]
    return float((spoken(spoken_of[said]) @ weights).max(initial=0.0)) / total


def _of_kind(kinds: Sequence[QuestionType], told: Sequence[Unit]) -> list[float]:
    """Whether a sentence holds the kind of thing asked for, and whether a figure was asked for in vain."""
    if not kinds:
        return [0.0, 0.0]
    offered = any(offers(unit.text, kinds[0]) for unit in told)
    value = (_WEAK_KIND if kinds[0] == "yes_no" else 1.0) if offered else 0.0
    return [value, float(kinds[0] in (*STRICT, "count") and not offered)]
