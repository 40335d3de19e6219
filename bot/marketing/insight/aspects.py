"""Which aspect a passage speaks of: our own bilingual words, and words that this shop's customers judge by besides."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise

from bot.marketing.insight.phrases import names_a_thing
from bot.understanding.sentiment import language_of
from bot.understanding.tone_words import folded

_CONTRAST = r"\b(?:but|however|although|though|while|yet|except)\b|但是?|不过|可是|然而|就是|只是|虽然"
_BREAK = re.compile(rf"[,.;!?:，。！？；：、…()（）\n]+\s*|{_CONTRAST}")
_LEAST, _LEAST_SHARE, _MOST_TRIED, _MOST_FOUND = 8, 0.01, 60, 8
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Aspect:
    """``names`` by language; ``words`` by language, folded."""

    id: str
    names: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]


@cache
def seeds() -> tuple[Aspect, ...]:
    """The aspects that ship."""
    stored = tomllib.loads(files("bot.marketing.insight").joinpath("aspects.toml").read_text("utf-8"))
    return tuple(
        Aspect(
            name,
            {"en": told["en"], "zh": told["zh"]},
            {language: tuple(word.strip() for word in told[f"words_{language}"].split(",")) for language in ("en", "zh")},
        )
        for name, told in stored.items()
    )


@dataclass(frozen=True)
class AspectFinder:
    """Finds where a text speaks of which of ``aspects``."""

    aspects: tuple[Aspect, ...]

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        return {
            language: {word: aspect.id for aspect in self.aspects for word in aspect.words.get(language, ())}
            for language in ("en", "zh")
        }

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        longest = {language: sorted(words, key=len, reverse=True) for language, words in self._words.items()}
        english = "|".join(map(re.escape, longest["en"]))
        return {
            "en": re.compile(rf"(?<![a-z])({english})(?:e?s)?(?![a-z])"),
            "zh": re.compile("(" + "|".join(map(re.escape, longest["zh"])) + ")"),
        }

    def mentions(self, text: str) -> list[tuple[str, Span]]:
        """Each aspect once, with the clause that first speaks of it."""
        plain, language = folded(text), language_of(text)
        if len(plain) != len(text):  # a character that changes its length when folded: places would not agree
            text = plain
        found: dict[str, Span] = {}
        ends = clause_breaks(text)
        for match in self._patterns[language].finditer(plain):
            found.setdefault(self._words[language][match[1]], clause_at(ends, match.start(), match.end(), len(text)))
        return list(found.items())


def clause_breaks(text: str) -> list[Span]:
    """Where clauses end: the places of punctuation and contrasting words."""
    return [match.span() for match in _BREAK.finditer(text.lower())]


def contrasts(text: str) -> bool:
    """Whether a word sets one part of ``text`` against another."""
    return re.search(_CONTRAST, text.lower()) is not None


def clause_at(breaks: Sequence[Span], start: int, end: int, length: int) -> Span:
    """The clause around ``start`` to ``end`` of a text of ``length`` characters."""
    place = bisect_right([stop for _, stop in breaks], start)
    left = breaks[place - 1][1] if place else 0
    right = next((begin for begin, _ in breaks[place:] if begin >= end), length)
    return left, right


def further_aspects(
    spoken: Mapping[str, Mapping[str, Sequence[str]]],
    total: Mapping[str, int],
    judged: Callable[[Mapping[str, Sequence[str]]], Iterable[str]],
    goods: str = "",
) -> list[Aspect]:
    """Aspects that our words lack, named by themselves: of words by language, each with the clauses that turn on it.

    ``judged`` chooses the words that customers praise as well as blame; ``total`` is the number of texts by language. A word
    that stands in the names of the shop's ``goods`` is what is judged, and no aspect of it; neither is a verb or a brand.
    """
    found = []
    for language, own in spoken.items():
        least = max(_LEAST, _LEAST_SHARE * total[language])
        told = [word for word in own if len(own[word]) >= least and word not in goods]
        things = [word for word in told if names_a_thing(word, own[word], "zh" if language == "zh" else "en")]
        usual = sorted(things, key=lambda word: (-len(own[word]), word))
        named = list(judged({word: own[word] for word in usual[:_MOST_TRIED]}))[:_MOST_FOUND]
        found += [Aspect(f"own:{word}", {"en": word, "zh": word}, {language: (word,)}) for word in named]
    return found


def clauses(text: str) -> list[Span]:
    """The clauses of ``text`` as places, in order."""
    edges = [(0, 0), *clause_breaks(text), (len(text), len(text))]
    spans = [(left[1], right[0]) for left, right in pairwise(edges)]
    return [(start, end) for start, end in spans if text[start:end].strip()]
