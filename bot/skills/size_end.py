"""A customer's measure in the shop's size tables: which end before it, and its size in each where no goods are named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.generation.brief import Line
from bot.generation.passage import Unit, units
from bot.generation.ranges import bounds
from bot.skills.evidence import EvidenceSearch, evidence_of
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for, in_view
from bot.skills.size_choice import ASKED_AS
from bot.text.size_choice import ASKS_SIZE, as_tables_answer
from bot.text.terms import terms
from bot.types import DialogueState, Evidence, LanguageCode, Understanding
from knowledge_base.terms import normalise

_MOST = 3
_FITS = "size_fits"
_UNIT = re.compile(r"\s*[（(][^）)]{1,8}[）)]$")


@dataclass(slots=True)
class _Table:
    """One table of sizes: of each column the ranges that its rows hold, as they are written, with the row's size."""

    evidence: Evidence
    columns: dict[str, list[tuple[float, float, str, str]]] = field(default_factory=dict)

    def add(self, row: Unit) -> None:
        for name, value in row.pairs[1:]:
            for low, high in bounds(value):
                self.columns.setdefault(name, []).append((low, high, value, row.pairs[0][1]))

    @property
    def goods(self) -> str:
        """What the table is of, by its heading."""
        return self.evidence.title.rsplit(" › ", maxsplit=1)[-1]


class SizeEndSkill:
    """Says that a measure is above or below all that the size tables hold, and offers a person.

    Of no goods in particular, it tells the size of each that has one. Any other question goes to ``otherwise``.
    """

    def __init__(self, search: EvidenceSearch) -> None:
        self._search = search

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class. Of goods that are named, only their tables count."""
        question = understanding.question[:200]
        asks = understanding.intent.name == "size_fit" or ASKS_SIZE.search(question)
        told = self._told(understanding, state) if asks and re.search(r"\d", question) else []
        if not told:
            return otherwise.prepare(understanding, state, context)
        beyond = all(line.phrase != _FITS for _, line in told)
        brief = replace(
            brief_for("answer", understanding, context),
            evidence=tuple(table.evidence for table, _ in told),
            lines=(*(line for _, line in told), Line.of("offer_person" if beyond else "size_ask_which")),
        )
        kept = in_view(understanding.entities.skus, understanding, state)
        return Outcome(brief, replace(state, skus=kept, asks=(), failures=0), 1.0)

    def _told(self, understanding: Understanding, state: DialogueState) -> list[tuple[_Table, Line]]:
        """The tables with what is said of each; none where a table of the goods holds the measure, or none tells of it."""
        language, question = understanding.language.code, understanding.question[:200]
        worded = normalise(f"{question} {as_tables_answer(question, language) or ''}")
        found = [(table, _line(table, worded, language)) for table in self._tables(understanding)]
        told = [(table, line) for table, line in found if line is not None]
        told = [(table, line) for table, line in told if table.evidence.language == language] or told
        fitting = [(table, line) for table, line in told if line.phrase == _FITS]
        said = understanding.entities
        of_any = not (said.skus or said.categories or state.category or state.skus)
        if of_any and len(told) > 1 and fitting:
            return [*fitting, *((table, line) for table, line in told if line.phrase not in ("", _FITS))][:_MOST]
        return [] if any(line.phrase in ("", _FITS) for _, line in told) else told[:_MOST]

    def _tables(self, understanding: Understanding) -> list[_Table]:
        categories = understanding.entities.categories
        query = ASKED_AS[understanding.language.code].format(goods=categories[0] if categories else "").strip()
        found: dict[tuple[str, str], _Table] = {}
        for hit in self._search.hits_of_tables(query, understanding.question):
            item = evidence_of(hit)
            rows = [unit for unit in units(item.text, item.kind == "row") if unit.kind == "row"]
            table = found.setdefault((item.source, item.title), _Table(item))
            for row in rows:
                table.add(row)
        return [table for table in found.values() if table.columns]


def _line(table: _Table, worded: str, language: LanguageCode) -> Line | None:
    """The first row that holds the measure told of one of its columns, else where the table ends; None where none is told.

    An empty line where the measure is between two rows.
    """
    for name, ranges in table.columns.items():
        number = _told(name, worded)
        if number is None or not ranges:
            continue
        values = {"goods": table.goods, "name": name if language == "zh" else name.lower()}
        least, most = min(ranges), max(ranges, key=lambda one: one[1])
        holding = next((one for one in ranges if one[0] <= number <= one[1]), None)
        if holding is not None:
            line = Line.of(_FITS, **values, size=holding[3], range=holding[2])
        elif number > most[1]:
            line = Line.of("size_above", **values, end=most[2])
        else:
            line = Line.of("size_below", **values, end=least[2]) if number < least[0] else Line("")
        return replace(line, sources=(table.evidence.id,))
    return None


def _told(column: str, worded: str) -> float | None:
    """The number that a question tells right behind the name of a column: 身高198."""
    names: Sequence[str] = [name for name in terms(_UNIT.sub("", column)) if len(name) > 1]  # 78厘米 10公斤 names no 10厘米
    pattern = "|".join(map(re.escape, names))
    found = re.search(rf"(?:{pattern})[^\d,，。]{{0,6}}(\d{{1,3}}(?:\.\d)?)(?!\d)", worded) if names else None
    return float(found[1]) if found else None
