"""English words that a customer misspelt, put right where the shop's goods are called so: ``kettel``, ``headphnes``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bot.text.phrases import singular
from knowledge_base.spelling import Spelling

_WORD = re.compile(r"(?<![\w@.#-])[a-z]{5,24}(?![\w@-]|\.\w)", re.IGNORECASE)
Known = Callable[[str], bool]
"""Whether a lower-case word is an English one, or one of the shop's documents."""


class Speller:
    """Puts words right that nobody knows and that stand near a word of the shop's titles and kinds of goods."""

    def __init__(self, spelling: Spelling, known: Known) -> None:
        self._spelling, self._known = spelling, known
        self._meant = lru_cache(1024)(self._nearest)

    def spelt(self, text: str) -> str:
        """``text`` with such words put right; as it is where there are none."""
        return _WORD.sub(lambda match: self._put_right(match[0]), text)

    def _put_right(self, word: str) -> str:
        lower = word.lower()
        return word if self._known(lower) else self._meant(lower) or word

    def _nearest(self, word: str) -> str | None:
        if singular(word) in self._spelling:
            return None
        return self._spelling.nearest(word) or self._spelling.nearest(singular(word))
