"""The fact gate on a stream: text flows at once while it cannot hold a claim, and waits for its sentence's end where it may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.generation.fact_gate.claims import has_promise
from bot.generation.fact_gate.evidence_index import index
from bot.generation.fact_gate.figures import CITATION
from bot.generation.fact_gate.gate import FactGate, Problem
from bot.generation.fact_gate.gated_text import addresses, without_markup
from bot.generation.fact_gate.numerals import normalise
from bot.generation.fact_gate.statements import content_words
from bot.types import Evidence
from knowledge_base.sentences import sentence_spans

LONGEST_HELD = 1_500
_WINDOW = 48
_TERMINAL = re.compile(r"[.!?。！？；…\n]")
_TRIGGER = re.compile(
    r"[\d@\[\]<>|$¥€£%￥#&]|http|www\.|[零〇一二两三四五六七八九十百千万亿半几]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
    r"|thousand|million|dozen|half|an? (?:hour|day|week|month|year)|noon|midnight|"
    r"weekends?|weekdays?|fortnight|\w+days?)\b|n't\b|\b(?:not|no|never|yes|correct|"
    r"right)\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:jan|feb|mar|apr|may|jun|"
    r"jul|aug|sep|oct|nov|dec)|周|星期|不|没|无|未|是的|对|全天",
    re.I,
)
_WORD_GOING_ON = re.compile(r"[A-Za-z0-9'’.,:/_-]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that may be shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The sentence that did not pass, and why. Nothing more is released; what was shown must be taken back."""

    sentence: str
    problems: tuple[Problem, ...]


def gate(
    pieces: Iterator[str], evidence: Sequence[Evidence], customer_text: str = "", fact_gate: FactGate | None = None
) -> Iterator[Piece | Rejected]:
    """Yields the text of ``pieces`` as far as it is safe, and at most one :class:`Rejected` as the last item.

    Text without a digit, numeral, promise word, sign of an address or word that the evidence denies is released up to the last
    whole word. From the first such trigger on, it waits for the end of its sentence. Every finished sentence is checked, the
    released ones too. The caller goes on reading ``pieces`` for the whole reply when it wants to rewrite it.
    """
    checker = fact_gate or FactGate()
    alert, known = _denied_words(evidence), addresses(evidence)
    line, shown, held = "", 0, False
    for piece in pieces:
        before, line = len(line), line + piece
        if _TERMINAL.search(line):
            done = _finished(line)
            rejected = _check(checker, line[:done], evidence, known, customer_text) if done else None
            if rejected:
                yield rejected
                return
            if done > shown:
                yield Piece(line[shown:done])
            if done:
                line, shown, held, before = line[done:], max(0, shown - done), False, 0
        held = held or _may_claim(line[max(0, before - _WINDOW) :], alert)
        safe = 0 if held else _whole_words(line)
        if safe > shown:
            yield Piece(line[shown:safe])
            shown = safe
        if len(line) > LONGEST_HELD:
            yield Rejected(line, (Problem(line[:60], "length", "too long to check"),))
            return
    rejected = _check(checker, line, evidence, known, customer_text)
    if rejected:
        yield rejected
    elif line[shown:]:
        yield Piece(line[shown:])


def _finished(text: str) -> int:
    """Length of the leading part of ``text`` that consists of whole sentences which later text cannot change."""
    newline = text.rfind("\n") + 1
    spans = sentence_spans(text[newline:])
    return newline + (spans[-1][0] if len(spans) > 1 else 0)


def _may_claim(tail: str, alert: frozenset[str]) -> bool:
    """Whether a figure, a promise, an address or a word that the evidence denies may begin in ``tail``."""
    plain = normalise(tail)
    return bool(_TRIGGER.search(plain) or has_promise(plain) or (alert and alert & content_words(plain)))


def _whole_words(line: str) -> int:
    """Length of ``line`` before the word that is still being written."""
    going_on = _WORD_GOING_ON.search(line, max(0, len(line) - 40))
    return going_on.start() if going_on else len(line)


def _denied_words(evidence: Sequence[Evidence]) -> frozenset[str]:
    """Words of the clauses in which the evidence denies something: the opposite must not slip through."""
    clauses = (c for item in evidence for s in index(item).statements for c in s.clauses if c.negative)
    return frozenset().union(*(c.words for c in clauses))


def _check(
    checker: FactGate, text: str, evidence: Sequence[Evidence], known: frozenset[str], customer_text: str
) -> Rejected | None:
    removed: list[str] = []
    without_markup(text, known, removed)
    if removed:
        return Rejected(text, (Problem(removed[0][:60], "markup", "leads to an address that the evidence does not hold"),))
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        cited = {int(m[1]) for m in CITATION.finditer(sentence)}
        verdict = checker.check(sentence, evidence, cited, customer_text, text)
        if not verdict.supported and not verdict.repair:
            return Rejected(sentence, verdict.problems)
    return None
