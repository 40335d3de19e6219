"""Words that customers abridge in a chat, as everything else here knows them: ``u``, ``pls``, 咋, 啥."""

from __future__ import annotations

import re

_FULL = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "il": "i'll", "whats": "what's",
    "amex": "american express",
    "有木有": "有没有", "木有": "没有", "肿么": "怎么", "咋整": "怎么办", "咋": "怎么", "啥": "什么", "多钱": "多少钱",
}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = "|".join(word for word in _FULL if not _HAN.match(word) and word != "r")
_CHINESE = "|".join(sorted((word for word in _FULL if _HAN.match(word)), key=len, reverse=True))
_ABRIDGED = re.compile(rf"(?<![\w'@./-])(?:{_LATIN}|r(?= (?:u|you|they|these|those|the)\b))(?![\w'@-]|\.\w)|(?:{_CHINESE})")


def in_full(text: str) -> str:
    """``text`` with such words written out; a capital letter alone (size U) is none of them."""
    return _ABRIDGED.sub(lambda match: _FULL[match[0]], text)
