"""PDF files: text by line with its size, headings by size, running headers dropped, wrapped lines joined."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from knowledge_base.loading.outline import CLOSE, QUESTION_LEVEL, Block, is_question, outline
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean, join_lines
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
    """``top``, ``size`` and ``right`` are in points, ``top`` growing upwards; ``margin``: it stands in the page's margin."""

    text: str
    page: int
    size: float
    top: float
    right: float
    margin: bool


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
    lines, start = [], 0
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
        _, bottom, _, _ = _box(text_page, first)
        _, _, right, _ = _box(text_page, last)
        margin = not _MARGIN * height < bottom < (1 - _MARGIN) * height
        lines.append(_Line(text, number, round(size, 1), bottom, right, margin))
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


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    body, sizes = _sizes(lines)
    levels = [_level(line, body, sizes) for line in lines]
    widest = max(line.right for line in lines)
    paged = not any(levels)
    paragraph: list[_Line] = []
    text = ""
    for line, level in zip(lines, levels, strict=True):
        if paragraph and (level or _begins(paragraph[-1], line, widest, paged)):
            yield Block(text, page=paragraph[0].page)
            if paged and paragraph[-1].page != line.page:
                yield Block("", CLOSE)
            paragraph, text = [], ""
        if level:
            yield Block(line.text, level)
            continue
        text = f"{text}\n{line.text}" if paragraph and STARTS_ITEM.match(line.text) else join_lines(text, line.text)
        paragraph.append(line)
    if paragraph:
        yield Block(text, page=paragraph[0].page)


def _sizes(lines: list[_Line]) -> tuple[float, dict[float, int]]:
    """The size of the body text, and the level of every larger size."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    body = weights.most_common(1)[0][0]
    larger = sorted((size for size in weights if size >= body * _HEADING_RATIO), reverse=True)
    return body, {size: min(level, 6) for level, size in enumerate(larger, 1)}


def _level(line: _Line, body: float, levels: dict[float, int]) -> int:
    if line.size in levels and len(line.text) <= 120:
        return levels[line.size]
    asks = len(line.text) <= 80 and line.text[-1] in "?？" and is_question(line.text) and not STARTS_ITEM.match(line.text)
    return QUESTION_LEVEL if asks else 0


def _begins(previous: _Line, line: _Line, widest: float, paged: bool) -> bool:
    """Whether ``line`` begins a paragraph: after a gap, or after a line that ends early with a full stop."""
    ended = previous.text[-1] in ".。!！?？:：;；"
    if previous.page != line.page:
        return paged or ended
    gap = previous.top - line.top
    return gap > 1.9 * max(line.size, 1) or (ended and previous.right < 0.85 * widest and not STARTS_ITEM.match(line.text))
