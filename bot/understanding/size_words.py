"""Sizes in words, for goods whose sizes are letters: medium, in a large, 中码."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = r"(?P<{0}>extra[- ]?small|small|medium|extra[- ]?large|large)"
_SAID = re.compile(
    rf"\bsize\s(?:is\s|an?\s)?{_WORDS.format('size')}\b"
    rf"|\b(?:in|wear|take|an?|the)\s(?:an?\s|the\s)?{_WORDS.format('worn')}\b"
    r"(?=\W*$|[?!,.]|\s(?:size|please|pls|or|and|one|then|instead)\b)"
    rf"|^\W*(?:(?:ok(?:ay)?|and|so|then)\W+){{0,2}}{_WORDS.format('alone')}(?:\s(?:please|then|size|one))?\W*$"
    r"|(?P<han>(?:加|特)?[大小]|中|均)[码号](?!码)",
    re.IGNORECASE,
)
_LETTERS = {"extrasmall": "XS", "small": "S", "medium": "M", "large": "L", "extralarge": "XL"} | {
    "小": "S", "中": "M", "大": "L", "加大": "XL", "特大": "XL", "加小": "XS", "特小": "XS",
}  # fmt: skip


def size_words(text: str) -> Iterator[tuple[int, str, str]]:
    """Where a size is named, its letter, and the word that names it."""
    for match in _SAID.finditer(text):
        group = next(name for name, found in match.groupdict().items() if found)
        letter = _LETTERS.get(re.sub(r"[- ]", "", match[group].lower()))
        if letter:
            yield match.start(group), letter, match[group] + (text[match.end() - 1] if group == "han" else "")
