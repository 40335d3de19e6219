"""A drawing of intervals as SVG, in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from bot.marketing.campaigns.results import Report

WIDTH, LABEL, ROW = 640, 140, 30


def drawn_intervals(found: Report, texts: Mapping[str, str]) -> str:
    """A drawing of each variant's interval beside none: of its difference, or of the rate where a bandit learns."""
    bounds = [(arm.name, arm.low, arm.difference, arm.high) for arm in found.arms if arm.low is not None]
    title = texts["differences"]
    if not bounds:
        bounds = [(arm.name, arm.credible[0], arm.rate, arm.credible[1]) for arm in found.arms if arm.credible is not None]
        title = texts["rates"]
    known = [
        (name, low, middle, high)
        for name, low, middle, high in bounds
        if low is not None and middle is not None and high is not None
    ]
    if not known:
        return ""
    least, most = min(0.0, *(one[1] for one in known)), max(0.0, *(one[3] for one in known))
    scale = (WIDTH - LABEL - 20) / ((most - least) or 1)

    def across(value: float) -> float:
        return LABEL + (value - least) * scale

    height, drawn = ROW * len(known) + 24, []
    drawn.append(f'<line x1="{across(0):.1f}" x2="{across(0):.1f}" y1="0" y2="{height - 20}" stroke-dasharray="3 3"/>')
    for place, (name, low, middle, high) in enumerate(known):
        y = ROW * place + ROW / 2
        drawn.append(f'<text x="{LABEL - 10}" y="{y + 4}" text-anchor="end">{escape(name[:20])}</text>')
        drawn.append(f'<line class="bar" x1="{across(low):.1f}" x2="{across(high):.1f}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<circle cx="{across(middle):.1f}" cy="{y}" r="5"/>')
    for value, anchor in ((least, "start"), (most, "end")):
        drawn.append(f'<text x="{across(value):.1f}" y="{height - 4}" text-anchor="{anchor}">{value:+.2%}</text>')
    label = f'role="img" aria-label="{escape(title)}"'
    svg = f'<svg class="intervals" {label} viewBox="0 0 {WIDTH} {height}">{"".join(drawn)}</svg>'
    return f'<p class="note">{escape(title)}</p>{svg}'
