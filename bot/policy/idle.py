"""Messages that want nothing: signs alone, and "never mind"."""

from __future__ import annotations

import re

from bot.policy.intents import SMALL_TALK, SURE
from bot.types import Understanding

_GIVES_UP = re.compile(
    r"\W*(?:(?:ok(?:ay)?|no|actually|well|oh)\W{1,3}){0,2}"
    r"(?:never ?mind|forget (?:about )?it|leave it|(?:it )?doesn'?t matter|don'?t bother)(?: then| thanks)?\W*"
    r"|\W*(?:no|nope|nah)(?:,? (?:thanks?|thank you))?\W*|\W*(?:不|不是|不要|不需要)(?:了|啦)?(?:,?，?谢谢?)?\W*"
    r"|\W*(?:好吧|那|就|还是|哎){0,2}[,，\s]*(?:算了|不用了|没事了|不[退换买要改]了)(?:吧|啦|呀)?[,，。\s]*(?:我?不[退换买要改]了)?\W*",
    re.IGNORECASE,
)


def says_nothing(understanding: Understanding) -> bool:
    """Whether a message holds no letter and no digit (emoji, marks) and is no greeting or praise either ("👋", "👍")."""
    intent = understanding.intent
    if intent.name in SMALL_TALK and intent.confidence >= SURE:
        return False
    return not re.search(r"[^\W_]", understanding.text)


def gives_up(text: str) -> bool:
    """Whether a message only takes back what was wanted, or turns down what was said: never mind, no, 算了."""
    return len(text) <= 40 and _GIVES_UP.fullmatch(text) is not None
