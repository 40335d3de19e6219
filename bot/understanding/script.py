"""Traditional to simplified Chinese, character by character, with the table of the shipped encoder.

Only for features and lookups; the few characters with several simplified forms take one of them, so the result is never
shown to anyone.
"""

from __future__ import annotations

from functools import cache

from knowledge_base.static_encoder import WEIGHTS, read_folding


@cache
def _table() -> dict[int, int]:
    return read_folding(WEIGHTS / "traditional.txt")


def to_simplified(text: str) -> str:
    """``text`` with traditional characters replaced; everything else unchanged."""
    return text if text.isascii() else text.translate(_table())
