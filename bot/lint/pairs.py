"""Faults that two entries show together: the same said twice, said differently, or said in one language only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bot.generation.fact_gate.figure import Figure, supports
from bot.generation.fact_gate.figures import extract
from bot.generation.polarity import says
from bot.lint.findings import Entry, Finding
from bot.text.question_type import question_types
from bot.text.terms import terms
from knowledge_base.sentences import sentence_spans
from knowledge_base.types import Chunk

_BLOCK = 1024
# Of questions in one language: how near they are, or how near they are with their answers, where they ask the same.
_SAME_QUESTION = 0.76
_NEAR_QUESTION, _NEAR_WHOLE = 0.70, 0.80
_FAR_QUESTION, _SAME_ANSWER, _FAR_WHOLE = 0.55, 0.84, 0.77
_REPEATS = 0.93
_ON_ONE_RULE = 0.70  # a question with its answer, and a passage of prose with its heading, from which on they tell one rule
_SAME_PROSE = 0.92
_COUNTERPART, _ALIKE, _SURELY_ALIKE = 0.44, 0.55, 0.60
"""Across languages, where cosines are lower: an entry with nothing as near as the first has no counterpart; two that are
nearest to each other and as near as the second ask the same, surely so if as near as the third."""

_YES_EN, _NO_EN = (
    re.compile(r"\W*(?:yes|sure|of course|certainly)\b", re.I),
    re.compile(r"\W*(?:no|sorry|unfortunately)\b", re.I),
)
_NO_ZH = re.compile(r"\W*(?:不(?!过|锈|同|仅|超|少|低|限|到)|没(?!发|拆|用|付|到|有发)|无法|暂不|暂无|抱歉|很抱歉|别)")
_YES_ZH = re.compile(r"\W*(?:可以|能|支持|有(?!的商品)|是的?|会|需要|要|当然)")
_NEVER_COMPARED = frozenset({"url", "email", "phone", "code"})


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors of entries: of their questions, of their answers, and of both together; one row each."""

    questions: NDArray[np.float32]
    answers: NDArray[np.float32]
    whole: NDArray[np.float32]


def same_language(entries: Sequence[Chunk], vectors: Vectors) -> Iterator[Finding]:
    """Questions with answers, all in one language, that repeat or contradict each other."""
    same_words = _in_the_same_words(entries)
    for start in range(0, len(entries), _BLOCK):
        rows = slice(start, start + _BLOCK)
        asked, told, whole = (each[rows] @ each.T for each in (vectors.questions, vectors.answers, vectors.whole))
        alike = (asked >= _SAME_QUESTION) | ((asked >= _NEAR_QUESTION) & (whole >= _NEAR_WHOLE))
        alike |= (asked >= _FAR_QUESTION) & (told >= _SAME_ANSWER) & (whole >= _FAR_WHOLE)
        for row, column in ((one - start, two) for one, two in same_words if start <= one < start + _BLOCK):
            alike[row, column] = True
        for row, column in zip(*np.nonzero(alike), strict=True):
            if start + row < column:
                one, two = entries[start + row], entries[column]
                if finding := contradiction(one, two):
                    yield finding
                elif told[row, column] >= _REPEATS and asked[row, column] >= _NEAR_QUESTION:
                    yield Finding("duplicate", (Entry.of(one), Entry.of(two)), "ask and say the same")


def across_languages(
    entries: Sequence[Chunk], vectors: Vectors, others: Sequence[Chunk], other_vectors: Vectors
) -> tuple[list[Finding], list[Chunk], list[Chunk]]:
    """Contradictions between two languages, and the entries of each that have no counterpart in the other."""
    asked = vectors.questions @ other_vectors.questions.T
    whole = vectors.whole @ other_vectors.whole.T
    near, both = np.maximum(asked, whole), asked + whole
    best, back = both.argmax(axis=1), both.argmax(axis=0)
    found = [
        finding
        for row, column in enumerate(best)
        if back[column] == row
        and near[row, column] >= _ALIKE
        and (finding := contradiction(entries[row], others[int(column)], sure=bool(near[row, column] >= _SURELY_ALIKE)))
    ]
    alone = [entry for entry, nearest in zip(entries, near.max(axis=1), strict=True) if nearest < _COUNTERPART]
    others_alone = [entry for entry, nearest in zip(others, near.max(axis=0), strict=True) if nearest < _COUNTERPART]
    return found, alone, others_alone


