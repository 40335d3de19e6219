"""Word documents (docx): headings, lists and tables."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge_base.loading.markdown import table_blocks
from knowledge_base.loading.outline import QUESTION_LEVEL, Block, is_question, outline
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean
from knowledge_base.loading.tables import Table as TableReader

_LEVEL = re.compile(r"(?:heading|标题|標題)\s*(\d)$", re.IGNORECASE)


def load(data: bytes, name: str) -> Parsed:
    """Sections under the document's heading styles. Headers, footers and text boxes are left out."""
    from docx import Document as open_word
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = open_word(io.BytesIO(data))
        styles = {style.style_id: (style.name or "").strip() for style in document.styles}
        blocks = list(_blocks(document, styles))
    except (PackageNotFoundError, zipfile.BadZipFile, zlib.error, NotImplementedError, KeyError, ValueError, SyntaxError):
        raise Unreadable("is a damaged Word document; open it and save it again") from None
    check_length(sum(len(block.text) for block in blocks))
    title, sections = outline(blocks)
    return Parsed(title, sections)


def _blocks(document: Any, styles: Mapping[str, str]) -> Iterator[Block]:
    from docx.table import Table

    items: list[str] = []
    for part in document.iter_inner_content():
        style = "" if isinstance(part, Table) else styles.get(part._p.style or "", "")
        item = None if isinstance(part, Table) else _item(part, style)
        if items and item is None:
            yield Block("\n".join(items))
            items = []
        if item is not None:
            items.append(item)
        elif isinstance(part, Table):
            yield from _table(part)
        else:
            yield from _paragraph(part, style)
    if items:
        yield Block("\n".join(items))


def _item(paragraph: Any, style: str) -> str | None:
    """The paragraph as a list item, or None where it is not one."""
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    if not (numbered or style.casefold().startswith("list")) or _level(style):
        return None
    text = clean(paragraph.text).strip()
    if not text:
        return None
    level = properties.numPr.ilvl.val if numbered and properties.numPr.ilvl is not None else 0
    return f"{'  ' * level}- {text}"


def _level(style: str) -> int:
    """The heading level that a style stands for; 0 for body text."""
    if style.casefold() in {"title", "标题", "標題"}:
        return 1
    match = _LEVEL.match(style)
    return min(int(match[1]), 6) if match else 0


def _paragraph(paragraph: Any, style: str) -> Iterator[Block]:
    text = clean(paragraph.text).strip()
    if not text:
        return
    level = _level(style)
    runs = [run for run in paragraph.runs if run.text.strip()]
    if (
        not level
        and runs
        and all(run.bold for run in runs)
        and is_question(text)
        and not re.match(r"(?:Q|问)\s?\d*[:：]", text)
    ):
        level = QUESTION_LEVEL
    yield Block(text.replace("\n", " ") if level else text, level)


def _table(table: Any) -> Iterator[Block]:
    rows = [[clean(cell.text).strip() for cell in _cells(row)] for row in table.rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    width = max(map(len, rows))
    if width == 1:
        yield Block("\n\n".join(row[0] for row in rows))
    elif width == 2 and not _has_header(table) and not _is_qa(rows[0]):
        yield Block("\n".join(f"{row[0]}: {row[1]}" if len(row) > 1 else row[0] for row in rows))
    else:
        yield from table_blocks([row + [""] * (width - len(row)) for row in rows])


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, those merged over several columns once."""
    previous = None
    for cell in row.cells:
        if cell._tc is not previous:
            yield cell
        previous = cell._tc


def _is_qa(row: list[str]) -> bool:
    return TableReader(row).is_qa


def _has_header(table: Any) -> bool:
    """Whether the first row is marked as a header or stands in bold."""
    row = table.rows[0]
    if row._tr.trPr is not None and row._tr.trPr.xpath("./w:tblHeader"):
        return True
    runs = [run for cell in row.cells for paragraph in cell.paragraphs for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)
