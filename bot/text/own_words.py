"""What a description says of what a customer asks in other words: 静音 for 会不会吵到邻居."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from bot.text.question_type import question_types
from bot.text.terms import terms
from bot.types import LanguageCode

_MEASURE = re.compile(r"(?<!\d)\d{1,7}(?:\.\d{1,3})? ?(?:[\u3400-\u9fff]|[a-z]{1,12})", re.IGNORECASE)
_COUNTED_ZH = re.compile(r"(?:有|是|装)?(?:几|多少)([\u3400-\u9fff])(?!钱|久|天|元)")
_COUNTED_EN = re.compile(
    r"\bhow many ([a-z]{3,}?)s?\b.{0,20}\b(?:in|per|to) (?:an?|the|one|each)? ?(set|pack|box|packet|bag|case|bundle)\b",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")


def own_text(question: str, names: str) -> re.Pattern[str] | None:
    """What text has all words of a question of whether, or how, but those that are ``names``; None for any other question."""
    if question_types(question)[:1] not in (("yes_no",), ("method",)):
        return None
    named = frozenset(terms(names))
    own = [word for word in terms(question) if word not in named and (len(word) > 1 or not _HAN.match(word))]
    return re.compile("".join(f"(?=.*{re.escape(word)})" for word in own), re.IGNORECASE | re.DOTALL) if own else None


def counted(question: str) -> re.Pattern[str] | None:
    """What text has a number of what a question asks how many there are of; None where it asks for none."""
    if found := _COUNTED_ZH.search(question):
        return re.compile(rf"[\d一二两三四五六七八九十百]+ ?{found[1]}")
    if found := _COUNTED_EN.search(question):
        noun, pack = re.escape(found[1]), re.escape(found[2])
        return re.compile(rf"\b(?:{pack}|pack) of \d+|\b\d+[ -]?(?:{pack}|{noun}|pieces)", re.IGNORECASE)
    return None


def telling(question: str, names: str, language: LanguageCode) -> list[re.Pattern[str]]:
    """What the text of a thing must hold to answer a question of whether that is asked of it, the surest first; may be empty.

    Its own words, but those that are its ``names``; else what means the same in descriptions.
    """
    if question_types(question)[:1] != ("yes_no",):
        return []
    measured = [re.compile(rf"(?<![\d.]){re.escape(one)}", re.IGNORECASE) for one in _MEASURE.findall(question)]
    own = own_text(question, names)
    told = [own] if own else []
    rest = _without(question, names)
    return [*measured, *told, *(tells for asks, tells in _traits(language) if asks.search(rest))]


def _without(question: str, names: str) -> str:
    """A question without the words of names: a rain jacket is no question of rain."""
    for name in sorted({*names.split()}, key=len, reverse=True):
        question = re.sub(rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name), " ", question, flags=re.IGNORECASE)
    return question


def for_beginners(text: str, language: LanguageCode) -> re.Pattern[str] | None:
    """What descriptions of goods for beginners hold, where a message tells of somebody who is one; None elsewhere."""
    trait = _table()["beginner"][language]
    return _pattern(trait["tells"]) if _pattern(trait["asks"]).search(text[:300]) else None


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("bot.text").joinpath("own_words.toml").read_text("utf-8"))


def _traits(language: LanguageCode) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    for trait in _table().values():
        yield _pattern(trait[language]["asks"]), _pattern(trait[language]["tells"])


@cache
def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written, re.IGNORECASE)
