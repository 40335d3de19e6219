"""Words and pairs of words that say what a text is about, as they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

import rjieba

from bot.types import LanguageCode
from bot.understanding.sentiment import language_of
from knowledge_base.terms import STOPWORDS, normalise

_NAMED, _SUBJECT = 0.25, 0.1
"""Shares of an English noun's clauses in which it stands after an article, and before a verb that tells how it is."""
_RUN = re.compile(r"[㐀-鿿]+|[a-z][a-z'-]+[a-z]")


@cache
def _empty() -> frozenset[str]:
    """Words that say nothing of what a text is about."""
    return STOPWORDS | frozenset(files("bot.marketing.insight").joinpath("empty_words.txt").read_text("utf-8").split())


def words_of(text: str, language: LanguageCode | None = None) -> list[str]:
    """The telling words of ``text`` in order: English of three letters and Chinese of two characters at least."""
    chinese = (language or language_of(text)) == "zh"
    found: list[str] = []
    for run in _RUN.findall(normalise(text)):
        pieces = rjieba.cut(run) if run[0] >= "㐀" else [run]
        found += [word for word in pieces if len(word) >= (2 if chinese and run[0] >= "㐀" else 3) and word not in _empty()]
    return found


def phrases_of(text: str, language: LanguageCode | None = None) -> set[str]:
    """The telling words of ``text`` and pairs of neighbours among them."""
    found = words_of(text, language)
    joint = "" if (language or language_of(text)) == "zh" else " "
    return {*found, *(joint.join(pair) for pair in pairwise(found))}


def names_a_thing(word: str, clauses: Sequence[str], language: LanguageCode) -> bool:
    """Whether ``word`` is a common noun: by its part of speech in Chinese, by how ``clauses`` use it in English."""
    if language == "zh":
        return [kind for _, kind in rjieba.tag(word)] == ["n"]
    named = re.compile(rf"\b(?:the|its|their) (?:\w+ )?{re.escape(word)}\b")
    told = re.compile(rf"\b{re.escape(word)} (?:is|was|are|were|isn't|wasn't|aren't|seems?|feels?|looks?|has|have|could)\b")
    plain = [clause.lower() for clause in clauses]
    return all(
        sum(bool(use.search(clause)) for clause in plain) >= share * len(plain)
        for use, share in ((named, _NAMED), (told, _SUBJECT))
    )
