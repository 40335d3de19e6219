"""Which sentences tell of the places that a question names."""

from __future__ import annotations

from collections.abc import Sequence

from bot.generation.candidate import STRICT, Candidate
from bot.generation.told_rows import in_row_of_place
from bot.text.places import named, tells_of
from bot.text.question_type import QuestionType, offers
from bot.text.terms import concepts, terms
from bot.types import Evidence


def of_the_place(
    question: str, kinds: Sequence[QuestionType], told: list[Candidate], evidence: Sequence[Evidence]
) -> list[Candidate]:
    """Those that tell of the places that the question names, where any does, and what speaks of more that is asked.

    Where none of them holds the kind of figure asked for, what holds it beside them counts as well: how much, not how long.
    """
    places = named(question)
    telling = (
        [c for c in told if in_row_of_place(question, c, evidence) or _tells_of_all(places, c, evidence)] if places else []
    )
    if not telling:
        return told
    best, passages = max(c.features["focus"] for c in telling), {c.index for c in telling}
    more = _unsaid(question, telling)
    in_vain = kinds[:1] and kinds[0] in STRICT and not any(offers(c.unit.text, kinds[0]) for c in telling)
    beside = [c for c in told if in_vain and c.index in passages and offers(c.unit.text, kinds[0]) and not named(c.unit.text)]
    further = [c for c in told if c.index in passages and c.features["focus"] > best and more & c.words]
    return [c for c in told if c in telling or c in beside or c in further]


def _tells_of_all(places: frozenset[str], one: Candidate, evidence: Sequence[Evidence]) -> bool:
    return all(tells_of(place, one.unit.text, evidence[one.index].text) for place in places)


def _unsaid(question: str, told: Sequence[Candidate]) -> frozenset[str]:
    """The words of a question that nothing told says, be it in a word that means the same: ships, delivers."""
    said = frozenset(word for one in told for word in one.words)
    meant = {name for word in said for name in concepts(word)}
    return frozenset(term for term in terms(question) if term not in said and not concepts(term) & meant)
