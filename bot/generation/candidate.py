"""The units of the evidence as candidates for an answer, with the features that rank them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from bot.generation.alignment import Alignment, WordVectors
from bot.generation.focus import focus, given
from bot.generation.in_general import column_tells
from bot.generation.outright import told_outright
from bot.generation.overlap import coverage, idf, question_match
from bot.generation.passage import Unit, units
from bot.generation.ranges import AskedNumbers, names_range, without_ranges
from bot.generation.remembered import Encode
from bot.generation.sizes_named import of_another, sizes
from bot.generation.told_rows import in_row_of_measure
from bot.shop.asked_attribute import asks_stock, beside_attribute, tells, told_in
from bot.text.question_type import MEASURED, OF_A_PRODUCT, QuestionType, offers, question_types
from bot.text.terms import concepts, set_apart, terms
from bot.types import Evidence

# Weights of a softmax over the sentences of a passage, fitted by `python -m benchmarks.training.selection` (see there).
WEIGHTS = {
    "focus": 3.68, "meant": 3.65, "before": 3.19, "type": 1.26, "figure": 1.66, "later": -0.40, "dense": 1.42, "cover": 3.0,
    "context": 1.2, "score": 1.0,
}  # fmt: skip
_GIVEN = 0.5  # weight of a word that the title says already: the sentence need not repeat it
_CONTEXT = 0.5  # credit of a word that only the title or the row's question has
DOCUMENTS = ("passage", "qa", "row")
RETRIEVED = (*DOCUMENTS, "product")
_GIVEN_SCORE = 0.5  # records that no search has judged: the order or profile of the turn
_ASKED_OF_RECORD, _OF_PROSE = 0.4, 0.28  # a product's fact must be the one asked for: every record has a price and a size
_BESIDE_ATTRIBUTE = 2  # words of a question beside the product and the attribute: "enough for the pool"
_WEAK_TYPE = 0.3  # nearly every sentence could answer a yes/no question
STRICT = (*sorted(MEASURED), "date")
_HOLDS = 0.8  # of the question is told by the row that holds its number
_ABRIDGED = 3  # characters of a name that may stand for a longer one
_PRICE = re.compile(r"price|价格|售价", re.I)
_IN_STOCK = re.compile(r"stock|库存", re.IGNORECASE)
_MISSING: dict[QuestionType, float] = {"duration": 3.2, "price": 3.2, "date": 1.0}
_OTHER = 1.2  # a Q&A row that was written for another question
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_COUNTED = MEASURED | {"count", "date"}
_DESCRIPTION = re.compile(r"description|介绍", re.I)
_IDENTITY = re.compile(r"product|title|sku|category|商品|商品编号|商品名称|分类|类别", re.I)


@dataclass(slots=True)
class Candidate:
    """A unit under judgement, with the features of :data:`WEIGHTS` and how much of the question it and its title cover."""

    index: int
    position: int
    unit: Unit
    words: frozenset[str]
    features: dict[str, float]
    answers: float = 0.0
    match: float = 0.0  # how well the row's own question is the one asked
    holds: int | None = None  # how many numbers asked about a row of ranges holds
    named: bool = False  # an attribute of a product that is asked for by its name

    @property
    def rank(self) -> float:
        """Weighted sum of the features: compares units of one question only."""
        return sum(weight * self.features[name] for name, weight in WEIGHTS.items())


def candidates(
    question: str,
    evidence: Sequence[Evidence],
    encode: Encode | None = None,
    vectors: WordVectors | None = None,
    places: Collection[int] | None = None,
) -> list[Candidate]:
    """Every unit of ``evidence`` in order of appearance, judged against ``question``; with ``vectors``, by meaning too.

    Where ``places`` are given, only the evidence at these places is taken apart.
    """
    found = [
        Candidate(index, position, unit, frozenset(terms(told_outright(question, unit.text))), {})
        for index, item in enumerate(evidence)
        if places is None or index in places
        for position, unit in enumerate(units(item.text, item.kind == "row"))
    ]
    if found:
        _judge(found, question, evidence, encode, vectors)
    return found


def _judge(
    found: Sequence[Candidate],
    question: str,
    evidence: Sequence[Evidence],
    encode: Encode | None,
    vectors: WordVectors | None,
) -> None:
    parted = set_apart(question, (item.title for item in evidence if item.kind == "product"))
    asked, kinds = tuple(dict.fromkeys(terms(parted))), question_types(question)
    weights = idf(asked, (candidate.words for candidate in found))
    told = sorted({candidate.index for candidate in found})
    texts = [told_outright(question, candidate.unit.text) for candidate in found]
    titles = {index: _titles(evidence[index]) for index in told}
    near = Alignment(parted, (*texts, *itertools.chain(*titles.values())), vectors) if vectors else None
    heads = {index: _Head(asked, evidence[index], weights, near) for index in told}
    asked_before = [index for index in told if evidence[index].question]
    dense = _similarities(question, [*texts, *(str(evidence[index].question) for index in asked_before)], encode)
    matches = {
        index: max(question_match(question, str(evidence[index].question)), value)
        for index, value in zip(asked_before, dense[len(found) :], strict=True)
    }
    places = [candidate.index for candidate in found]
    openings = {candidate.index: candidate.unit.text for candidate in reversed(found)}
    known = {index: given(question, "\n".join(titles[index]), openings[index]) for index in told}
    words = focus(question, texts, places, [known[index] for index in places], near)
    numbers = AskedNumbers.of(question)
    wanted, named = sizes(question), [sizes(without_ranges(text)) for text in texts]  # the end of a range is no size
    telling = {candidate.index for candidate, told in zip(found, named, strict=True) if wanted & told}
    for place, candidate in enumerate(found):
        item, text = evidence[candidate.index], texts[place]
        asks = texts[place - 1] if candidate.position and texts[place - 1].endswith(("?", "？")) else ""
        cover, read = heads[candidate.index].read(f"{asks}\n{text}" if asks else text, candidate.words | set(terms(asks)))
        record = (
            _record_cover(parted, candidate.unit, item.title, heads[candidate.index].needed) if item.kind == "product" else 0.0
        )
        title = item.title if item.kind == "product" else ""
        row = in_row_of_measure(question, item, candidate.unit)
        holds = numbers.held_by(candidate.unit, asked, title) if row is None else int(row)
        candidate.holds = None if record else holds
        cover = record or (cover if candidate.holds is None else max(cover, _HOLDS) if candidate.holds else 0.0)
        candidate.features = {
            "focus": float(words.said[place]),
            "meant": float(words.meant[place]),
            "before": float(words.before[place]),
            "type": _type_match(kinds, candidate.unit),
            "figure": float(bool(_COUNTED & set(kinds)) and _NUMBER.search(text) is not None),
            "later": math.log1p(candidate.position),
            "dense": dense[place],
            "score": item.score,
            "cover": cover,
            "context": heads[candidate.index].context,
        }
        candidate.match = matches.get(candidate.index, 0.0)
        candidate.named = record == 1.0 and _asks_nothing_else(
            parted, candidate.unit, item.title, heads[candidate.index].needed
        )
        candidate.answers = _answers(candidate, item, kinds, cover + _CONTEXT * max(0.0, read - cover))
        if candidate.holds == 0 and names_range(text):  # "2 kg at most" does not tell what more costs
            candidate.answers = 0.0  # the row of another size: never the next best answer
        if candidate.index in telling and of_another(wanted, named[place]):
            candidate.answers = 0.0


class _Head:
    """What the title and the question of one piece of evidence say already of the words asked for."""

    def __init__(self, asked: tuple[str, ...], item: Evidence, weights: dict[str, float], near: Alignment | None) -> None:
        title = "\n".join(_titles(item))
        self._asked, self._words, self._weights = asked, frozenset(terms(title)), weights
        self._scaled = {term: weight * (_GIVEN if term in self._words else 1.0) for term, weight in weights.items()}
        self._near = near if near and near.asked else None
        self._said = self._near.of(title) if self._near else None
        self.needed = _needed(asked, item, self._words)
        self.context = coverage(asked, self._words, weights)
        if self._near and self._said is not None:
            self.context = (self.context + self._near.share(self._said)) / 2

    def read(self, text: str, words: frozenset[str]) -> tuple[float, float]:
        """The share of the question that a text covers, and that it covers together with the head."""
        cover = coverage(self.needed, words, self._scaled)
        both = coverage(self._asked, words | self._words, self._weights)
        if self._near and self._said is not None:
            own = self._near.of(text)
            cover = (cover + self._near.share(own, given=self._said)) / 2
            both = (both + self._near.share(np.maximum(own, self._said))) / 2
        return cover, both


def _titles(item: Evidence) -> tuple[str, str]:
    return item.title, item.question or ""


def _similarities(question: str, texts: list[str], encode: Encode | None) -> list[float]:
    if encode is None or not texts:
        return [0.0] * len(texts)
    vectors = encode([question, *texts])
    return [float(value) for value in vectors[1:] @ vectors[0]]


def _type_match(kinds: Sequence[QuestionType], unit: Unit) -> float:
    if not kinds:
        return 0.0
    if (kinds[0] == "method" and unit.kind == "step") or any(column_tells(kinds[0], name) for name, _ in unit.pairs[1:]):
        return 1.0
    if not offers(unit.text, kinds[0]):
        return 0.0
    return _WEAK_TYPE if kinds[0] == "yes_no" else 1.0


def _needed(asked: tuple[str, ...], item: Evidence, head: frozenset[str]) -> tuple[str, ...]:
    """What a record must still say: the words that name the record itself are given."""
    if item.kind not in ("product", "order"):
        return asked
    title = item.title.lower()
    short = [term for term in asked if len(term) >= _ABRIDGED and not term.isascii() and _abridges(term, title)]
    return tuple(
        term
        for term in asked
        if term not in head and (len(term) == 1 or term.isascii() or not any(term in name for name in (title, *short)))
    )  # 煮茶器 in 蒸汽煮茶器


def _abridges(term: str, title: str) -> bool:
    """Whether a word leaves out characters of a title and changes none: 消毒器 for 蒸汽消毒烘干器."""
    signs = iter(title)
    return all(sign in signs for sign in term)


def _record_cover(question: str, unit: Unit, title: str, needed: Sequence[str]) -> float:
    """Full marks for the attribute of a product that is asked for in other words than its name: "how much", "is it loud"."""
    if not unit.pairs:
        return 0.0
    label, value = unit.pairs[0]
    if tells(label, value, question, title) or told_in(value, question):
        beside = frozenset(terms(beside_attribute(question))).intersection(needed)
        return 1.0 if len([term for term in beside if not term.isdigit()]) <= _BESIDE_ATTRIBUTE else 0.0
    if _IN_STOCK.fullmatch(label) and asks_stock(question):
        named = frozenset(terms(title))
        return float(all("stock" in concepts(term) or term in named for term in needed))
    kinds = question_types(question)
    kind = "price" if "price" in kinds else kinds[0] if kinds else ""
    told = _PRICE.fullmatch(unit.pairs[0][0]) if kind == "price" else kind in OF_A_PRODUCT and offers(unit.text, kinds[0])
    return 1.0 if told and all(kind in concepts(term) or term.isdigit() for term in needed) else 0.0


def _asks_nothing_else(question: str, unit: Unit, title: str, needed: Sequence[str]) -> bool:
    """Whether a product's attribute is all that is asked for: not what the 20 grams that it holds are of."""
    label, value = unit.pairs[0]
    beside = set(terms(beside_attribute(question))) - set(terms(label))  # "in stock" names the stock
    return tells(label, value, question, title) and not beside & set(needed)


