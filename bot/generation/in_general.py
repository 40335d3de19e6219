"""Questions that ask of a matter in general: "delivery cost?" where a table says it of each way of delivery."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.generation.passage import Unit
from bot.text.question_type import QuestionType, offers
from bot.text.terms import concepts, terms

COLUMNS, ROWS = 3, 6
"""Of a table that is told whole."""
_OF_EACH = ("price", "duration")
"""What each row of a table has of its own."""
_OFTEN = re.compile(r"频率|频次|周期|多久一次|\bhow often\b|\bfrequency\b|\bintervals?\b", re.IGNORECASE)
_NAMED = {
    "method": re.compile(r"方法|做法|步骤|怎么|\bhow(?: to)?$|\bmethod\b|\bwhat to do\b", re.IGNORECASE),
    "duration": _OFTEN,
    "times": _OFTEN,
}
"""What the header of a column says of what its cells have."""
COUNTING = re.compile(r"(?:[一两几多每]|多少)[次回天周月年]")
"""Words that ask how often or how long, of whatever it is: 一次 of 多久清理一次."""


def rows_alike(units: Sequence[Unit]) -> list[Unit]:
    """The rows of a small table, by the header of its first one; empty where there is none."""
    rows = [unit for unit in units if unit.kind == "row"]
    header = [name for name, _ in rows[0].pairs] if rows else []
    alike = [unit for unit in rows if [name for name, _ in unit.pairs] == header]
    return alike if len(header) >= COLUMNS and 1 < len(alike) <= ROWS else []


def each_tells(question: str, kinds: Sequence[QuestionType], title: str, rows: Sequence[Unit]) -> bool:
    """Whether a sum, a time or a way is asked for that the rows of a table have, by no more than what the table is about."""
    if not (rows and kinds and _each_has(kinds[0], rows)):
        return False
    said = frozenset(terms(title))
    matters = frozenset((kinds[0], *(name for term in said for name in concepts(term))))
    return all(term in said or matters & concepts(term) or COUNTING.fullmatch(term) for term in terms(question))


def column_tells(kind: QuestionType, name: str) -> bool:
    """Whether the header of a column says that its cells have what is asked for: how often, how."""
    return kind in _NAMED and _NAMED[kind].search(name) is not None


def _each_has(kind: QuestionType, rows: Sequence[Unit]) -> bool:
    if any(column_tells(kind, name) for name, _ in rows[0].pairs):
        return True
    return kind in _OF_EACH and 2 * sum(offers(row.text, kind) for row in rows) >= len(rows)
