"""Tokens of mixed Chinese and Latin text, a phrase index over them, and the bilingual terms that ship with Shopdesk."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from bot.text.script import HAN, to_simplified

SCANNED_CHARACTERS = 2_000
"""How much of a message is read. Nobody names a product after two thousand characters; patterns stay cheap."""

_HAN = re.compile("[\u3400-\u9fff]")
_TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:['-][^\W\d_{HAN}]+)*")
_DROPPED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff\x00-\x08\x0e-\x1f\x7f]")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})

_SHORT_WORD = 2

T = TypeVar("T")


class Token(NamedTuple):
    """A Latin word in its singular lower-case form, a number, or one Han character, with its place in the text."""

    text: str
    start: int
    end: int


class Found(NamedTuple, Generic[T]):
    """A phrase of the index that stands in a text at ``start:end``."""

    value: T
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the shipped bilingual table: its ``kind`` (color, category, …), its key, and all its forms."""

    kind: str
    key: str
    forms: tuple[str, ...]

    def shown(self, language: str) -> str:
        """The first form in ``language``; the first of all where it has none."""
        wants_han = language == "zh"
        return next((form for form in self.forms if has_han(form) == wants_han), self.forms[0])


def plain(text: str, limit: int = SCANNED_CHARACTERS) -> str:
    """``text`` in NFKC, at most ``limit`` characters, without control, invisible and broken characters, spaces collapsed."""
    kept = _DROPPED.sub("", text[:limit])
    return " ".join(unicodedata.normalize("NFKC", kept).translate(_QUOTES)[:limit].split())


def has_han(text: str) -> bool:
    """Whether ``text`` holds a Chinese character."""
    return _HAN.search(text) is not None


def singular(word: str) -> str:
    """An English word without its plural ending, by spelling alone; words that merely look plural change alike everywhere."""
    if not word.endswith("s"):
        return word
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word.removesuffix("'s")
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1].removesuffix("'")


def tokenise(text: str) -> list[Token]:
    """Tokens of ``text``, which should be :func:`plain`; traditional characters are read as simplified ones."""
    return [Token(singular(match[0].lower()), *match.span()) for match in _TOKEN.finditer(to_simplified(text))]


class PhraseIndex(Generic[T]):
    """Finds known phrases in a text by looking up its token n-grams: the cost depends on the text, not on the index."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, ...], T] = {}
        self._longest: dict[str, int] = {}  # of the phrases that begin with a word

    def __len__(self) -> int:
        return len(self._values)

    def copy(self) -> PhraseIndex[T]:
        """One that can be added to while this one stays as it is."""
        other: PhraseIndex[T] = PhraseIndex()
        other._values, other._longest = self._values.copy(), self._longest.copy()
        return other

    def add(self, phrase: str, value: T, replace: bool = False) -> None:
        """Adds ``phrase``; an earlier value stays unless ``replace``. A phrase without any token is ignored."""
        key = tuple(token.text for token in tokenise(plain(phrase)))
        if key and len(key) <= 12 and (replace or key not in self._values):
            self._values[key] = value
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def words(self) -> frozenset[str]:
        """All words of all phrases."""
        return frozenset(word for key in self._values for word in key)

    def joined(self) -> Iterator[str]:
        """Its phrases without gaps between their words, as Chinese is written."""
        return ("".join(key) for key in self._values)

    def get(self, phrase: str) -> T | None:
        """The value of ``phrase`` as a whole."""
        return self._values.get(tuple(token.text for token in tokenise(plain(phrase))))

    def find(self, tokens: Sequence[Token]) -> list[Found[T]]:
        """Phrases among ``tokens`` from left to right, the longest first where they overlap."""
        words = [token.text for token in tokens]
        found: list[Found[T]] = []
        free = 0
        for at in [at for at, word in enumerate(words) if word in self._longest]:
            for size in range(min(self._longest[words[at]], len(words) - at), 0, -1) if at >= free else ():
                key = tuple(words[at : at + size])
                if key in self._values:
                    found.append(Found(self._values[key], tokens[at].start, tokens[at + size - 1].end))
                    free = at + size
                    break
        return found


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """The shipped table of bilingual terms."""
    table = tomllib.loads(Path(__file__).with_name("terms.toml").read_text("utf-8"))
    return tuple(Term(kind, key, tuple(forms)) for kind, rows in table.items() for key, forms in rows.items())


def term_index(kinds: Iterable[str]) -> PhraseIndex[Term]:
    """An index of the shipped terms of ``kinds``, the earlier kind winning where a form has two meanings."""
    return _term_index(tuple(kinds))


@lru_cache(maxsize=16)
def _term_index(kinds: tuple[str, ...]) -> PhraseIndex[Term]:
    index: PhraseIndex[Term] = PhraseIndex()
    for kind in kinds:
        for term in terms():
            if term.kind == kind:
                for form in term.forms:
                    index.add(form, term)
    return index


def title_at(text: str, title: str) -> tuple[int, int] | None:
    """Where ``text`` has a title, else the most of its words that stand together in it ("the brick"); None for none."""
    if (start := text.lower().find(title.lower())) >= 0:
        return start, start + len(title)
    words = {token.text for token in tokenise(title)}
    runs: list[list[Token]] = [[]]
    for token in tokenise(text):
        if token.text in words:
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    longest = max(runs, key=len)
    names = len(longest) > 1 or any(len(token.text) > _SHORT_WORD for token in longest)
    return (longest[0].start, longest[-1].end) if names else None
