"""Which of the fonts that every PDF reader brings a text is set in; no font file is needed, for Chinese either."""

from __future__ import annotations

from functools import cache

LATIN, CHINESE = "Helvetica", "STSong-Light"


def font_of(text: str) -> str:
    """Helvetica for what Latin-1 can say, else the Chinese font."""
    return LATIN if text.replace("…", "").replace("’", "").isascii() else _chinese()


@cache
def _chinese() -> str:
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]

    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return CHINESE
