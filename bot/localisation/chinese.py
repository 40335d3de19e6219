"""What the program says in English, in Chinese: sentences of one catalogue, ``chinese.toml``, with places for values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

_PLACE = re.compile(r"\{([a-z])\}")
_REMEMBERED, _LONGEST = 4096, 600


@lru_cache(_REMEMBERED)
def in_chinese(sentence: str) -> str | None:
    """``sentence`` in Chinese, with the values that it names; None where the catalogue does not know it, or it is too long."""
    fixed, patterns = _catalogue()
    if told := fixed.get(sentence):
        return told
    for pattern, chinese in patterns if len(sentence) <= _LONGEST else ():
        if found := pattern.fullmatch(sentence):
            return _filled(chinese, found.groupdict())
    return None


def line_in_chinese(line: str) -> str:
    """A line as :func:`in_chinese` says it, with the space around it; as it stands where the catalogue does not know it."""
    words = line.strip()
    return line.replace(words, in_chinese(words) or words) if words else line


def _filled(chinese: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: in_chinese(values[place[1]]) or values[place[1]], chinese)


@cache
def _catalogue() -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The English sentences without places, and patterns of the others, with the Chinese ones.

    The patterns that begin or end of themselves come first, and say most.
    """
    told = tomllib.loads(files("bot.localisation").joinpath("chinese.toml").read_text("utf-8"))
    pairs = [pair for section in told.values() for pair in section.items()]
    pairs.sort(key=lambda pair: (pair[0].startswith("{") and pair[0].endswith("}"), -len(_PLACE.sub("", pair[0]))))
    placed = tuple((_pattern(english), chinese) for english, chinese in pairs if _PLACE.search(english))
    return {english: chinese for english, chinese in pairs if not _PLACE.search(english)}, placed


def _pattern(english: str) -> re.Pattern[str]:
    literal = _PLACE.split(english)
    parts = (f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(literal))
    return re.compile("".join(parts), re.DOTALL)
