"""A passage of evidence as the fact gate reads it: its sentences as statements, all its figures and promises."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.generation.fact_gate.claims import Claim, claims
from bot.generation.fact_gate.figure import Figure
from bot.generation.fact_gate.figures import CITATION
from bot.generation.fact_gate.statements import Statement, analyse, content_words
from bot.generation.fact_gate.units import CURRENCIES, UNITS
from bot.types import Evidence
from knowledge_base.sentences import sentences

LONGEST = 20_000
_HAN = re.compile(r"[\u3400-\u9fff]")
_CURRENCY_CODE = re.compile(
    r"(?<![A-Za-z])(" + "|".join(c for c in CURRENCIES if len(c) == 3 and c.isalpha()) + r")(?![A-Za-z])|人民币", re.I
)
_MARGINS = re.compile(r"^\s*(?:[-*+•·]\s|\d{1,3}[.)、]\s)?[\s\"“「]*|[\s\"”」.。!！]+$")
_UNIT_IN_KEY = re.compile(r"([A-Za-z°^\d]{1,12}|[\u4e00-\u9fff]{1,4})[)\s]*[:|]\s*$")


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure of the evidence with the statement and clause that hold it."""

    figure: Figure
    statement: Statement
    place: int


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One piece of evidence, analysed. ``context`` are words and topics of its title and question."""

    evidence: Evidence
    statements: tuple[Statement, ...]
    stated: tuple[Stated, ...]
    promised: tuple[tuple[Claim, Statement], ...]
    context: frozenset[str]
    question_topics: frozenset[str]
    title_topics: frozenset[str]
    han: bool
    verbatim: frozenset[str]


def index(evidence: Evidence) -> Passage:
    """The analysed passage, whatever its score; only the first 20,000 characters of its text count."""
    return _analysed(replace(evidence, score=0.0))


@lru_cache(maxsize=2048)
def _analysed(evidence: Evidence) -> Passage:
    text = evidence.text[:LONGEST]
    statements = tuple(analyse(s) for s in sentences(text))
    title = analyse(evidence.title[:300])
    question = analyse((evidence.question or "")[:500])
    currency = _currency(text)
    stated = [Stated(f, s, p) for s in (*statements, title) for f, p in zip(s.figures, s.places, strict=True)]
    stated += [extra for item in stated if (extra := _with_unit_of_key(item, currency))]
    context = title.words | question.words | {"#" + t for t in title.topics | question.topics}
    promised = tuple((c, s) for s in statements for c in claims(s))
    han = is_han(text)
    return Passage(
        evidence,
        statements,
        tuple(stated),
        promised,
        context,
        question.topics,
        title.topics,
        han,
        frozenset(bare(s.text) for s in statements),
    )


def bare(sentence: str) -> str:
    """``sentence`` without citation, list mark, closing sign and case: two equal ones say the same."""
    return re.sub(r"\s+", " ", _MARGINS.sub("", CITATION.sub("", sentence))).strip().lower()


def is_han(text: str) -> bool:
    """Whether ``text`` is mainly Chinese."""
    return len(_HAN.findall(text[:2000])) * 3 > len(re.findall(r"[A-Za-z]+", text[:2000])) * 2


def title_words(evidence: Evidence) -> frozenset[str]:
    """The words that name a product: those of its title, and its codes."""
    return content_words(evidence.title.lower()) | frozenset(re.findall(r"(?<![a-z])[a-z]*+\d[a-z\d]*", evidence.title.lower()))


def _currency(text: str) -> frozenset[str]:
    codes = {match[0].lower() for match in _CURRENCY_CODE.finditer(text)}
    found = [CURRENCIES["rmb" if code == "人民币" else code] for code in codes]
    return found[0] if len(found) == 1 else frozenset()


def _with_unit_of_key(item: Stated, currency: frozenset[str]) -> Stated | None:
    """The figure with the unit that its key gives: "price: 199" beside "currency: CNY" is money, "weight_g: 850" a mass."""
    figure, clause = item.figure, item.statement.clauses[item.place]
    if figure.kind != "number":
        return None
    if currency and "price" in clause.topics:
        return replace(item, figure=replace(figure, kind="money", currencies=currency))
    match = _UNIT_IN_KEY.search(item.statement.plain[: figure.start].rstrip() if figure.start else "")
    unit = UNITS.get(match[1].lower()) if match else None
    if unit is None:
        return None
    scaled = replace(
        figure, kind=unit.quantity, low=figure.low * unit.factor, high=figure.high * unit.factor, imperial=unit.imperial
    )
    return replace(item, figure=scaled)


def stock_of(passage: Passage) -> float | None:
    """The number of pieces in stock that the passage states, if it does."""
    for item in passage.stated:
        if item.figure.kind == "number" and "stock" in item.statement.clauses[item.place].topics:
            return item.figure.low
    return None
