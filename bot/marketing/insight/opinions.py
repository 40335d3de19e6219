"""What customers think of each aspect: the shipped sentiment models on the clause that speaks of it, and on the whole text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.marketing.insight.aspects import Aspect, AspectFinder, Span, contrasts
from bot.understanding import shipped
from bot.understanding.sentiment import LABELS, language_of

CLAUSE_SHARE, CONTRASTED_SHARE = {"en": 0.5, "zh": 0.55}, {"en": 0.7, "zh": 0.85}
"""How much the clause weighs against the whole text, and where a word such as "but" parts them (chosen on the public aspect
sets' training parts)."""
BLAMED_TOO_MUCH = float(np.exp(-1.0))
"""Odds by which a Chinese clause is taken for blame too often: alone it is shorter than what the models learned from."""
_CLAUSES, _CLEAR, _EACH_SIDE = 30, 0.5, 0.2
Batch = tuple[tuple[Aspect, ...], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What voice number ``voice`` thinks of ``aspect``: ``score`` from -1 to 1, ``span`` the clause."""

    voice: int
    aspect: str
    label: str
    score: float
    span: Span


def aspect_probabilities(texts: Sequence[str], passages: Sequence[tuple[int, str]]) -> NDArray[np.float32]:
    """Probabilities of negative, neutral and positive about each passage ``(number of its text, its clause)``.

    A Chinese clause weighs less the less it judges: often it only names the aspect, and the next one says how it is.
    """
    if not passages:
        return np.empty((0, 3), np.float32)
    whole = sorted({number for number, _ in passages})
    place = {number: i for i, number in enumerate(whole)}
    distinct = list(dict.fromkeys([*(texts[number] for number in whole), *(clause for _, clause in passages)]))
    row = {text: i for i, text in enumerate(distinct)}
    read = shipped.sentiment().probabilities(distinct)
    around = read[[row[texts[whole[place[number]]]] for number, _ in passages]]
    inside = read[[row[clause] for _, clause in passages]]
    chinese = np.array([[language_of(texts[number]) == "zh"] for number, _ in passages])
    share = np.array([[_share(texts[number])] for number, _ in passages], np.float32)
    share = np.where(chinese, share * (1 - inside[:, 1:2]), share)
    inside = np.where(chinese, _without_bias(inside), inside)
    return np.asarray(share * inside + (1 - share) * around, np.float32)


def _share(text: str) -> float:
    return (CONTRASTED_SHARE if contrasts(text) else CLAUSE_SHARE)[language_of(text)]


def _without_bias(clauses: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities with blame made less likely."""
    weighed = clauses * np.array([BLAMED_TOO_MUCH, 1.0, 1.0], np.float32)
    return np.asarray(weighed / weighed.sum(axis=1, keepdims=True), np.float32)


def read_batch(batch: Batch) -> list[Opinion]:
    """The opinions in a batch of texts; ``voice`` counts within the batch. Runs in any process."""
    aspects, texts = batch
    finder = AspectFinder(aspects)
    mentions = [(number, aspect, span) for number, text in enumerate(texts) for aspect, span in finder.mentions(text)]
    passages = [(number, texts[number][slice(*span)].strip() or texts[number]) for number, _, span in mentions]
    found = aspect_probabilities(texts, passages)
    return [
        Opinion(number, aspect, LABELS[int(row.argmax())], round(float(row[2] - row[0]), 3), span)
        for (number, aspect, span), row in zip(mentions, found, strict=True)
    ]


def judged_words(spoken: Mapping[str, Sequence[str]]) -> list[str]:
    """The words whose clauses praise and blame, each at least a fifth of the time, rather than merely tell something.

    A word that praises or blames by itself names no aspect.
    """
    found = []
    for word, clauses in spoken.items():
        read = shipped.sentiment().probabilities([word, *clauses[:_CLAUSES]])
        leaning = read[:, 2] - read[:, 0]
        sides = [(leaning[1:] > _CLEAR).mean(), (leaning[1:] < -_CLEAR).mean()]
        if abs(leaning[0]) < _CLEAR and min(sides) >= _EACH_SIDE:
            found.append(word)
    return found
