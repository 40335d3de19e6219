"""Which Chinese script somebody writes, and Traditional characters as Simplified ones.

Rules, features and searches read Simplified characters alone: what a customer writes is folded once, where a turn begins.
The folding goes character by character, with the table of the shipped encoder, so that every character keeps its place; the
few with several simplified forms take one of them, so the result is never shown to anyone.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot.types import Script
from knowledge_base.static_encoder import WEIGHTS, read_folding

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_TRADITIONAL_PLACE = re.compile(r"hant|-(?:tw|hk|mo)\b")


@cache
def _table() -> dict[int, int]:
    return read_folding(WEIGHTS / "traditional.txt")


def to_simplified(text: str) -> str:
    """``text`` with traditional characters replaced, each by one; everything else unchanged."""
    return text if text.isascii() else text.translate(_table())


def as_read(text: str) -> str:
    """``text`` as rules and models read it: :func:`to_simplified` where anything of it is in traditional script."""
    return to_simplified(text) if any(_lean(character) > 0 for character in _HAN_CHARACTER.findall(text)) else text


def script_of(text: str) -> Script | None:
    """The script that most of the characters belong to which only one of them uses; None where there are none, or as many."""
    lean = sum(map(_lean, _HAN_CHARACTER.findall(text)))
    return ("Hant" if lean > 0 else "Hans") if lean else None


def script_of_locale(locale: str | None) -> Script | None:
    """Of a language tag: Traditional for ``zh-TW``, ``zh-HK``, ``zh-MO`` and ``zh-Hant``; None where it is not Chinese."""
    tag = (locale or "").lower()
    if not tag.startswith("zh"):
        return None
    return "Hant" if _TRADITIONAL_PLACE.search(tag) and "hans" not in tag else "Hans"


@lru_cache(maxsize=8_192)
def _lean(character: str) -> int:
    """1 for a character of traditional script only, -1 for simplified only, 0 for one of both.

    The national character sets are the table: GB 2312 holds the simplified forms in use, the first level of Big5
    (A440-C67E) the 5,401 frequent traditional ones.
    """
    simplified = _encodes(character, "gb2312") is not None
    big5 = _encodes(character, "big5")
    traditional = big5 is not None and b"\xa4\x40" <= big5 <= b"\xc6\x7e"
    if simplified == traditional:
        return 0
    if simplified:
        return -1 if big5 is None else 0
    return 1


def _encodes(character: str, charset: str) -> bytes | None:
    try:
        return character.encode(charset)
    except UnicodeEncodeError:
        return None
