"""A sentence as the fact gate compares it: clauses with topics and words, figures in their clause, polarity."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.generation.fact_gate import shop_topics
from bot.generation.fact_gate.figure import Figure
from bot.generation.fact_gate.figures import CITATION, extract_spelled
from bot.generation.fact_gate.numerals import spell_digits
from bot.text.terms import STOP_EN

_CLAUSE = re.compile(
    r"[,;；、](?!\d)|[。!?！？\n|]|\.(?=\s|$)|\s[-—–]\s|——|\b(?:and|but|while|"
    r"whereas|although|however|plus)\b|但是|但|而且|而(?=[^且])|以及|并且|同时|"
    r"另外|此外",
    re.I,
)
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[\u3400-\u9fff]+")
_HAN_STOP = re.compile("[的了是在吗呢吧啊您你我们请可以会能要就也都有为和与及将把被给对这那其该本]|一个|一般")
_JOINED = re.compile(r"\b(?:and|plus)$", re.I)
_VERB = re.compile(
    r"\b(?:is|are|was|were|can|cannot|may|will|must|have|has|do|does|get|gets|"
    r"costs?|takes?|arrives?|ships?|carry|carries|comes?|runs?|lasts?"
    r"|weighs?|holds?|works?|needs?|starts?|ends?|includes?|covers?|offers?|accepts?|"
    r"charges?|plays?|supports?|uses?|measures?)\b|'(?:s|ll|re|ve)\b|n't\b",
    re.I,
)
_SUFFIX = re.compile(r"(?:ing|ies|ied|es|ed|s|ly)$")
TOPIC_WEIGHT = 3.0
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence between commas or conjunctions. ``words`` are stems and Chinese bigrams without figures."""

    text: str
    start: int
    words: frozenset[str]
    topics: frozenset[str]
    negative: bool


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One sentence; ``places`` gives the clause of each figure. ``plain`` is the digit-spelled text."""

    text: str
    plain: str
    clauses: tuple[Clause, ...]
    figures: tuple[Figure, ...]
    places: tuple[int, ...]
    words: frozenset[str]
    topics: frozenset[str]

    def marks_at(self, place: int) -> frozenset[str]:
        """All that names what the clause says: its words, topics and figures."""
        clause = self.clauses[place]
        figures = {
            f.key or f"{f.kind}{f.raw}{sorted(f.options)}" for f, p in zip(self.figures, self.places, strict=True) if p == place
        }
        return clause.words | {"#" + t for t in clause.topics} | figures

    def topics_at(self, place: int) -> frozenset[str]:
        """Topics of the clause, else of the nearest clause before it that has any, else after it."""
        order = (place, *range(place - 1, -1, -1), *range(place + 1, len(self.clauses)))
        return next((self.clauses[i].topics for i in order if self.clauses[i].topics), frozenset())


@lru_cache(maxsize=4096)
def analyse(sentence: str) -> Statement:
    """``sentence`` (its first 2,000 characters) as a statement; citations are no part of it."""
    plain = spell_digits(CITATION.sub(" ", sentence[:LONGEST]))
    figures = extract_spelled(plain)
    clauses = _clauses(plain, figures)
    starts = [c.start for c in clauses]
    places = tuple(bisect_right(starts, f.start) - 1 for f in figures)
    words = frozenset().union(*(c.words for c in clauses))
    topics = frozenset().union(*(c.topics for c in clauses))
    return Statement(sentence, plain, clauses, figures, places, words, topics)


def _clauses(plain: str, figures: tuple[Figure, ...]) -> tuple[Clause, ...]:
    inside = [(f.start, f.end) for f in figures]
    bounds, at = [0], 0
    for match in _CLAUSE.finditer(plain):
        while at < len(inside) and inside[at][1] <= match.start():
            at += 1
        if at < len(inside) and inside[at][0] < match.end() and match.start() < inside[at][1]:
            continue
        bounds.append(match.end())
    bounds.append(len(plain) + 1)
    bounds = _with_verbs(plain, bounds)
    blank = list(plain)
    for start, end in inside:
        blank[start:end] = " " * (end - start)
    worded = "".join(blank)
    return tuple(
        Clause(
            plain[start:end],
            start,
            content_words(worded[start:end]),
            shop_topics.topics(plain[start:end]),
            shop_topics.negative(plain[start:end]),
        )
        for start, end in pairwise(bounds)
    )


def _with_verbs(plain: str, bounds: list[int]) -> list[int]:
    """The bounds without those at an "and" that joins two nouns: there one side has no verb of its own."""
    kept = [bounds[0]]
    for at, bound in enumerate(bounds[1:-1], 1):
        if _JOINED.search(plain, max(0, bound - 6), bound) and not (
            _VERB.search(plain, kept[-1], bound) and _VERB.search(plain, bound, bounds[at + 1])
        ):
            continue
        kept.append(bound)
    return [*kept, bounds[-1]]


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Stems of the content words and bigrams of Chinese runs."""
    found: set[str] = set()
    for match in _WORD.finditer(text.lower()):
        word = match[0]
        if word[0].isascii():
            if len(word) > 2 and word not in STOP_EN:
                found.add(_SUFFIX.sub("", word) if len(word) > 4 else word)
            continue
        for run in _HAN_STOP.split(word):
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


def similarity(claim: Statement, place: int, evidence: Statement, other: int, context: frozenset[str] = frozenset()) -> float:
    """How far the two clauses speak of the same thing, in [0, 1]: the clause counts most, then the sentence, then ``context``.

    Weights: topics 3, words 1; doubled in the figure's own clause on either side.
    """
    mine = _weights(claim, place)
    if not mine:
        return 0.0
    near, far = _features(evidence, other)
    shared = sum(w * (1.0 if x in near else 0.6 if x in far else 0.4 if x in context else 0.0) for x, w in mine.items())
    return shared / sum(mine.values())


@lru_cache(maxsize=4096)
def _weights(statement: Statement, place: int) -> Mapping[str, float]:
    near, far = _features(statement, place)
    return {x: (TOPIC_WEIGHT if x[0] == "#" else 1.0) * (2 if x in near else 1) for x in near | far}


@lru_cache(maxsize=4096)
def _features(statement: Statement, place: int) -> tuple[frozenset[str], frozenset[str]]:
    """What the clause at ``place`` speaks of, and what the whole sentence does."""
    near = statement.clauses[place].words | {"#" + t for t in statement.topics_at(place)}
    return near, statement.words | {"#" + t for t in statement.topics}
