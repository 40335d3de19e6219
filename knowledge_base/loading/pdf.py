"""PDF files: text by line with its size, headings by size, running headers dropped, wrapped lines joined."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from knowledge_base.loading.markdown import table_blocks
from knowledge_base.loading.outline import CLOSE, QUESTION_LEVEL, Block, is_question, outline
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean, join_lines
from knowledge_base.loading.pdf_tables import Cell, Pieces, table_rows
from knowledge_base.loading.plain_text import STARTS_ITEM

_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:page|p\.|第)?\s*\d{1,4}\s*(?:页|頁)?\s*(?:(?:of|/|共)\s*\d{1,4}\s*[页頁]?)?(?:\s*[-–—])?", re.I
)
_DIGITS = re.compile(r"\d+")
_HYPHEN = re.compile(r"[\x02\ufffe\u00ad](?:\r?\n)?")
_HEADING_RATIO = 1.14  # a line set this much larger than the body is a heading
_MARGIN = 0.085  # share of a page's height, at its top and bottom, where running headers and page numbers stand


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text.

    ``top``, ``size`` and ``right`` are in points, ``top`` growing upwards; ``margin``: it stands in the page's margin;
    ``cells`` are its parts where wide spaces part it.
    """

    text: str
    page: int
    size: float
    top: float
    right: float
    margin: bool
    cells: tuple[Cell, ...] = ()


def load(data: bytes, name: str) -> Parsed:
    """Sections by headings; by page where the file sets no line larger. ``metadata["page"]`` is where a section begins."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise Unreadable("is protected by a password; save it without one") from None
        raise Unreadable("is a damaged PDF; open it and save it again") from None
    pages = []
    try:
        for number in range(len(document)):
            page = document[number]
            pages.append(_lines(page, number + 1))
            page.close()
            check_length(sum(len(line.text) for lines in pages for line in lines))
    except pypdfium2.PdfiumError:
        raise Unreadable(f"is a damaged PDF (page {number + 1}); open it and save it again") from None
    finally:
        document.close()
    lines = _without_running(pages)
    if not lines:
        raise Unreadable("has no text (a scan?); run text recognition (OCR) on it first")
    title, sections = outline(_blocks(lines))
    return Parsed(title, sections)


def _lines(page: Any, number: int) -> list[_Line]:
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    text_page = page.get_textpage()
    height = page.get_height()
    matrix = raw.FS_MATRIX()
    lines, start, pieces = [], 0, Pieces(text_page)
    for piece in _HYPHEN.sub("\x02", text_page.get_text_range()).split("\n"):
        text = clean(piece.replace("\x02", "")).strip()
        first = start + len(piece) - len(piece.lstrip())
        last = start + max(len(piece.rstrip()) - 1, 0)
        start += len(piece) + 1
        if not text:
            continue
        size = float(raw.FPDFText_GetFontSize(text_page.raw, first))
        if raw.FPDFText_GetMatrix(text_page.raw, first, ctypes.byref(matrix)):
            size *= abs(matrix.d) or 1.0
        _, bottom, _, top = _box(text_page, first)
        _, _, right, _ = _box(text_page, last)
        margin = not _MARGIN * height < bottom < (1 - _MARGIN) * height
        lines.append(_Line(text, number, round(size, 1), bottom, right, margin, pieces.of_line(bottom, top)))
    text_page.close()
    return lines


def _box(text_page: Any, index: int) -> tuple[float, float, float, float]:
    try:
        left, bottom, right, top = text_page.get_charbox(min(index, text_page.count_chars() - 1), loose=True)
    except Exception:  # a character without a box says nothing about the layout
        return 0.0, 0.0, 0.0, 0.0
    return left, bottom, right, top


def _without_running(pages: list[list[_Line]]) -> list[_Line]:
    """The lines of all pages without page numbers and without the headers and footers that repeat from page to page."""
    repeats = Counter(key for lines in pages for key in {_key(line) for line in lines if line.margin})
    enough = max(2, (sum(1 for lines in pages if lines) + 1) // 2)
    kept = [
        line
        for lines in pages
        for line in lines
        if not (line.margin and (_PAGE_NUMBER.fullmatch(line.text) or repeats[_key(line)] >= enough))
    ]
    return kept or [line for lines in pages for line in lines]


def _key(line: _Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.top / 4)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the document is set: the level of every line size that makes a heading, its widest line, whether it has none."""

    levels: dict[float, int]
    widest: float
    paged: bool


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    """Prose and tables in turn."""
    levels = _levels(lines)
    layout = _Layout(levels, max(line.right for line in lines), not any(_level(line, levels) for line in lines))
    prose: list[_Line] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and lines[end].cells and lines[end].page == lines[start].page:
            end += 1
        if rows := table_rows([line.cells for line in lines[start:end]]):
            yield from _prose(prose, layout)
            prose = []
            yield from (replace(block, page=lines[start].page) for block in table_blocks(rows))
        else:
            prose.extend(lines[start : max(end, start + 1)])
        start = max(end, start + 1)
    yield from _prose(prose, layout)


def _prose(lines: list[_Line], layout: _Layout) -> Iterator[Block]:
    paragraph: list[_Line] = []
    text = ""
    for line in lines:
        level = _level(line, layout.levels)
        if paragraph and (level or _begins(paragraph[-1], line, layout)):
            yield Block(text, page=paragraph[0].page)
            if layout.paged and paragraph[-1].page != line.page:
                yield Block("", CLOSE)
            paragraph, text = [], ""
        if level:
            yield Block(line.text, level)
            continue
        text = f"{text}\n{line.text}" if paragraph and STARTS_ITEM.match(line.text) else join_lines(text, line.text)
        paragraph.append(line)
    if paragraph:
        yield Block(text, page=paragraph[0].page)


def _levels(lines: list[_Line]) -> dict[float, int]:
    """The level of every size larger than the body text."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    body = weights.most_common(1)[0][0]
    larger = sorted((size for size in weights if size >= body * _HEADING_RATIO), reverse=True)
    return {size: min(level, 6) for level, size in enumerate(larger, 1)}


def _level(line: _Line, levels: dict[float, int]) -> int:
    if line.size in levels and len(line.text) <= 120:
        return levels[line.size]
    asks = len(line.text) <= 80 and line.text[-1] in "?？" and is_question(line.text) and not STARTS_ITEM.match(line.text)
    return QUESTION_LEVEL if asks else 0


def _begins(previous: _Line, line: _Line, layout: _Layout) -> bool:
    """Whether ``line`` begins a paragraph: after a gap, or after a line that ends early with a full stop."""
    ended = previous.text[-1] in ".。!！?？:：;；"
    if previous.page != line.page:
        return layout.paged or ended
    gap = previous.top - line.top
    return gap > 1.9 * max(line.size, 1) or (
        ended and previous.right < 0.85 * layout.widest and not STARTS_ITEM.match(line.text)
    )
