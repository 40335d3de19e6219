"""An answer that was given already, to a question that adds something: which part of it that is told in, if any."""

from __future__ import annotations

import re

from bot.generation.brief import Brief
from bot.text.question_type import MEASURED, offers, question_types
from bot.text.terms import concepts, terms

_MARKS = re.compile(r"\s*\[\d{1,3}\]")
_LED = re.compile(r"\W*(?:yes|no|是的|有的|可以的?|不是|没有|不可以)[,，.。]\s*", re.IGNORECASE)
_SAYS_NOTHING = frozenset(
    terms("until till since sure certain really even right true correct exactly max maximum min minimum limit")
) | frozenset(terms("到 为止 就算 即使 真的 确定 最多 最少 上限"))
_COUNTED = frozenset(terms("two three several multiple both once together another 两 几 一次 同时 一起"))
_HOW_MANY = re.compile(
    r"\b(?:as many|any number|several|more than one|combin\w+|only one|one \w+ per|once per|per order)\b"
    r"|叠加|多张|只能|每单|不限",
    re.IGNORECASE,
)


def added_to(brief: Brief, said: str) -> frozenset[str]:
    """What a message adds to the question before, where ``said`` only repeats the reply to that; nothing elsewhere."""
    before = next((message.text for message in reversed(brief.history) if message.role != "user"), "")
    asked = next((message.text for message in reversed(brief.history) if message.role == "user"), "")
    if not brief.understanding.rewritten or _bare(said) not in _bare(before):
        return frozenset()
    return frozenset(terms(brief.understanding.text)) - frozenset(terms(asked)) - _SAYS_NOTHING


def speaks_of(added: frozenset[str], said: str, question: str) -> bool:
    """Whether ``said`` speaks of any of the terms ``added``, or has the measure that the ``question`` is for.

    It speaks of how many wherever it says how many there may be.
    """
    kinds = question_types(question)
    if kinds and kinds[0] in MEASURED and offers(said, kinds[0]):
        return True
    told = frozenset(terms(said))
    meant = {name for term in told for name in concepts(term)}
    if added & _COUNTED and _HOW_MANY.search(said):
        return True
    return any(term in told or concepts(term) & meant for term in added)


def _bare(text: str) -> str:
    """A reply without citations and without the yes that it opens with."""
    return _LED.sub("", _MARKS.sub("", text), count=1).strip().lower()
