"""What code decided to say in full: set phrases with their values, each with its source."""

from __future__ import annotations

from collections.abc import Iterator

from bot.generation.brief import Brief, Line
from bot.generation.citations import cite
from bot.generation.phrases import Phrases

_LISTED = frozenset({"order_line"})
"""What stands on a line of its own."""


def told_lines(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """The brief's lines as sentences; an empty line begins a paragraph."""
    gap, between = "" if phrases.language == "zh" else " ", ""
    for line in brief.lines:
        if not line.phrase:
            between = "\n\n"
            continue
        yield ("\n" if line.phrase in _LISTED and between == gap else between) + _cited(line, brief, phrases)
        between = gap


def _cited(line: Line, brief: Brief, phrases: Phrases) -> str:
    """The line; with its source where that, an order or a product that it tells of is in the evidence."""
    values = dict(line.values)
    sentence, title = phrases.say(line.phrase, **values), values.get("title")
    ids = (f"order:{values.get('order')}", *line.sources)
    places = [place for place, item in enumerate(brief.evidence, 1) if item.id in ids or item.title == title]
    return cite(sentence, places, brief.language) if places else sentence
