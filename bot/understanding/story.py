"""The question at the end of a long story, which is what the message is about."""

from __future__ import annotations

import re

from bot.text.danger import accident
from bot.text.question_type import question_types
from bot.text.terms import terms
from bot.types import DialogueState

_LONG_EN, _LONG_ZH = 30, 50
"""Words, characters from which on a message with a question at its end may tell a story first."""
_LONGEST_EN, _LONGEST_ZH = 26, 40
_FEWEST_TERMS = 2
_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCES = re.compile(r"(?:[.!?。！？；;\n~]|\.{2,})+(?=\s|$|[\u3400-\u9fff])")
_POLITE = re.compile(
    r"\W*(?:(?:many |please )?thanks?(?: you)?(?: very much| so much| in advance| a lot)?|cheers|please (?:help|advise)"
    r"|ta|sorry for the (?:long|essay)\b.*|谢谢.{0,6}|感谢.{0,6}|麻烦了|求解答?|急.{0,4})\W*",
    re.IGNORECASE,
)
_OPENS = (
    r"(?:what(?:'s| is| are| do| does| have| can| should| would| sort| kind|ever)|which"
    r"|how (?:do|does|can|long|much|many|would|soon|should|is|are)"
    r"|can|could|do|does|is there|are there|is|are|will|would|should|when|where|who|have you|any)"
)
_STRAIGHT = re.compile(
    rf"\W*(?:(?:and|so|but|now|anyway|ok|well|my question is|the question is|basically)\W+){{0,3}}(?={_OPENS}\b)", re.IGNORECASE
)
_AMID = re.compile(
    r"(?<=[ ,])(?:what (?:have you|do you|would you|can you|is the|are the|should i)|how (?:long|much|do i|can i|do you)"
    r"|(?:can|could|should|do|would|will) (?:i|we|you)|is there|are there|have you got|which (?:of|one|\w+) )\b",
    re.IGNORECASE,
)
"""Where a question begins in what is typed without any mark."""
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|this|that(?!'s| \w)|these|those|one|ones|he|she|him|her)\b|[它这那他她]", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,，]|\band\b")
_OF_ORDER = re.compile(r"\d{5}|@|\b(?:order|#)\s?\d", re.IGNORECASE)


def question_after_story(text: str, state: DialogueState) -> str | None:
    """The question that a long message ends with, where it stands for itself; None for any other message.

    A story of an accident, with the number of an order, or told to a question of the assistant's is the message itself.
    """
    chinese = _HAN.search(text) is not None
    if (len(text) < _LONG_ZH if chinese else len(text.split()) < _LONG_EN) or state.asks:
        return None
    if _OF_ORDER.search(text) or accident(text):
        return None
    sentences = [one.strip() for one in _SENTENCES.split(text) if one.strip() and not _POLITE.fullmatch(one)]
    asked = _asked_zh(sentences[-1]) if chinese and sentences else _asked_en(sentences[-1]) if sentences else None
    if not asked or len({*terms(asked)}) < _FEWEST_TERMS or len(asked) > len(text) / 2:
        return None
    return None if _POINTS_BACK.search(_CLAUSE.split(asked)[0]) else asked


def _asked_en(sentence: str) -> str | None:
    begins = _STRAIGHT.match(sentence)
    if begins is None or len(sentence.split()) > _LONGEST_EN:
        begins = next(reversed([*_AMID.finditer(sentence)]), None)
        return sentence[begins.start() :] if begins and len(sentence[begins.start() :].split()) <= _LONGEST_EN else None
    return sentence[begins.end() :]


def _asked_zh(sentence: str) -> str | None:
    """The last clauses of a sentence, from the one that says what is asked about."""
    clauses = re.split(r"[，,]", sentence)
    for start in range(len(clauses) - 1, -1, -1):
        asked = "，".join(clauses[start:])
        if len(asked) > _LONGEST_ZH:
            return None
        if question_types(asked) and len({*terms(asked)}) >= _FEWEST_TERMS:
            return asked
    return None
