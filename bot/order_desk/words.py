"""Words of a message as they are compared with what a shop wrote: units, spellings and plurals brought to one form."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.text.phrases import PhraseIndex, plain, singular, term_index, tokenise
from bot.text.script import HAN
from knowledge_base.spelling import Spelling

_WORD = re.compile(rf"[Tt]恤|[{HAN}]|\d+(?:\.\d+)?|[^\W\d_{HAN}]+(?:['’](?:m|s|t|d|ll|re|ve)\b)?", re.IGNORECASE)
_SAME = {
    "litre": "l", "liter": "l", "ltr": "l", "foot": "ft", "feet": "ft", "inche": "inch", "inches": "inch", "grey": "gray",
    "colour": "color", "pound": "lb", "lbs": "lb", "hr": "hour", "millilitre": "ml", "milliliter": "ml", "pc": "piece",
    "pcs": "piece", "gigabyte": "gb", "terabyte": "tb", "pieced": "piece", "ounce": "oz", "升": "l", "毫": "m",
}  # fmt: skip
_MEASURE = re.compile(r"(?P<count>.*\d)[\s-]*(?P<unit>[A-Za-z]+)(?: equivalent)?")


class Word(NamedTuple):
    """One word with its place in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, lower case and singular, units and spellings alike; the M of "I'm" is no size."""
    found = _WORD.finditer(text)
    return [Word(_alike(re.split("['’]", match[0])[0]), match.start(), match.end()) for match in found]


@lru_cache(maxsize=4096)
def forms(value: str) -> tuple[tuple[str, ...], ...]:
    """The words of an option or a value, and those that it is called by otherwise, in both languages."""
    term = term_index(("color", "material", "feature")).get(value)
    same = _index("options", "values").get(value) or _index("options", "names").get(value) or ()
    spelt = (value, *(term.forms if term else ()), *same, *_measured(value))
    return tuple(dict.fromkeys(form for one in spelt if (form := tuple(word.text for word in words(plain(one))))))


@lru_cache(maxsize=4096)
def called(title: str) -> tuple[str, ...]:
    """What customers call the thing that a title names, in both languages; empty for a thing that no table knows."""
    tokens = tokenise(plain(title))
    own = [name for found in _index("goods", "names").find(tokens) for name in found.value]
    if own:
        return tuple(own)
    return tuple(form for found in term_index(("category",)).find(tokens) for form in found.value.forms)


def _measured(value: str) -> list[str]:
    """A measure with its unit in the other language: ``6 hours`` is 6小时."""
    match = _MEASURE.fullmatch(value)
    return [f"{match['count']}{unit}" for unit in _table()["units"].get(match["unit"].lower(), ())] if match else []


@lru_cache(maxsize=8)
def _index(part: str, kind: str) -> PhraseIndex[tuple[str, ...]]:
    index: PhraseIndex[tuple[str, ...]] = PhraseIndex()
    for names in _table()[part][kind]:
        index.add(names[0], tuple(names))
    return index


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("bilingual.toml").read_text("utf-8"))


def written(word: Word, text: str) -> str:
    """A word as it stands in ``text``, in lower case."""
    return text[word.start : word.end].lower()


def spelt(said: Sequence[Word], known: Collection[str]) -> list[Word]:
    """The words, those that are hardly anything but a misspelt one of ``known`` as that; an ending makes no other word."""
    spelling = _spelling(frozenset(known))
    return [_spelt(word, known, spelling) for word in said]


@lru_cache(maxsize=256)
def _spelling(known: frozenset[str]) -> Spelling:
    return Spelling(known)


def _spelt(word: Word, known: Collection[str], spelling: Spelling) -> Word:
    near = None if word.text in known else spelling.nearest(word.text)
    same_stem = near is not None and (near.startswith(word.text) or word.text.startswith(near))
    return word._replace(text=near) if near is not None and not same_stem else word


def places(said: Sequence[Word], sought: Sequence[str]) -> list[int]:
    """Where the words ``sought`` stand one after another in ``said``."""
    size = len(sought)
    texts = [word.text for word in said]
    return [at for at in range(len(texts) - size + 1) if texts[at : at + size] == list(sought)]


def _alike(written: str) -> str:
    word = singular(written.lower())
    return _SAME.get(word, _SAME.get(written.lower(), word))
