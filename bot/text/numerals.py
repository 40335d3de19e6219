"""Spelt-out numbers: 一千五, 两三百, two hundred and fifty."""

from __future__ import annotations

import re
from functools import lru_cache

ENGLISH = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen"
        " nineteen".split()
    )
} | {word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALE = {"hundred": 100, "thousand": 1000, "grand": 1000, "k": 1000, "千": 1000, "万": 10_000, "w": 10_000, "百": 100}


@lru_cache(maxsize=1024)
def from_han(written: str) -> tuple[float | None, float | None]:
    """The value of a Chinese numeral; two values for an open one: 两三百 → (200, 300), 一千五 → (1500, None)."""
    digits = "零一二三四五六七八九"
    if match := re.fullmatch(r"([一二两三四五六七八九])([二三四五六七八九])([百千万])", written):
        low, high = (digits.index(character.replace("两", "二")) * SCALE[match[3]] for character in match.groups()[:2])
        return float(low), float(high)
    total, section, digit, last_unit = 0, 0, 0, 1
    for character in written:
        if character in "十百千":
            last_unit = {"十": 10, "百": 100, "千": 1000}[character]
            section += (digit or 1) * last_unit
            digit = 0
        elif character == "万":
            total += (section + digit or 1) * 10_000
            section, digit, last_unit = 0, 0, 10_000
        elif digit:
            return None, None
        else:
            digit = digits.index(character.replace("两", "二"))
    return float(total + section + digit * (last_unit // 10 if last_unit >= 100 else 1)), None


def from_words(written: str) -> float | None:
    """The value of an English number in words (``two hundred and fifty``); None when it is none (``a``)."""
    total, current = 0.0, 0.0
    words = [word for word in re.split(r"[ -]", written.lower()) if word != "and"]
    if words == ["a"]:
        return None
    for word in words:
        if word in ("hundred", "thousand"):
            current = (current or 1) * SCALE[word]
            if word == "thousand":
                total, current = total + current, 0.0
        elif word != "a":
            current += ENGLISH[word]
    return total + current
