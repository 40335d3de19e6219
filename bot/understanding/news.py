"""Whether a customer asks to be told when their order is there, or when something is back in stock."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:tell|let|notify|inform|message|text|e-?mail|remind|alert) (?:me|us)\b[^.?!]{0,30}\b(?:when|once|as soon as|if)\b"
    r"[^.?!]{0,40}\b(?:arriv|deliver|com(?:e|es)\b|here\b|there\b|land)"
    r"|(?:告诉|通知|提醒|叫|告知)(?:我|一声|一下|下)?[^。！？]{0,12}(?:到了|到货|送到|送达|签收)"
    r"|(?:到了|到货|送到|送达|签收)[^。！？]{0,8}(?:告诉|通知|提醒|说一声|叫我|告知)",
    re.IGNORECASE,
)

_OF_STOCK = re.compile(
    r"\b(?:tell|let|notify|inform|message|text|e-?mail|mail|remind|alert|ping) (?:me|us)\b[^.?!]{0,30}"
    r"\b(?:when|once|as soon as|if)\b[^.?!]{0,50}\b(?:back\b(?! to)|in stock|restock\w*|available)"
    r"|(?:告诉|通知|提醒|叫|告知)(?:我|一声|一下|下)?[^。！？]{0,14}(?:有货|补货|补上|上架)"
    r"|(?:有货|补货|补上|上架)了?[^。！？]{0,8}(?:告诉|通知|提醒|说一声|叫我|告知)|(?:订|要|设|开)个?到货(?:提醒|通知)",
    re.IGNORECASE,
)
_COMES_BACK = re.compile(
    r"\b(?:when|will|how long|any idea)\b[^.?!]{0,40}\b(?:back(?: in)?|restock\w*|in stock|available again"
    r"|more of (?:it|them))\b"
    r"|(?:什么时候|啥时候|几时|何时|多久)[^，。！？]{0,6}(?:有货|补货|到货|再有|上架|进货)|还会(?:再)?(?:补货|有货|进货|上架|有)",
    re.IGNORECASE,
)


def asks_for_news(text: str) -> bool:
    """Whether ``text`` asks for word of an order's arrival: "let me know when it arrives", 到了告诉我一声."""
    return _ASKS.search(text) is not None


def asks_for_restock(text: str) -> bool:
    """Whether ``text`` asks for word of goods that are sold out now: "tell me when it's back", 有货了通知我."""
    return _OF_STOCK.search(text) is not None


def asks_when_back(text: str) -> bool:
    """Whether ``text`` asks when goods that are sold out are there again, or for word of it: it means these and no others."""
    return asks_for_restock(text) or _COMES_BACK.search(text) is not None
