"""English words that a customer misspelt, put right where the shop's goods are called so: ``kettel``, ``headphnes``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bot.understanding.phrases import singular
from knowledge_base.spelling import Spelling

_WORD = re.compile(r"(?<![\w@.#-])[a-z]{5,24}(?![\w@-]|\.\w)", re.IGNORECASE)
Known = Callable[[str], bool]
"""Whether a lower-case word is an English one."""


class Speller:
    """Puts words right that are none in English and stand near a word of the shop's titles and kinds of goods."""

    def __init__(self, spelling: Spelling, known: Known) -> None:
        self._spelling, self._known = spelling, known
        self._meant = lru_cache(1024)(self._nearest)

    def spelt(self, text: str) -> str:
        """``text`` with such words put right; as it is where there are none."""
        return _WORD.sub(lambda match: self._meant(match[0].lower()) or match[0], text)

    def _nearest(self, word: str) -> str | None:
        if singular(word) in self._spelling or self._known(word):
            return None
        return self._spelling.nearest(word) or self._spelling.nearest(singular(word))
