"""Of a list that stands in prose, the rows asked about: those of the places that a question names, or that hold its measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.generation.passage import Unit
from bot.text.measure_rows import rows_of_measure
from bot.text.place_rows import list_of_places, rows_of_places
from bot.text.places import named
from bot.text.prose_rows import Told
from bot.types import Evidence


class _Placed(Protocol):
    @property
    def index(self) -> int: ...
    @property
    def unit(self) -> Unit: ...


One = TypeVar("One", bound=_Placed)
_PROSE = frozenset({"passage", "qa"})
_TABLE = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)


def told_rows(question: str, item: Evidence) -> Told | None:
    """The rows of a list in a passage that ``question`` asks about; None for any other question or passage."""
    text = _prose(item)
    return rows_of_places(question, text) or rows_of_measure(question, text)


def _prose(item: Evidence) -> str:
    """The text of a passage with spaces in the place of its tables, whose rows are read by their cells."""
    return _TABLE.sub(lambda row: " " * len(row[0]), item.text) if item.kind in _PROSE else ""


def without_other_rows(question: str, told: Sequence[One], evidence: Sequence[Evidence]) -> list[One]:
    """Those of ``told`` that are no row of a list, or the row that is asked about."""
    rows = {index: told_rows(question, evidence[index]) for index in {one.index for one in told}}

    def asked(one: One) -> bool:
        found = rows[one.index]
        within = found is not None and found.within(one.unit.start, one.unit.end)
        return found is None or not within or bool(found.of(one.unit.start, one.unit.end, evidence[one.index].text))

    return [one for one in told if asked(one)]


def in_row_of_place(question: str, one: _Placed, evidence: Sequence[Evidence]) -> bool:
    """Whether a sentence is the row of a list that tells of the places that ``question`` names, be it that of the rest."""
    item = evidence[one.index]
    rows = rows_of_places(question, _prose(item))
    return rows is not None and bool(rows.of(one.unit.start, one.unit.end, item.text))


def in_row_of_measure(question: str, item: Evidence, unit: Unit) -> bool | None:
    """Whether a sentence is the row of a list that holds the measure of ``question``; None where it is in no such list."""
    rows = rows_of_measure(question, _prose(item))
    if rows is None or not rows.within(unit.start, unit.end):
        return None
    return bool(rows.of(unit.start, unit.end, item.text))


def rows_beside(question: str, one: _Placed, found: Sequence[One], evidence: Sequence[Evidence]) -> list[One]:
    """The other sentences of the list of places that one is a row of, where the question names no place: it is asked of any."""
    text = _prose(evidence[one.index])
    around = None if named(question) else list_of_places(text, one.unit.start, one.unit.end)
    if around is None:
        return []
    return [
        other for other in found if other.index == one.index and around[0] < other.unit.end and other.unit.start < around[1]
    ]
