"""What an answer says from a passage of the other language: its figures in the customer's language, then the original."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.generation.figure_words import figures_in
from bot.generation.passage import Unit, clean, units
from bot.generation.phrases import Phrases, listed
from bot.generation.row_question import BARE
from bot.generation.selection import Selected
from bot.generation.trimming import MAX_LIST, gap_between, size_of, trimmed
from bot.text.question_type import offers, question_types
from bot.text.terms import meant
from bot.types import Evidence, LanguageCode

_FIGURES = 4  # more of them say nothing without the words around them
_QUOTED = 3  # sentences of a row's original; two of a document's
_QUOTED_WHOLE: dict[LanguageCode, int] = {"en": 50, "zh": 110}  # words, characters
_QUOTED_LIST: dict[LanguageCode, int] = {"en": 90, "zh": 200}
_ENDS = re.compile(r"[.!?;:。！？；：”\"]\s*$")  # a line that does not end so is a heading
_WORD = re.compile(r"\w")


def _telling(question: str, texts: Sequence[str], language: LanguageCode) -> list[str]:
    """The figures that the first of ``texts`` tells of the kind asked for; those of any kind where none is asked for.

    Nothing where too many are left to tell what is what, or none is of the kind: a price is not told by days, nor a number by
    durations and sums.
    """
    kinds = question_types(question)
    if "person" in kinds:  # who pays is told by no sum
        return []
    strict = [kind for kind in kinds if kind in ("duration", "price")]

    def tells(figure: str) -> bool:
        if strict:
            return any(offers(figure, kind) for kind in strict)
        return "count" not in kinds or not (offers(figure, "duration") or offers(figure, "price"))

    each = ([figure for figure in figures_in(text, language) if tells(figure)] for text in texts)
    told = next(filter(None, each), [])
    return told if len(told) <= _FIGURES else []


def _on_the_matter(question: str, told: Sequence[Selected]) -> bool:
    """Whether figures of the sentences are worth telling: where it is only asked whether, those on the same matter are."""
    matters = meant(question)
    if question_types(question)[:1] != ("yes_no",) or not matters:
        return True
    return any(figures_in(unit.text, "en") and matters & meant(unit.text) for unit in told)


def _all_steps(item: Evidence) -> list[Unit]:
    """The steps of a list, of which none tells alone what is to be done; none of a list that is too long to quote."""
    steps = [unit for unit in units(item.text) if unit.kind == "step"]
    return steps if size_of(" ".join(unit.text for unit in steps), item.language) <= _QUOTED_LIST[item.language] else []


def _original(item: Evidence, units_told: Sequence[Selected | Unit]) -> str:
    """Verbatim sentences of the evidence on one line: as they stand there where they follow one another."""
    pieces: list[tuple[int, int]] = []
    for start, end in (unit.span if isinstance(unit, Selected) else (unit.start, unit.end) for unit in units_told):
        if pieces and not _WORD.search(item.text[pieces[-1][1] : start]):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    told = ""
    for start, end in pieces:
        between = "…" if told and not _ENDS.search(told) else ""
        told += between + ("" if item.language == "zh" or not told else " ") + trimmed(clean(item.text[start:end]))
    return told


def foreign_block(question: str, item: Evidence, selected: Sequence[Selected], n: int, phrases: Phrases) -> Iterator[str]:
    """The figures in the customer's language, then the original sentences in quotation marks."""
    language = phrases.language
    told = [unit for unit in selected if not BARE.match(unit.text)] or list(selected)
    listed_whole = told[0].kind in ("step", "item")
    several = MAX_LIST if listed_whole else _QUOTED if item.question else 2
    chosen = _original(item, _all_steps(item) or told[:several]) if told[0].kind == "step" else _original(item, told[:several])
    prose = item.question is not None or all(_ENDS.search(line) for line in item.text.split("\n") if line.strip())
    short = prose and size_of(item.text, item.language) <= _QUOTED_WHOLE[item.language]  # sentences are hard to tell apart here
    original = clean(item.text) if short else chosen
    silent = listed_whole or not _on_the_matter(question, told)
    surest = _original(item, [max(told, key=lambda unit: unit.score)])
    figures = [] if silent else _telling(question, (surest, chosen, original), language)
    quote = phrases.say("quoted", text=original)
    marks = f"[{n}]" if language == "zh" else f" [{n}]"
    between = gap_between(language)
    if not figures:
        yield phrases.say("foreign_plain") + between
        yield quote + marks
        return
    yield phrases.say("foreign_figures", figures=listed(figures, language) + marks) + between
    yield phrases.say("foreign_original") + between
    yield quote + marks
