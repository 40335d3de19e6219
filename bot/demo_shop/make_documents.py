"""Makes the Word, PDF and Excel documents of the demo shop from the texts in ``sources/``.

Run ``python -m bot.demo_shop.make_documents`` after changing a source; it needs reportlab. Equal sources give equal text.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from bot.demo_shop import directory

_TARGETS = {
    "warranty_and_repair_en.md": "en/warranty_and_repair.docx",
    "choosing_headphones_en.md": "en/choosing_headphones.docx",
    "business_orders_en.md": "en/business_orders.pdf",
    "product_questions_en.csv": "en/Product_questions.xlsx",
    "returns_and_exchanges_zh.md": "zh/returns_and_exchanges.docx",
    "invoices_zh.md": "zh/invoices.pdf",
    "product_questions_zh.csv": "zh/商品问答.xlsx",
}
Block = tuple[str, Any]


def main() -> None:
    """Writes every target anew."""
    makers = {".docx": _write_word, ".pdf": _write_pdf}
    for source, target in _TARGETS.items():
        text = (directory() / "sources" / source).read_text("utf-8")
        path = directory() / "documents" / target
        if path.suffix == ".xlsx":
            _write_workbook(list(csv.reader(text.splitlines())), path)
        else:
            makers[path.suffix](_blocks(text), path)


def _blocks(text: str) -> list[Block]:
    """``(kind, content)``: headings ``h1``/``h2``, ``p``, list items ``li``/``ol``, and ``table`` with its rows."""
    blocks: list[Block] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not blocks or blocks[-1][0] != "table":
                blocks.append(("table", []))
            if set("".join(cells)) != {"-"}:
                blocks[-1][1].append(cells)
        elif match := re.match(r"(#{1,2}|-|\d+\.) (.+)", line):
            kind = {"#": "h1", "##": "h2", "-": "li"}.get(match[1], "ol")
            blocks.append((kind, match[2]))
        else:
            blocks.append(("p", line))
    return blocks


def _write_word(blocks: list[Block], path: Path) -> None:
    from docx import Document

    document = Document()
    for kind, content in blocks:
        if kind == "table":
            table = document.add_table(rows=0, cols=len(content[0]), style="Table Grid")
            for row in content:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
            for cell in table.rows[0].cells:
                cell.paragraphs[0].runs[0].bold = True
        elif kind in ("h1", "h2"):
            document.add_heading(content, int(kind[1]))
        else:
            document.add_paragraph(content, {"p": "Normal", "li": "List Bullet", "ol": "List Number"}[kind])
    document.save(str(path))


def _write_pdf(blocks: list[Block], path: Path) -> None:
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
    from reportlab.lib.units import mm  # type: ignore[import-untyped]
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table  # type: ignore[import-untyped]

    font = "STSong-Light" if path.parent.name == "zh" else "Helvetica"
    if font == "STSong-Light":
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    wrap = "CJK" if font == "STSong-Light" else None
    sizes = {"h1": 20, "h2": 14, "p": 10.5, "li": 10.5, "ol": 10.5}
    styles = {
        kind: ParagraphStyle(kind, fontName=font, fontSize=size, leading=size * 1.5, spaceBefore=size * 0.4, wordWrap=wrap)
        for kind, size in sizes.items()
    }
    marks = {"li": "- ", "ol": "- "}
    story = [
        Table(content, style=[("FONT", (0, 0), (-1, -1), font), ("GRID", (0, 0), (-1, -1), 0.5, "grey")])
        if kind == "table"
        else Paragraph(marks.get(kind, "") + content, styles[kind])
        for kind, content in blocks
    ]
    title = next(content for kind, content in blocks if kind == "h1")
    SimpleDocTemplate(str(path), title=title, author="Songdell", invariant=1, margin=25 * mm).build(story)


def _write_workbook(rows: list[list[str]], path: Path) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    sheet.freeze_panes = "A2"
    for column, width in {"A": 50, "B": 90}.items():
        sheet.column_dimensions[column].width = width
    book.save(path)


if __name__ == "__main__":
    main()
