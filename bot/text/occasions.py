"""Feasts and sales that a text names: what holds on one day in the year tells nothing of another."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge_base.terms import normalise

_NAMES = {
    "singles' day": r"singles'? day|double (?:11|eleven)|\b11\.11\b|双(?:十一|11)|双1{2}|光棍节",
    "double twelve": r"double (?:12|twelve)|\b12\.12\b|双(?:十二|12)",
    "618": r"(?<!\d)618(?!\d)|六一八",
    "black friday": r"black friday|黑色星期五|黑五",
    "cyber monday": r"cyber monday|网络星期一|网一",
    "prime day": r"prime day|会员日",
    "christmas": r"christmas|\bxmas\b|圣诞",
    "boxing day": r"boxing day|节礼日",
    "new year": r"new year'?s? (?:day|eve|sale)|元旦|跨年",
    "spring festival": r"spring festival|(?:chinese|lunar) new year|春节|过年|年货|除夕",
    "lantern festival": r"lantern festival|元宵",
    "valentine's day": r"valentine'?s?|情人节",
    "qixi": r"\bqixi\b|七夕",
    "women's day": r"women'?s day|妇女节|女神节|三八节",
    "mother's day": r"mother'?s day|母亲节",
    "father's day": r"father'?s day|父亲节",
    "children's day": r"children'?s day|儿童节|六一(?!八)",
    "easter": r"\beaster\b|复活节",
    "halloween": r"halloween|万圣节",
    "thanksgiving": r"thanksgiving|感恩节",
    "dragon boat festival": r"dragon boat|端午",
    "mid-autumn": r"mid-?autumn|中秋",
    "national day": r"national day|国庆|十一黄金周",
    "labour day": r"labou?r day|may day|劳动节|五一",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _NAMES.items()}


@lru_cache(maxsize=4096)
def occasions(text: str) -> frozenset[str]:
    """The occasions that ``text`` names, each by one name for all of its spellings."""
    folded = normalise(text)
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(folded))
