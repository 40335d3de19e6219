"""The units of the evidence as candidates for an answer, with the features that rank them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.generation.alignment import Alignment, Encode, WordVectors, spoken
from bot.generation.overlap import coverage, idf, pieces_shared, question_match, surface
from bot.generation.passage import Unit, units
from bot.generation.question_type import QuestionType, offers, question_types
from bot.generation.terms import concepts, terms
from bot.types import Evidence
from knowledge_base.terms import normalise

# Weights of a softmax over the sentences of a passage, fitted by `python -m benchmarks selection --fit` (see there).
WEIGHTS = {
    "cover": 5.8, "context": 1.2, "pair": 4.0, "type": 1.9, "first": 0.2, "length": -0.25, "before": 0.5, "score": 1.0,
    "dense": 1.0,
}  # fmt: skip
_GIVEN = 0.5  # weight of a word that the title says already: the sentence need not repeat it
_CONTEXT = 0.5  # credit of a word that only the title or the row's question has
RETRIEVED = ("passage", "qa", "row")
_GIVEN_SCORE = 0.5  # records that no search has judged: the catalogue row, order or profile of the turn
_ASKED_OF_RECORD = 0.4  # a product's fact must be the one asked for: every record has a price and a size
_WEAK_TYPE = 0.3  # nearly every sentence could answer a yes/no question
STRICT = ("duration", "price", "date")
_PRICE = re.compile(r"price|价格|售价", re.I)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|~|～|至|到|to)\s*(\d+(?:\.\d+)?)")
_MISSING: dict[QuestionType, float] = {"duration": 3.2, "price": 3.2, "date": 1.0}
_OTHER = 1.2  # a Q&A row that was written for another question
_IDENTITY = re.compile(r"product|title|sku|category|商品|商品编号|商品名称|分类|类别", re.I)


@dataclass(slots=True)
class Candidate:
    """A unit under judgement, with its features by the names of :data:`WEIGHTS`."""

    index: int
    position: int
    unit: Unit
    words: frozenset[str]
    features: dict[str, float]
    answers: float = 0.0
    match: float = 0.0  # how well the row's own question is the one asked

    @property
    def rank(self) -> float:
        """Weighted sum of the features: compares units of one question only."""
        return sum(WEIGHTS[name] * value for name, value in self.features.items())


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
    asked = tuple(dict.fromkeys(terms(question)))
    kinds = question_types(question)
    pieces = surface(question)
    found: list[Candidate] = []
    for index, item in enumerate(evidence):
        if places is not None and index not in places:
            continue
        for position, unit in enumerate(units(item.text, item.kind == "row")):
            found.append(Candidate(index, position, unit, frozenset(terms(unit.text)), {}))
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", normalise(question))]
    weights = idf(asked, (candidate.words for candidate in found))
    heads = [frozenset(terms(f"{item.title}\n{item.question or ''}")) for item in evidence]
    told = sorted({candidate.index for candidate in found})
    asked_before = [index for index in told if evidence[index].question]
    texts = [candidate.unit.text for candidate in found] + [str(evidence[index].question) for index in asked_before]
    dense = _similarities(question, texts, encode)
    scaled = [{term: w * (_GIVEN if term in head else 1.0) for term, w in weights.items()} for head in heads]
    matches = {
        index: max(question_match(question, str(evidence[index].question)), value)
        for index, value in zip(asked_before, dense[len(found) :], strict=True)
    }
    near = vectors and Alignment(
        question, ("\n".join((*_titles(evidence[index]), evidence[index].text)) for index in told), vectors
    )
    titles = {index: _titles(evidence[index]) for index in told}
    said = {index: spoken(near.of(*title)) for index, title in titles.items()} if near else {}
    before = 0.0
    for place, candidate in enumerate(found):
        item = evidence[candidate.index]
        needed = _needed(asked, item, heads[candidate.index])
        asks = found[place - 1].unit.text if candidate.position and found[place - 1].unit.text.endswith(("?", "？")) else ""
        words = candidate.words | frozenset(terms(asks))
        record = _record_cover(kinds, candidate.unit, needed) if item.kind == "product" else 0.0
        cover = coverage(needed, words, scaled[candidate.index])
        context = coverage(asked, heads[candidate.index], weights)
        union = coverage(asked, words | heads[candidate.index], weights)
        if near and near.asked:
            title, text = titles[candidate.index], f"{asks}\n{candidate.unit.text}"
            cover = (cover + near.share(text, given=said[candidate.index])) / 2
            context, union = (context + near.share(*title)) / 2, (union + near.share(text, *title)) / 2
        cover = _with_range(max(cover, record), numbers, candidate.unit, asked)
        if candidate.position == 0:
            before = 0.0
        candidate.features = {
            "cover": cover,
            "context": context,
            "pair": pieces_shared(pieces, candidate.unit.text),
            "type": _type_match(kinds, candidate.unit),
            "first": 1.0 if candidate.position == 0 else 0.0,
            "length": math.log(1 + len(candidate.words)),
            "before": before,
            "score": item.score,
            "dense": dense[place],
        }
        candidate.match = matches.get(candidate.index, 0.0)
        candidate.answers = _answers(candidate, item, kinds, cover + _CONTEXT * max(0.0, union - cover))
        before = cover
    return found


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
    if kinds[0] == "method" and unit.kind == "step":
        return 1.0
    if not offers(unit.text, kinds[0]):
        return 0.0
    return _WEAK_TYPE if kinds[0] == "yes_no" else 1.0


def _needed(asked: tuple[str, ...], item: Evidence, head: frozenset[str]) -> tuple[str, ...]:
    """What a record must still say: the words that name the record itself are given."""
    if item.kind not in ("product", "order"):
        return asked
    return tuple(term for term in asked if term not in head)


def _record_cover(kinds: Sequence[QuestionType], unit: Unit, needed: Sequence[str]) -> float:
    """Full marks for the price of a product when nothing but the price is asked for; "how much" leaves no word to match."""
    if "price" not in kinds or not unit.pairs or not _PRICE.fullmatch(unit.pairs[0][0]):
        return 0.0
    return 1.0 if all("price" in concepts(term) or term.isdigit() for term in needed) else 0.0


def _missing(features: dict[str, float], kinds: Sequence[QuestionType]) -> float:
    """What it costs that a duration or a sum was asked for and the sentence names none."""
    return 0.0 if not kinds or features["type"] else _MISSING.get(kinds[0], 0.0)


def _with_range(cover: float, numbers: Sequence[float], unit: Unit, asked: Sequence[str]) -> float:
    """A row of ranges (sizes, weights, prices) answers for the number asked about when one holds it, and else does not.

    Where the question names a column (chest, 胸围), the ranges of the other columns don't count.
    """
    if not numbers or unit.kind != "row":
        return cover
    named = [value for name, value in unit.pairs if frozenset(terms(name)) & frozenset(asked)]
    ranges = _RANGE.findall("\n".join(named)) or _RANGE.findall(unit.text)
    if not ranges:
        return cover
    return max(cover, 0.8) if any(float(low) <= number <= float(high) for low, high in ranges for number in numbers) else 0.0


def _answers(candidate: Candidate, item: Evidence, kinds: Sequence[QuestionType], read: float) -> float:
    """Probability-like score that the unit answers: words read, trust in the passage, kind of answer, cosine."""
    features = candidate.features
    if item.kind == "product" and candidate.unit.pairs and _IDENTITY.fullmatch(candidate.unit.pairs[0][0]):
        return 0.0
    if item.kind == "product" and features["cover"] < _ASKED_OF_RECORD:
        return 0.0
    if item.question is not None:
        read = max(read, candidate.match)
    trust = item.score if item.kind in RETRIEVED else _GIVEN_SCORE
    near = max(0.0, features["dense"] - 0.3)
    value = -3.6 + 4.2 * read + 3.3 * trust + 3.0 * near
    value += 0.6 * features["type"] * min(1.0, 2 * read) + (0.6 if trust >= 0.9 else 0.0)
    value -= _missing(features, kinds) + (_OTHER if item.kind == "qa" and candidate.match < 0.35 else 0.0)
    return 1.0 / (1.0 + math.exp(-value))
