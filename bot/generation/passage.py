"""A passage taken apart: sentences, list items, numbered steps and table rows, each with its verbatim span."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge_base.sentences import sentence_spans

UnitKind = Literal["sentence", "item", "step", "row", "heading", "intro"]

_STEP = re.compile(
    r"\s*(?:\*\*)?(?:(?:step\s*)?\d{1,2}\s*[.)、．:：](?!\d)|第[一二三四五六七八九十]+步[：:，,]?|[①-⑳]|"
    r"[（(]\d{1,2}[)）])\s*|"
    r"\s*(?=第?\s*\d{1,2}(?:\s*[、,，~—–至到-]\s*\d{1,2})?\s*[天周]起?\s*[：:]|days? \d{1,2}(?:\s*[-–]\s*\d{1,2})?:)",
    re.I,
)
_ITEM = re.compile(r"\s*[-*+•·●○▪–]\s+")
_HEADING = re.compile(r"\s*(?:#{1,6}\s+|\*\*[^*]+\*\*\s*$|【[^】]+】\s*$)")
_TABLE = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*$")
_PAIR = re.compile(r"\s*([^：:；;|。!?]{1,40}?)\s*(?:(?<!\d)[：:]|[：:](?!\d\d))\s*(.+?)\s*$", re.S)
_INLINE_STEP = re.compile(r"(?<=[;；。.!，,：:\s])\s*(?=(?:[2-9]\s*[.)、．](?!\d)\s*\S|[①-⑳]))")
_HOUR = re.compile(r"\d$|^(?:https?|注|注意|note|tip|提示|关于.*|about .*|q|a|问|答)$", re.I)
_LONGEST_ENTRY = 200
_MARKUP = re.compile(r"\*\*|__|`|^#{1,6}\s+")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^)]+)\)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of a passage: ``text`` is its wording without list marks and markup, ``(start, end)`` its verbatim span."""

    kind: UnitKind
    text: str
    start: int
    end: int
    pairs: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=4096)
def units(text: str, row: bool = False) -> tuple[Unit, ...]:
    """The units of ``text`` in order; with ``row`` the whole text is one table row of ``name: value`` pairs."""
    if row:
        pairs = row_pairs(text)
        if pairs:
            return (Unit("row", text.strip(), 0, len(text), pairs),)
    found: list[Unit] = []
    header: tuple[str, ...] = ()
    for start, end in _pieces(text):
        piece = text[start:end]
        if _TABLE.match(piece):
            cells = tuple(cell.strip() for cell in piece.strip().strip("|").split("|"))
            if _RULE.fullmatch(piece):
                continue
            if not header or len(header) != len(cells):
                header = cells
                continue
            pairs = tuple((name, value) for name, value in zip(header, cells, strict=True) if value)
            found.append(Unit("row", "; ".join(f"{n}: {v}" for n, v in pairs), start, end, pairs))
            continue
        header = ()
        found.append(_unit(piece, start, end))
    return tuple(found)


def _pieces(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        cuts = [start, *(match.end() + start for match in _INLINE_STEP.finditer(text[start:end])), end]
        if len(cuts) < 3 or not re.search(r"(?:^|\D)1\s*[.)、．](?!\d)|①", text[start : cuts[1]]):
            spans.append((start, end))
            continue
        first = re.search(r"(?:1\s*[.)、．](?!\d)|①)", text[start : cuts[1]])
        if first and first.start() > 1:
            cuts.insert(1, start + first.start())
        spans.extend((left, right) for left, right in itertools.pairwise(cuts) if text[left:right].strip())
    return _whole_entries(text, spans)


def _whole_entries(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """``spans``, the sentences on the line of a step or list item joined to it: apart they would break the list."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        begun = joined[-1][0] if joined else start
        in_entry = joined and (_STEP.match(text, begun) or _ITEM.match(text, begun))
        asked = joined and text[: joined[-1][1]].rstrip().endswith(("?", "？"))  # what an entry answers is its heading
        goes_on = in_entry and not asked and "\n" not in text[begun:end].strip() and end - begun <= _LONGEST_ENTRY
        if goes_on and not (_STEP.match(text, start) or _ITEM.match(text, start)):
            joined[-1] = (begun, end)
        else:
            joined.append((start, end))
    return joined


def _unit(piece: str, start: int, end: int) -> Unit:
    for kind, mark in (("step", _STEP), ("item", _ITEM)):
        match = mark.match(piece)
        if match and match.end() < len(piece.rstrip()):
            return Unit(kind, clean(piece[match.end() :]), start, end)  # type: ignore[arg-type]
    if _HEADING.match(piece):
        return Unit("heading", clean(piece), start, end)
    wording = clean(piece)
    pairs = row_pairs(piece) or _fact(wording)
    if pairs:
        return Unit("row", wording, start, end, pairs)
    return Unit("intro" if wording.endswith((":", "：")) else "sentence", wording, start, end)


def _fact(wording: str) -> tuple[tuple[str, str], ...]:
    """A single ``name: value`` line, as catalogue and order records are written; prose with a colon is none."""
    match = _PAIR.match(wording)
    if (
        match is None
        or len(match[1].split()) > 3
        or _wide(match[1]) > 24
        or _wide(match[2]) > 160
        or re.search(r"[。！？，,]|[.!?]\s", match[1])
    ):
        return ()
    return ((match[1], match[2]),) if not _HOUR.search(match[1]) else ()


def _wide(text: str) -> int:
    """Width of a text: a Chinese character says as much as three letters."""
    return sum(3 if sign >= "\u3400" else 1 for sign in text)


def clean(text: str) -> str:
    """``text`` without Markdown emphasis, heading marks and link targets, on one line."""
    return " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split()).rstrip(";；").strip()


def row_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """``name: value`` pairs of a row written on lines or with ``;``, ``；`` or ``|`` between; empty when it is prose."""
    parts = [part for part in re.split(r"\n|[;；](?:\s|(?=[^\s\d])|(?=\d[^：:;；]*[：:]))|\s\|\s", text) if part.strip()]
    matches = [_PAIR.match(part) for part in parts]
    if not parts or sum(match is not None for match in matches) < max(2, 0.7 * len(parts)):
        return ()
    return tuple((clean(match[1]), clean(match[2])) for match in matches if match)