def _is_prose(unit: Unit) -> bool:
    """Whether a unit of a product's record is a sentence of its description."""
    return not unit.pairs or _DESCRIPTION.fullmatch(unit.pairs[0][0]) is not None


def _missing(features: dict[str, float], kinds: Sequence[QuestionType]) -> float:
    """What it costs that a duration or a sum was asked for and the sentence names none."""
    return 0.0 if not kinds or features["type"] else _MISSING.get(kinds[0], 0.0)


def _answers(candidate: Candidate, item: Evidence, kinds: Sequence[QuestionType], read: float) -> float:
    """Probability-like score that the unit answers: words read, trust in the passage, kind of answer, cosine."""
    features = candidate.features
    if item.kind == "product" and candidate.unit.pairs and _IDENTITY.fullmatch(candidate.unit.pairs[0][0]):
        return 0.0
    if item.kind == "product" and features["cover"] < (_OF_PROSE if _is_prose(candidate.unit) else _ASKED_OF_RECORD):
        return 0.0
    if item.question is not None:
        read = max(read, candidate.match)
    trust = item.score if item.kind in RETRIEVED else _GIVEN_SCORE
    near = max(0.0, features["dense"] - 0.3)
    value = -3.6 + 4.2 * read + 3.3 * trust + 3.0 * near
    value += 0.6 * features["type"] * min(1.0, 2 * read) + (0.6 if trust >= 0.9 else 0.0)
    value -= _missing(features, kinds) + (_OTHER if item.kind == "qa" and candidate.match < 0.35 else 0.0)
    return 1.0 / (1.0 + math.exp(-value))
