"""A model that shows its prompt: the rules of a prompt file belong into no reply, whoever asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import prompts
from bot.types import LanguageCode

LONGEST_RUN = {"zh": 9, "en": 5}
"""Words (Chinese: characters) of a rule in a row that may also be a customer's plain answer."""
_TAIL = 600
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[\u3400-\u9fff]")


def shows_rules(text: str, prompt: str, language: LanguageCode, last: int = _TAIL) -> bool:
    """Whether the ``last`` characters of ``text`` repeat a rule of the file ``prompt`` or of the policy word by word.

    Lines that hold a variable are no secret: they introduce the assistant, who may do so too.
    """
    size = LONGEST_RUN[language] + 1
    return not _rules(prompt, language, size).isdisjoint(_runs(text[-last:], size))


@cache
def _rules(prompt: str, language: LanguageCode, size: int) -> frozenset[tuple[str, ...]]:
    lines = [line for name in ("shop_policy", prompt) for line in prompts.load(name, language).text.splitlines()]
    return frozenset(run for line in lines if "$" not in line for run in _runs(line, size))


def _runs(text: str, size: int) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return zip(*(words[start:] for start in range(size)), strict=False)
