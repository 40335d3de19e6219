"""Products by their place in what was shown: "the first two", "the first and the third", "第一款和最后一款"."""

from __future__ import annotations

import re

_DIGITS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "two": 2,
    "three": 3,
    "four": 4,
}
_FIRST_FEW = re.compile(r"\b(first|last|top)\s+(two|three|four|[2-4])\b|(前|后|头)\s?([两二三四2-4])\s?[个款种件台]?", re.I)
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth)\b|\b(?:number|no\.?|#)\s?([1-9])\b|第\s?([一二三四1-9])\s?[个款种件台]?", re.IGNORECASE
)
_LAST_ONE = re.compile(r"\bthe last( one)?\b|最后(那|一)?(个|款|种|件)", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:those|these|the) (?:two|three|both)\b|\bboth\b|\bthem\b|\beach other\b"
    r"|[这那]?[两俩几三][个款种件台]|它们|刚才|刚刚|前面|上面|之前|另一[个款种件台]",
    re.IGNORECASE,
)


def by_place(text: str, shown: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``shown`` whose places ``text`` tells."""
    if match := _FIRST_FEW.search(text):
        which, number = (match[1] or match[3]).lower(), match[2] or match[4]
        count = _DIGITS.get(number.lower()) or int(number)
        return shown[-count:] if which in ("last", "后") else shown[:count]
    words = [next(group for group in match.groups() if group).lower() for match in _ORDINAL.finditer(text)]
    places = [_DIGITS.get(word) or int(word) for word in words]
    found = [shown[place - 1] for place in dict.fromkeys(places) if place <= len(shown)]
    return (*found, shown[-1]) if shown and _LAST_ONE.search(text) else tuple(found)


def names_place(text: str) -> bool:
    """Whether ``text`` names one of what was shown by its place."""
    return _ORDINAL.search(text) is not None or _LAST_ONE.search(text) is not None


def points_back(text: str) -> bool:
    """Whether ``text`` speaks of several products that were shown, whatever they were."""
    return any(pattern.search(text) for pattern in (_FIRST_FEW, _ORDINAL, _EARLIER))
