"""Sentences of two passages that say the same of another figure, such as an answer and the page that it was drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bot.generation.fact_gate.figures import extract
from bot.generation.passage import row_pairs
from bot.lint.findings import Finding
from bot.lint.pairs import contradiction
from knowledge_base.encoder import Encoder
from knowledge_base.sentences import sentence_spans
from knowledge_base.terms import terms
from knowledge_base.types import Chunk

_BLOCK = 1024
_FEWEST_WORDS = 2
_SAME = 0.85
"""How near two sentences without their figures are that say the same, where neither has a word of its own."""


class _Said(NamedTuple):
    """A sentence as a passage of its own, which of the passages it is from, and its words without the figures."""

    sentence: Chunk
    passage: int
    words: str


def sentences(passages: Sequence[Chunk], encoder: Encoder) -> Iterator[Finding]:
    """Contradictions of sentences, of which one at least stands in prose: two answers are told apart by their questions.

    The rows of a table are of different things and contradict nothing.
    """
    read = [(number, chunk) for number, chunk in enumerate(passages) if chunk.kind != "row"]
    for language in ("en", "zh"):
        said = [each for number, chunk in read if chunk.language == language for each in _read(chunk, number)]
        prose = [each for each in said if each.sentence.question is None]
        if not prose:
            continue
        vectors, those = (encoder.encode([each.words for each in of]) for of in (said, prose))
        told: set[tuple[int, int]] = set()
        for start in range(0, len(said), _BLOCK):
            near = vectors[start : start + _BLOCK] @ those.T >= _SAME
            for row, column in zip(*np.nonzero(near), strict=True):
                finding = _compared(said[start + row], prose[int(column)], told, passages)
                if finding:
                    yield finding


def _read(chunk: Chunk, number: int) -> Iterator[_Said]:
    for start, end in sentence_spans(chunk.text):
        text = chunk.text[start:end]
        if not row_pairs(text) and (figures := extract(text)):
            words = text
            for figure in figures:
                words = words.replace(figure.text, " ", 1)
            yield _Said(replace(chunk, text=text), number, words)


def _compared(one: _Said, two: _Said, told: set[tuple[int, int]], passages: Sequence[Chunk]) -> Finding | None:
    pair = (min(one.passage, two.passage), max(one.passage, two.passage))
    if one.passage == two.passage or pair in told or not _same_words(one.words, two.words):
        return None
    finding = contradiction(one.sentence, two.sentence)
    if finding is not None:
        told.add(pair)
    return finding


def _same_words(one: str, two: str) -> bool:
    """Whether one of them says nothing that the other does not say: of express and standard delivery each may be right."""
    mine, theirs = set(terms(one)), set(terms(two))
    return len(mine & theirs) >= _FEWEST_WORDS and (mine <= theirs or theirs <= mine)
