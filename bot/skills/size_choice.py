"""Which of two sizes, where no measure is told: what the shop's size table holds of both, and which measures it goes by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.generation.brief import Line
from bot.generation.passage import units
from bot.generation.phrases import listed
from bot.generation.ranges import ranged
from bot.generation.row_text import fact, lowered
from bot.skills.evidence import EvidenceSearch, evidence_of
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.text.size_choice import between_sizes, tells_measure
from bot.types import MEASURES, DialogueState, Evidence, LanguageCode, Understanding

_SIZE = re.compile(r"(?:size )?([2-6]?x{0,3}[sml])[码号]?", re.IGNORECASE)
_UNIT = re.compile(r"\s*[（(][^）)]{1,8}[）)]$")
_TABLES, _COLUMNS = 3, 3
ASKED_AS: dict[LanguageCode, str] = {"zh": "{goods}尺码表 身高 胸围", "en": "{goods} size chart, height and chest"}
"""What size tables are searched for by."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of both sizes in one table, each by its size: the cells that hold ranges."""

    evidence: Evidence
    rows: dict[str, tuple[tuple[str, str], ...]]

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(name for cells in self.rows.values() for name, _ in cells))


class SizeChoiceSkill:
    """Tells of both sizes that a customer hesitates between, and asks for what the table goes by.

    Where a measure is told, or no table has both sizes, the question goes to ``otherwise``.
    """

    def __init__(self, search: EvidenceSearch) -> None:
        self._search = search

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class. Where tables of several kinds of goods have both sizes, it is asked for the goods, too."""
        sizes = between_sizes(understanding.question[:200])
        if not sizes or tells_measure(understanding.text) or understanding.intent.name != "size_fit":
            return otherwise.prepare(understanding, state, context)
        tables = self._tables(understanding, sizes, context)
        if not tables:
            return otherwise.prepare(understanding, state, context)
        language = understanding.language.code
        if len(tables) == 1:
            lines: tuple[Line, ...] = (_of_one(tables[0], language), Line.of("size_ask", measures=_measures(tables, language)))
        else:
            lines = (*(_of_goods(one, language) for one in tables), Line.of("size_ask_goods"))
        brief = replace(
            brief_for("clarify", understanding, context, (MEASURES,)),
            evidence=tuple(one.evidence for one in tables),
            lines=lines,
        )
        return Outcome(brief, replace(state, asks=brief.asks, failures=0))

    def _tables(self, understanding: Understanding, sizes: Sequence[str], context: TurnContext) -> list[_Table]:
        """The tables that have both sizes, of the goods named where any is; those in the customer's language first."""
        language, entities = understanding.language.code, understanding.entities
        goods = entities.categories[0] if entities.categories else ""
        hits = self._search.hits_of_tables(ASKED_AS[language].format(goods=goods).strip(), understanding.question)
        found: dict[tuple[str, str], _Table] = {}
        for hit in hits:
            item = evidence_of(hit)
            table = found.setdefault((item.source, item.title), _Table(item, {}))
            for unit in units(item.text, item.kind == "row"):
                named = _SIZE.fullmatch(unit.pairs[0][1].strip()) if unit.kind == "row" else None
                cells = tuple(pair for pair in unit.pairs[1:] if ranged(pair[1]))[:_COLUMNS]
                if named and cells and named[1].upper() in sizes:
                    table.rows.setdefault(named[1].upper(), cells)
        both = [table for table in found.values() if set(sizes) <= set(table.rows)]
        native = [table for table in both if table.evidence.language == language] or both
        return native[:_TABLES]


def _of_one(table: _Table, language: LanguageCode) -> Line:
    comma, colon = ("，", "：") if language == "zh" else (", ", ": ")
    rows = (
        f"{size}{colon}{comma.join(fact(name, value, language) for name, value in cells)}" for size, cells in table.rows.items()
    )
    line = Line.of("size_rows", rows=("；" if language == "zh" else "; ").join(rows))
    return replace(line, sources=(table.evidence.id,))


def _of_goods(table: _Table, language: LanguageCode) -> Line:
    goods = table.evidence.title.rsplit(" › ", maxsplit=1)[-1]
    return replace(Line.of("size_goods", goods=goods, measures=_measures([table], language)), sources=(table.evidence.id,))


def _measures(tables: Sequence[_Table], language: LanguageCode) -> str:
    named = [_UNIT.sub("", name) for table in tables for name in table.columns]
    shown = list(dict.fromkeys(name if language == "zh" else lowered(name) for name in named))[:_COLUMNS]
    return listed(shown, language, "或" if language == "zh" else "or")
