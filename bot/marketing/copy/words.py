"""Finds words that an advertisement may not use, and puts others in their place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.types import LanguageCode

_REASONS = {
    "zh": "《广告法》第九条第三项禁止的绝对化用语",
    "en": "a superlative or promise that needs proof",
}
_NOT_BEFORE = {
    "第一": r"(?![次步层章天年代个位时人])",
    "最大": r"(?!承?[载负容功重压速流尺])",
    "最小": r"(?![尺功重起容])",
    "唯一": r"(?!编?[号码标])",
    "永久": r"(?![性地址])",
    "best": r"(?!\W+(?:before|by|if|used|within)\b)",
}
"""What follows where a word counts, measures, dates or names, and praises nothing (最大载重, 第一次, best before)."""
_OWN = {"zh": "店主禁用的词", "en": "on the owner's list"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a text that could not stay, why, and what stands there now."""

    text: str
    reason: str
    replacement: str


def cleaned(
    text: str, language: LanguageCode, own: Sequence[str] = (), names: Sequence[str] = ()
) -> tuple[str, tuple[Finding, ...]]:
    """The text without forbidden words, and what was changed.

    ``own`` are the owner's further words, which are taken out. What stands inside one of ``names``, such as a product's title,
    is a name and stays.
    """
    words: Mapping[str, str] = {word: "" for word in own if word} | _words("zh") | _words("en")
    pattern = "|".join(_pattern(word) for word in sorted(words, key=len, reverse=True))
    kept = [place.span() for name in names if name for place in re.finditer(re.escape(name), text)]
    by_key = {word.lower(): other for word, other in words.items()}
    mine = {word.lower() for word in own}
    findings: list[Finding] = []

    def replaced(found: re.Match[str]) -> str:
        if any(start <= found.start() and found.end() <= end for start, end in kept):
            return found[0]
        key = found[0].lower()
        other = by_key[key]
        other = other[:1].upper() + other[1:] if found[0][0].isupper() else other
        findings.append(Finding(found[0], (_OWN if key in mine else _REASONS)[language], other))
        return other

    changed = re.sub(pattern, replaced, text, flags=re.I)
    return (re.sub(r"[ \t]{2,}", " ", changed) if findings else text), tuple(findings)


def _pattern(word: str) -> str:
    escaped = re.escape(word)
    before = r"(?<!\w)" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{before}{escaped}{after}{_NOT_BEFORE.get(word, '')}"


@cache
def _words(language: LanguageCode) -> dict[str, str]:
    read = tomllib.loads(files("bot.marketing.copy").joinpath("forbidden.toml").read_text("utf-8"))
    words: dict[str, str] = read[language]
    return words
