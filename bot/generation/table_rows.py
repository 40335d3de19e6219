"""Which rows of a table answer: those that hold what was measured, that are named, or that stand next to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.generation.candidate import Candidate
from bot.generation.passage import units
from bot.generation.ranges import AskedNumbers
from bot.text.terms import terms
from bot.types import Evidence
from knowledge_base.terms import normalise

_AS_SURE = 0.9  # of the surest one's score


def holding_most(answering: Sequence[Candidate]) -> list[Candidate]:
    """Those that hold most of the numbers asked about, where the ranges of a row hold any as surely as anything answers.

    That a coat is cut 4 cm wider is no answer to which size fits 172 cm.
    """
    held = max((c.holds or 0 for c in answering), default=0)
    holding = [c for c in answering if held and c.holds == held]
    surest = max((c.answers for c in holding), default=0.0)
    return holding if holding and surest >= _AS_SURE * max(c.answers for c in answering) else list(answering)


def of_named_row(question: str, answering: list[Candidate], evidence: Sequence[Evidence]) -> list[Candidate]:
    """Those that answer, best first; of a table, the row whose first cell the question names before the others.

    A table's rows may be passages of their own.
    """
    best = answering[0]
    table = evidence[best.index].source, evidence[best.index].title
    rows = [
        c
        for c in answering
        if (evidence[c.index].source, evidence[c.index].title) == table and c.unit.kind == "row" and len(c.unit.pairs) > 1
    ]
    if best not in rows or evidence[best.index].kind == "product":
        return answering
    named = [c for c in rows if _names(question, c.unit.pairs[0][1])]
    return [*named, *(c for c in answering if c not in rows)] if named and best not in named else answering


def passages_of_named_rows(question: str, evidence: Sequence[Evidence], best: int) -> frozenset[int]:
    """The passages that are rows of the ``best`` one's table and that the question names, be they far less sure to answer."""
    table = evidence[best].source, evidence[best].title
    alone = {
        place: found[0].pairs[0][1]
        for place, item in enumerate(evidence)
        if item.kind == "row" and (item.source, item.title) == table
        for found in (units(item.text, True),)
        if len(found) == 1 and len(found[0].pairs) > 1
    }
    return frozenset(place for place, key in alone.items() if best in alone and _names(question, key))


def _names(question: str, key: str) -> bool:
    """Whether a question has the first cell of a row: 罗非 in 罗非鱼用多大的钩."""
    said = frozenset(terms(key))
    return (bool(said) and said <= frozenset(terms(question))) or (not key.isascii() and normalise(key) in normalise(question))


def of_both_sizes(answering: Sequence[Candidate], evidence: Sequence[Evidence]) -> list[Candidate]:
    """The row of the best one's table that holds the same numbers: 130 is where one size ends and the next begins."""
    table = evidence[answering[0].index].source, evidence[answering[0].index].title
    alike = [c for c in answering[1:] if (evidence[c.index].source, evidence[c.index].title) == table and c.holds]
    return alike if answering[0].holds and len(alike) == 1 else []


def steps_around(question: str, best: Candidate, found: Sequence[Candidate], evidence: Sequence[Evidence]) -> list[Candidate]:
    """The rows next below and above what is asked about, where a table has a row for 6 kg and one for 10, but none for 7."""
    table = evidence[best.index].source, evidence[best.index].title
    if best.unit.kind != "row" or len(best.unit.pairs) < 2:
        return []
    rows = [c for c in found if c.unit.kind == "row" and (evidence[c.index].source, evidence[c.index].title) == table]
    return [rows[place] for place in AskedNumbers.of(question).steps_around([c.unit.pairs[0][1] for c in rows])]
