"""Which of the fonts that every PDF reader brings a text is set in; no font file is needed, for Chinese either."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby

LATIN, ARROWS, CHINESE = "Helvetica", "Symbol", "STSong-Light"
_ARROWS = frozenset("→←↑↓")


def font_of(text: str) -> str:
    """Helvetica for a text that it can say wholly, quotation marks and dashes too, else the Chinese font."""
    return LATIN if all(_font(letter) == LATIN for letter in text) else _chinese()


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with its font: what stands among Chinese words keeps its own."""
    for font, letters in groupby(text, _font):
        yield _chinese() if font == CHINESE else font, "".join(letters)


@cache
def _font(letter: str) -> str:
    if letter in _ARROWS:
        return ARROWS
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return CHINESE
    return LATIN


@cache
def _chinese() -> str:
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]

    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return CHINESE
