"""Passages that only say what something cannot be used with: these words tell nothing of the thing itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.text.terms import concepts, terms
from bot.types import Evidence

_ASKS_TOGETHER = re.compile(
    r"叠加|一起|同时|同享|[和跟与同]|\b(?:combin\w*|together|stack\w*|with|and|as well|on top|both)\b", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"(?:不(?:能|可以?|得|支持)?|可以?|能)?[和与跟同][^，。；和与跟]{1,16}(?:一起|同享|同时|叠加|并用)[^，。；]{0,4}"
    r"|\b(?:can(?:not|'t| not)?|may(?: not)?|must not|(?:are|is)(?: not|n't)?|not)(?: be)? "
    r"(?:combin(?:ed?|able)|used|valid|stacked?)(?: together)? with [^.;,]{1,60}",
    re.IGNORECASE,
)
_REDUCED = re.compile(r"\d ?% (?:off|less|cheaper)", re.IGNORECASE)
_ASIDE = 0.01  # of the odds


def outright(question: str, passages: Sequence[Evidence], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """``values``, where a passage says what is asked for only as what something else can or cannot be used with.

    That vouchers are not valid with the birthday discount does not tell of that: it gives its place to the passage that says
    all that is asked outright, if there is one.
    """
    if _ASKS_TOGETHER.search(question):
        return values
    asked = frozenset(terms(question))
    aside = np.array([_only_aside(asked, item) for item in passages], dtype=bool)
    spoken = asked.intersection(*(terms(item.text) for item, by in zip(passages, aside, strict=True) if by))
    telling = [place for place, item in enumerate(passages) if not aside[place] and _says_all(spoken, item.text)]
    if not (aside.any() and telling):
        return values
    found = np.where(aside, values * _ASIDE / (1.0 - values + values * _ASIDE), values)
    best = max(telling, key=lambda place: values[place])
    found[best] = max(values[best], values[aside].max())
    return found


def told_outright(question: str, text: str) -> str:
    """``text`` without what it says of going together with other things, where that is not asked and something is left."""
    if _ASKS_TOGETHER.search(question):
        return text
    rest = _TOGETHER.sub("", text)
    return rest if rest.strip(" ，。,.;；") else text


def _only_aside(asked: frozenset[str], item: Evidence) -> bool:
    """Whether a passage has words that are asked for only where it tells what goes together."""
    rest = _TOGETHER.sub(" ", item.text)
    outright = f"{item.question or ''} {item.title} {rest}"
    return rest != item.text and not _says_all(asked & frozenset(terms(item.text)), outright)


def _says_all(asked: frozenset[str], text: str) -> bool:
    said = frozenset(terms(_TOGETHER.sub(" ", text)))
    meant = {name for term in said for name in concepts(term)} | ({"discount"} if _REDUCED.search(text) else set())
    return all(term in said or concepts(term) & meant for term in asked)
