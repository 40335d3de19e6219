"""Lists that stand in prose, cut into their rows: "to London 1 day, elsewhere in the UK 3"; 105-120 cm 1/4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Key = TypeVar("Key")

_CUT = re.compile(
    r"[，；;。！？\n]|,(?!\d)|[.!?](?=\s|$)"
    r"|\s+(?:and|but)\s+(?=(?:up to|from|over|under|about|free|[£$€¥]?\d|(?:to|for|in) [A-Z]))"
)
_ENDS = re.compile(r"[。！？\n.!?]")
_STOPS = re.compile("；")  # 大件另算 is a row of its own, "bikes cost £49" goes on with one
_TAIL = re.compile(r"[\u3400-\u9fff]{1,4}$|[^\s\u3400-\u9fff]+$|\S$")
_DIGIT = re.compile(r"\d")
_LABEL = re.compile(r"^[^：:，,。；;\d]{1,20}[：:]\s*")
_PARAGRAPH = re.compile(r"[^\w\n]?[ \t]*\n\s*\n|\n[ \t]*\n")
_MARKS = " \t\n\r-*•·"
_EDGES = " \t，,；;：:。."


@dataclass(frozen=True, slots=True)
class Row(Generic[Key]):
    """One row of a list in prose: what it is ``of``, where it stands in the text, and the label above the whole list."""

    of: Key
    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of a list that answer, each by its span in the text; the span of the list and the label above it."""

    rows: tuple[tuple[int, int], ...]
    whole: tuple[int, int]
    label: str = ""

    def within(self, start: int, end: int) -> bool:
        """Whether a sentence at ``(start, end)`` is part of the list."""
        return start < self.whole[1] and self.whole[0] < end

    def of(self, start: int, end: int, text: str) -> str:
        """What a sentence at ``(start, end)`` of ``text`` says of these rows, below the list's label; empty where nothing."""
        found = [text[max(start, low) : min(end, high)] for low, high in self.rows if start < high and low < end]
        kept = [" ".join(one.split()).strip(_EDGES) for one in found]
        comma = "，" if re.search(r"[\u3400-\u9fff]", text) else ", "
        label = f"{self.label.strip()} " if self.label.strip().endswith(":") else self.label
        return label + comma.join(filter(None, kept)) if any(kept) else ""


def lists(text: str, key: Callable[[str], Key | None], alone: Callable[[str], bool]) -> Iterator[list[Row[Key]]]:
    """The lists of two rows and more that ``text`` tells one after another.

    A row begins where a clause has a ``key``; what follows without one, up to a semicolon or the sentence's end, belongs to
    it. A clause that is nothing ``alone``, such as a place without a word on it, opens the row of the next clause. A sentence
    without a key, a label and a paragraph end the list.
    """
    rows: list[Row[Key]] = []
    opened: int | None = None
    label, goes_on = "", False
    for clause in _clauses(text):
        if rows and (clause.paragraph or (clause.label and key(clause.label) is None)):
            yield from _worth(rows)
            rows, goes_on = [], False
        label = "" if clause.paragraph or (clause.begins and not rows) else label
        start = clause.start
        if clause.label and key(clause.label) is None:
            label, start = clause.label, start + len(clause.label)
        start = start if opened is None else opened
        opened = None
        if (found := key(text[start : clause.end])) is not None:
            bare, before, goes_on = alone(text[start : clause.end]), goes_on, not clause.stop
            if before and bare and _names_last(rows[-1], text, key):
                rows[-1] = replace(rows[-1], of=key(text[rows[-1].start : clause.end]) or found, end=clause.end)
                continue
            if before and _only_names(rows[-1], text, key):
                start = rows.pop().start
                found = key(text[start : clause.end]) or found
            if bare and goes_on:
                opened, goes_on = start, False
                continue
            rows.append(Row(found, start, clause.end, label))
        elif goes_on:
            rows[-1] = replace(rows[-1], end=clause.end)
            goes_on = not clause.stop
        elif clause.begins:
            yield from _worth(rows)
            rows, label = [], ""
    yield from _worth(rows)


def _names_last(row: Row[Key], text: str, key: Callable[[str], Key | None]) -> bool:
    """Whether a row says what it is of behind its figure: "2 days to Shanghai"."""
    figures = [found.end() for found in _DIGIT.finditer(text, row.start, row.end)]
    return bool(figures) and key(text[figures[-1] : row.end]) is not None


def _only_names(row: Row[Key], text: str, key: Callable[[str], Key | None]) -> bool:
    """Whether a row ends with what it is of before any figure: "We post to Ireland", France and Germany for £14."""
    written = text[row.start : row.end].rstrip()
    return not _DIGIT.search(written) and key(_TAIL.findall(written)[-1]) is not None


def _worth(rows: list[Row[Key]]) -> Iterator[list[Row[Key]]]:
    if len(rows) > 1:
        yield rows


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause by its span and the label that it begins with; ``begins`` a sentence or ``paragraph``; ``stop`` ends a row."""

    start: int
    end: int
    label: str
    begins: bool
    paragraph: bool
    stop: bool


def _clauses(text: str) -> Iterator[_Clause]:
    start, begins, paragraph = 0, True, True
    for cut in (*_CUT.finditer(text), None):
        end = cut.start() if cut else len(text)
        said = text[start:end].lstrip(_MARKS)
        ended = cut is None or _ENDS.match(cut[0]) is not None
        if said.strip():
            label = _LABEL.match(said)
            stop = ended or (cut is not None and _STOPS.match(cut[0]) is not None)
            yield _Clause(end - len(said), end, label[0] if label else "", begins, paragraph, stop)
            begins, paragraph = ended, False
        paragraph = paragraph or (cut is not None and _PARAGRAPH.match(text, cut.start()) is not None)
        start = cut.end() if cut else end
