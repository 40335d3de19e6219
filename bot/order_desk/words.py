"""Words of a message as they are compared with what a shop wrote: units, spellings and plurals brought to one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.understanding.phrases import HAN, plain, singular, term_index

_WORD = re.compile(rf"[{HAN}]|\d+(?:\.\d+)?|[^\W\d_{HAN}]+")
_SAME = {
    "litre": "l", "liter": "l", "ltr": "l", "foot": "ft", "feet": "ft", "inche": "inch", "inches": "inch", "grey": "gray",
    "colour": "color", "pound": "lb", "lbs": "lb", "hr": "hour", "millilitre": "ml", "milliliter": "ml", "pc": "piece",
    "pcs": "piece", "gigabyte": "gb", "terabyte": "tb", "pieced": "piece", "ounce": "oz", "升": "l", "毫": "m",
}  # fmt: skip


class Word(NamedTuple):
    """One word with its place in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, lower case and singular, units and spellings alike."""
    return [Word(_alike(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=8192)
def forms(value: str) -> tuple[tuple[str, ...], ...]:
    """The words of a value, and those of its name in the other language."""
    term = term_index(("color", "material", "feature")).get(value)
    spelt = (value, *(term.forms if term else ()))
    return tuple(dict.fromkeys(form for one in spelt if (form := tuple(word.text for word in words(plain(one))))))


def places(said: Sequence[Word], sought: Sequence[str]) -> list[int]:
    """Where the words ``sought`` stand one after another in ``said``."""
    size = len(sought)
    texts = [word.text for word in said]
    return [at for at in range(len(texts) - size + 1) if texts[at : at + size] == list(sought)]


def _alike(written: str) -> str:
    word = singular(written.lower())
    return _SAME.get(word, _SAME.get(written.lower(), word))
