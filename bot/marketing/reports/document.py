"""A report as blocks, written as a page that needs nothing else and as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.errors import DataDirectoryError
from bot.marketing.reports.charts import svg
from bot.marketing.reports.fonts import CHINESE, LATIN, runs

HEADING = 13
"""Points; a heading stays with what follows it."""


@dataclass
class Report:
    """Blocks in order: ``("h2" | "p" | "quote", text)``, ``("table", rows)`` with a heading row, ``("plot", drawing)``."""

    title: str
    blocks: list[tuple[str, Any]] = field(default_factory=list)

    def add(self, kind: str, content: Any) -> None:
        """Appends a block."""
        self.blocks.append((kind, content))

    def html(self) -> str:
        """The whole page."""
        body = "\n".join(self._html(kind, content) for kind, content in self.blocks)
        style = files("bot.marketing.reports").joinpath("report.css").read_text("utf-8")
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(self.title)}</title>'
        parts = (head, f"<style>{style}</style></head><body><h1>{escape(self.title)}</h1>", body)
        return f"<!doctype html><html><head>{''.join(parts)}</body></html>"

    def _html(self, kind: str, content: Any) -> str:
        if kind == "plot":
            return f"<figure>{svg(content)}</figure>"
        if kind == "table":
            heads, *rows = content
            cells = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table><tr>{''.join(f'<th>{escape(str(head))}</th>' for head in heads)}</tr>{cells}</table>"
        tag = "blockquote" if kind == "quote" else kind
        return f"<{tag}>{escape(content)}</{tag}>"

    def pdf(self) -> bytes:
        """The same as a PDF of A4 pages."""
        from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
        from reportlab.platypus import SimpleDocTemplate  # type: ignore[import-untyped]

        out = BytesIO()
        document = SimpleDocTemplate(
            out, pagesize=A4, title=self.title, leftMargin=54, rightMargin=54, topMargin=48, bottomMargin=48
        )
        document.build([_paragraph(self.title, 18), *(each for block in self.blocks for each in _flowables(*block))])
        return out.getvalue()

    def write(self, folder: Path, name: str) -> list[Path]:
        """Writes ``name.html`` and ``name.pdf`` into ``folder``; their paths.

        Raises:
            DataDirectoryError: the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            page, paper = folder / f"{name}.html", folder / f"{name}.pdf"
            page.write_text(self.html(), "utf-8")
            paper.write_bytes(self.pdf())
        except OSError as error:
            raise DataDirectoryError(
                f"{str(folder)!r} cannot be written ({error.strerror}): choose another with --out."
            ) from error
        return [page, paper]


def _flowables(kind: str, content: Any) -> list[Any]:
    from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
    from reportlab.platypus import Spacer, Table

    if kind == "plot":
        return [content, Spacer(0, 8)]
    if kind == "table":
        cells = [[_paragraph(str(cell), 9) for cell in row] for row in content]
        return [
            Table(
                cells,
                repeatRows=1,
                style=[("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#d5dcdc")), ("VALIGN", (0, 0), (-1, -1), "TOP")],
            ),
            Spacer(0, 8),
        ]
    return [_paragraph(content, {"h2": HEADING, "quote": 9}.get(kind, 10), 14 if kind == "quote" else 0)]


def _paragraph(text: str, size: int, indent: int = 0) -> Any:
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
    from reportlab.platypus import Paragraph

    parts = list(runs(text))
    chinese = sum(len(part) for font, part in parts if font == CHINESE)
    style = ParagraphStyle(
        "block",
        fontName=LATIN,
        fontSize=size,
        leading=size * 1.4,
        leftIndent=indent,
        keepWithNext=size == HEADING,
        spaceBefore=size / 2 if size > 10 else 1,
        wordWrap="CJK" if chinese > len(text) / 4 else None,
    )
    return Paragraph("".join(f'<font name="{font}">{escape(part)}</font>' for font, part in parts), style)


def listed(names: Sequence[str], language: str) -> str:
    """Names one after another, as the language sets them apart."""
    return ("、" if language == "zh" else ", ").join(names)
