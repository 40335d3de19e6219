"""Sentences of documents as a reply says them: without greeting, in the length of a reply."""

from __future__ import annotations

import re

from bot.types import LanguageCode

MAX_LIST = 8
"""Items of a list that are told."""
_GREETING = re.compile(
    r"^(?:(?:hi|hello|dear (?:customer|shopper)s?)(?: there)?[,!.]\s*|(?:please |kindly )?note that\s+|"
    r"please be (?:advised|aware) that\s+|"
    r"关于[^：，。]{1,12}[：:]\s*|亲爱的(?:顾客|用户|客户|买家)[，,！!：:]?\s*|亲亲?[，,！!~～]\s*|(?:您好|"
    r"你好)[，,！!。~～]\s*)+", re.I,
)  # fmt: skip
_TURN = re.compile(r"^(?:however|but)[, ]\s*|^(?:但是?|不过|然而)[，,]?\s*", re.I)


def gap_between(language: LanguageCode) -> str:
    """What stands between two sentences."""
    return "" if language == "zh" else " "


def size_of(text: str, language: LanguageCode) -> int:
    """Words in English, characters in Chinese."""
    return len(text) if language == "zh" else len(text.split())


def trimmed(text: str, opens: bool = False) -> str:
    """A sentence without greeting or "please note that"; one that ``opens`` the reply also drops its "however"."""
    rest = _GREETING.sub("", _TURN.sub("", text) if opens else text)
    return rest[:1].upper() + rest[1:] if rest else text
