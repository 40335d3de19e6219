"""English words that a customer misspelt, put right where goods or matters of shops are called so: ``kettel``, ``warrenty``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bot.text.phrases import singular
from bot.text.terms import concept_words
from knowledge_base.spelling import Spelling

_WORD = re.compile(r"(?<![\w@.#-])[a-z]{5,24}(?![\w@-]|\.\w)", re.IGNORECASE)
_ENDINGS = ("", "s", "ed", "ing")
_EVERYDAY = (
    "receive address tomorrow because which there their available weekend present birthday guarantee separate exchange"
    " something cheapest cheaper recommend different expensive"
).split()
"""Plain words of questions to a shop that are often misspelt, and name no matter of their own."""
Known = Callable[[str], bool]
"""Whether a lower-case word is an English one, or one of the shop's documents."""


class Speller:
    """Puts words right that nobody knows and that stand near a word of the shop's goods, else of what shops are asked about."""

    def __init__(self, goods: Spelling, known: Known) -> None:
        self._goods, self._matters, self._known = goods, _matters(known), known
        self._meant = lru_cache(1024)(self._nearest)

    def spelt(self, text: str) -> str:
        """``text`` with such words put right; as it is where there are none."""
        return _WORD.sub(lambda match: self._put_right(match[0]), text)

    def _put_right(self, word: str) -> str:
        lower = word.lower()
        return word if self._known(lower) else self._meant(lower) or word

    def _nearest(self, word: str) -> str | None:
        if singular(word) in self._goods or self._known(singular(word)):
            return None
        return self._goods.nearest(word) or self._goods.nearest(singular(word)) or self._matters.nearest(word)


@lru_cache(maxsize=4)
def _matters(known: Known) -> Spelling:
    """What shops are asked about, in the forms that are words: deliver, delivers, delivered, delivering."""
    forms = (
        f"{word.removesuffix('e') if end[:1] in ('e', 'i') else word}{end}" for word in concept_words() for end in _ENDINGS
    )
    return Spelling(form for form in (*forms, *_EVERYDAY) if known(form))
