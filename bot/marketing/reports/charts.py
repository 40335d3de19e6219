"""Plots as drawings that stand in a PDF and, as SVG, on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.marketing.reports.fonts import font_of

WIDTH, ROW, LABEL = 480, 20, 120
RED, GREY, GREEN, TEAL, INK, LINE = "#c2410c", "#cbd5d6", "#15803d", "#0f766e", "#334144", "#d5dcdc"


def stacked_bars(rows: Sequence[tuple[str, Sequence[float]]], colours: Sequence[str] = (RED, GREY, GREEN)) -> Any:
    """A horizontal bar for each row, its parts in ``colours``, the numbers beside it."""
    from reportlab.graphics.shapes import Drawing, Rect  # type: ignore[import-untyped]
    from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]

    drawing = Drawing(WIDTH, ROW * len(rows))
    most = max((sum(parts) for _, parts in rows), default=1) or 1
    for place, (label, parts) in enumerate(rows):
        y, x = ROW * (len(rows) - place - 1), float(LABEL)
        drawing.add(_text(LABEL - 8, y + 6, label, "end"))
        for part, colour in zip(parts, colours, strict=False):
            width = (WIDTH - LABEL - 70) * part / most
            drawing.add(Rect(x, y + 3, width, ROW - 7, fillColor=HexColor(colour), strokeColor=None))
            x += width
        drawing.add(_text(x + 6, y + 6, " / ".join(f"{part:g}" for part in parts)))
    return drawing


def lines(series: Mapping[str, Sequence[tuple[float, float]]], first: str, last: str, height: int = 130) -> Any:
    """A line for each series of points ``(0…1 across, value)``; ``first`` and ``last`` stand below the ends."""
    from reportlab.graphics.shapes import Drawing, Line, PolyLine
    from reportlab.lib.colors import HexColor

    drawing = Drawing(WIDTH, height + 34)
    most = max((value for points in series.values() for _, value in points), default=0) or 1
    drawing.add(Line(40, 20, WIDTH, 20, strokeColor=HexColor(LINE)))
    drawing.add(_text(34, 16, "0", "end"))
    drawing.add(_text(34, height + 10, f"{most:.0%}" if most <= 1 else f"{most:g}", "end"))
    drawing.add(_text(40, 4, first))
    drawing.add(_text(WIDTH, 4, last, "end"))
    for place, (name, points) in enumerate(series.items()):
        colour = (TEAL, RED, GREEN, INK)[place % 4]
        flat = [each for x, y in points for each in (40 + x * (WIDTH - 40), 20 + y / most * (height - 10))]
        if len(flat) >= 4:
            drawing.add(PolyLine(flat, strokeColor=HexColor(colour), strokeWidth=1.6))
        drawing.add(_text(50 + place * 140, height + 22, name, colour=colour))
    return drawing


def dots(points: Sequence[tuple[float, float, int]], names: Sequence[str], height: int = 300) -> Any:
    """A map of points ``(x, y, group)`` with the groups' ``names`` in their colours."""
    from reportlab.graphics.shapes import Circle, Drawing
    from reportlab.lib.colors import HexColor

    drawing = Drawing(WIDTH, height + 16 * len(names))
    colours = (TEAL, RED, "#6d4fc2", "#b7791f", GREEN, "#be185d", "#2563eb", INK)
    xs, ys = [x for x, _, _ in points] or [0.0], [y for _, y, _ in points] or [0.0]
    for x, y, group in points:
        across = 8 + (x - min(xs)) / ((max(xs) - min(xs)) or 1) * (WIDTH - 16)
        up = 8 + 16 * len(names) + (y - min(ys)) / ((max(ys) - min(ys)) or 1) * (height - 16)
        drawing.add(Circle(across, up, 3, fillColor=HexColor(colours[group % len(colours)]), strokeColor=None, fillOpacity=0.7))
    for place, name in enumerate(names):
        y = 16 * (len(names) - place - 1) + 6
        drawing.add(Circle(12, y, 4, fillColor=HexColor(colours[place % len(colours)]), strokeColor=None))
        drawing.add(_text(24, y - 3, name, most=80))
    return drawing


def svg(drawing: Any) -> str:
    """The drawing as SVG to stand in a page beside others: without names, by which one would be clipped by another's frame."""
    from reportlab.graphics import renderSVG  # type: ignore[import-untyped]

    text: str = renderSVG.drawToString(drawing)
    return re.sub(r' id="\w+"|clip-path: url\(#\w+\)', "", text[text.index("<svg") :])


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = INK, most: int = 30) -> Any:
    from reportlab.graphics.shapes import String
    from reportlab.lib.colors import HexColor

    short = text if len(text) <= most else text[: most - 1] + "…"
    return String(x, y, short, fontName=font_of(short), fontSize=9, textAnchor=anchor, fillColor=HexColor(colour))