def prose(passages: Sequence[Chunk], vectors: NDArray[np.float32]) -> Iterator[Finding]:
    """Passages of prose in almost the same words: a repeat, or a contradiction where figures differ."""
    for start in range(0, len(passages), _BLOCK):
        for row, column in zip(*np.nonzero(vectors[start : start + _BLOCK] @ vectors.T >= _SAME_PROSE), strict=True):
            one, two = passages[start + row], passages[column]
            if start + row < column and one.language == two.language:
                yield contradiction(one, two) or Finding("duplicate", (Entry.of(one), Entry.of(two)), "say the same")


def questions_and_prose(
    entries: Sequence[Chunk], wholes: NDArray[np.float32], passages: Sequence[Chunk], vectors: NDArray[np.float32]
) -> Iterator[Finding]:
    """Contradictions between a question's answer and what the prose of the same language says of it.

    ``wholes`` are unit vectors of questions with their answers, ``vectors`` of passages with their headings.
    """
    for start in range(0, len(entries), _BLOCK):
        near = wholes[start : start + _BLOCK] @ vectors.T >= _ON_ONE_RULE
        for row, column in zip(*np.nonzero(near), strict=True):
            one, two = entries[start + row], passages[column]
            if one.language == two.language and (finding := contradiction(one, two, sure=False)):
                yield finding


def _in_the_same_words(entries: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Pairs of questions with the same content words that ask for the same kind of answer, or one for a yes or no."""
    alike: dict[frozenset[str], list[int]] = {}
    for place, entry in enumerate(entries):
        if words := frozenset(terms(entry.question or "")):
            alike.setdefault(words, []).append(place)
    kinds = [set(question_types(entry.question or "")) for entry in entries]
    pairs = (pair for places in alike.values() for pair in combinations(places, 2))
    return [(one, two) for one, two in pairs if kinds[one] & kinds[two] or {"yes_no"} in (kinds[one], kinds[two])]


def contradiction(one: Chunk, two: Chunk, sure: bool = True) -> Finding | None:
    """A finding where the figures of one kind have nothing in common, or one says yes and the other no.

    Plain numbers and yes or no count only where it is ``sure`` that both ask the same.
    """
    entries = (Entry.of(one), Entry.of(two))
    mine, theirs = _figures(one.text), _figures(two.text)
    for kind in sorted(mine.keys() & theirs.keys()):
        vague = kind == "number" and (not sure or one.language != two.language)
        if not vague and not any(_agree(a, b) for a in mine[kind] for b in theirs[kind]):
            reason = f"answer differently: {mine[kind][0].text.strip()} against {theirs[kind][0].text.strip()}"
            return Finding("contradiction", entries, reason)
    said, other = verdict(one), verdict(two)
    if sure and said and other and said != other:
        return Finding("contradiction", entries, "one says yes, the other no")
    return None


def verdict(entry: Chunk) -> str | None:
    """Whether the answer says ``yes`` or ``no``; None where it does neither clearly."""
    if entry.question is None:
        return None
    yes, no = (_YES_ZH, _NO_ZH) if entry.language == "zh" else (_YES_EN, _NO_EN)
    if no.match(entry.text):
        return "no"
    if yes.match(entry.text):
        return "yes"
    start, end = next(iter(sentence_spans(entry.text)), (0, len(entry.text)))
    first = entry.text[start:end]
    opening = re.split(r"[，,。；;\s]", first.strip(), maxsplit=1)[0]
    if entry.language == "zh" and 2 <= len(opening) <= 6 and opening in entry.question:
        return "yes"  # 防水吗？防水，…
    return says(entry.question, first, 1.0, entry.language)


def _agree(one: Figure, two: Figure) -> bool:
    same = bool(one.raw) and (one.low, one.high) == (two.low, two.high)
    return same or supports(one, two) or supports(two, one)


def _figures(text: str) -> dict[str, list[Figure]]:
    by_kind: dict[str, list[Figure]] = {}
    for figure in extract(text):
        if figure.kind not in _NEVER_COMPARED:
            by_kind.setdefault(figure.kind, []).append(figure)
    return by_kind
