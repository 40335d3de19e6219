"""Whether a customer asks to be told when their order is there."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:tell|let|notify|inform|message|text|e-?mail|remind|alert) (?:me|us)\b[^.?!]{0,30}\b(?:when|once|as soon as|if)\b"
    r"[^.?!]{0,40}\b(?:arriv|deliver|com(?:e|es)\b|here\b|there\b|land)"
    r"|(?:告诉|通知|提醒|叫|告知)(?:我|一声|一下|下)?[^。！？]{0,12}(?:到了|到货|送到|送达|签收)"
    r"|(?:到了|到货|送到|送达|签收)[^。！？]{0,8}(?:告诉|通知|提醒|说一声|叫我|告知)",
    re.IGNORECASE,
)


def asks_for_news(text: str) -> bool:
    """Whether ``text`` asks for word of an order's arrival: "let me know when it arrives", 到了告诉我一声."""
    return _ASKS.search(text) is not None
