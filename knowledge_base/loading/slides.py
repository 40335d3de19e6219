"""Presentations (pptx): a section for each slide under its title, tables kept; speaker's notes are left out."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge_base.loading.markdown import table_blocks
from knowledge_base.loading.outline import QUESTION_LEVEL, Block, is_question, outline
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean

_SLIDE = 2
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, KeyError, ValueError, SyntaxError, AttributeError, IndexError)


def load(data: bytes, name: str) -> Parsed:
    """Sections by slide; the first slide's title is the document's. ``metadata["page"]`` is the slide's number."""
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    try:
        blocks = list(_blocks(Presentation(io.BytesIO(data)).slides))
    except (PythonPptxError, *_DAMAGED):
        raise Unreadable("is a damaged presentation; open it and save it again") from None
    check_length(sum(len(block.text) for block in blocks))
    if not blocks:
        raise Unreadable("has no text, only pictures; run text recognition (OCR) on it first")
    title, sections = outline(blocks)
    return Parsed(title, sections)


def _blocks(slides: Iterable[Any]) -> Iterator[Block]:
    for number, slide in enumerate(slides, 1):
        heading = slide.shapes.title
        title = _line(heading.text_frame.text) if heading is not None else ""
        if title:
            yield Block(title, 1 if number == 1 else QUESTION_LEVEL if is_question(title) else _SLIDE)
        for shape in _reading_order(slide.shapes):
            if heading is None or shape.shape_id != heading.shape_id:
                yield from _shape(shape, number)


def _reading_order(shapes: Iterable[Any]) -> list[Any]:
    """Shapes by row and column: from the top, then from the left; those of a group in its place."""
    placed = [shape for shape in shapes if shape.top is not None]
    unplaced = [shape for shape in shapes if shape.top is None]
    return unplaced + sorted(placed, key=lambda shape: (shape.top, shape.left or 0))


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if hasattr(shape, "shapes"):
        for inner in _reading_order(shape.shapes):
            yield from _shape(inner, number)
    elif getattr(shape, "has_table", False):
        yield from table_blocks([[_line(cell.text) for cell in row.cells] for row in shape.table.rows])
    elif shape.has_text_frame:
        lines = [("  " * part.level + "- " if part.level else "") + _line(part.text) for part in shape.text_frame.paragraphs]
        if text := "\n".join(line for line in lines if line.strip(" -")):
            yield Block(text, page=number)


def _line(text: str) -> str:
    return " ".join(clean(text).replace("\x0b", " ").split())
