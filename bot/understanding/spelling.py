"""English words that a customer misspelt, put right where the shop's goods are called so: ``kettel``, ``headphnes``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.lexicon import CatalogueLexicon
from bot.understanding.phrases import singular, term_index

_WORD = re.compile(r"(?<![\w@.#-])[a-z]{5,24}(?![\w@-]|\.\w)", re.IGNORECASE)
_LONG = 8
"""Letters from which on a word may have two faults; shorter ones have one."""
Known = Callable[[str], bool]
"""Whether a lower-case word is an English one."""


class Speller:
    """Puts words right that are none in English and stand near a word of the shop's titles and categories."""

    def __init__(self, lexicon: CatalogueLexicon, known: Known) -> None:
        self._known = known
        words = {*lexicon.title_words, *lexicon.categories.words(), *term_index(("category",)).words()}
        self._words = {word for word in words if word.isascii() and word.isalpha()}
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(self._words):
            self._by_first.setdefault(word[0], []).append(word)
        self._meant = lru_cache(1024)(self._nearest)

    def spelt(self, text: str) -> str:
        """``text`` with such words put right; as it is where there are none."""
        return _WORD.sub(lambda match: self._meant(match[0].lower()) or match[0], text)

    def _nearest(self, word: str) -> str | None:
        if singular(word) in self._words or self._known(word):
            return None
        faults = 2 if len(word) >= _LONG else 1
        choices = self._by_first.get(word[0], ())
        found = process.extractOne(word, choices, scorer=OSA.distance, score_cutoff=faults)
        plural = process.extractOne(singular(word), choices, scorer=OSA.distance, score_cutoff=faults) if not found else None
        best = found or plural
        return best[0] if best and len(best[0]) > 3 else None
