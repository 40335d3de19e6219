"""Whether a message asks for other products than those shown: cheaper ones, others, a set with a part less or more."""

from __future__ import annotations

import re

from bot.types import DialogueState, Understanding

_CHEAPER = re.compile(
    r"\b(cheaper|less expensive|lower[- ]priced?|more affordable"
    r"|too (?:expensive|pric[ey]+|dear)|(?:bit|little) (?:expensive|pricey))\b"
    r"|[太好]贵|有点贵|贵了|便宜(点|一点|些|一些|的)|更便宜|更实惠|价格低",
    re.I,
)
_ON_TERMS = re.compile(
    r"\b(?:is|are|get|getting|do|does|would|will)\b.{0,30}\b(?:cheaper|less)"
    r" (?:as|if|when|for (?:students?|members?|teachers?|seniors?))\b"
    r"|(?:学生|会员|老师|军人|多买|买两|一起买).{0,8}(?:便宜|优惠|打折)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(others?|another|something else|anything else|different ones?|more options|alternatives?|instead)\b"
    r"|其他|其它|别的|换一|还有没有|替代|代替|还有吗|还有别|再推荐|另外",
    re.IGNORECASE,
)
_SWAPS = re.compile(r"\b(?:swap|switch|replace|exchange|change|different)\b|换", re.IGNORECASE)
_ADDS = re.compile(r"\b(?:also|add\w*|plus|as well|too|and)\b|还|再|加|也", re.IGNORECASE)
LONGEST_REFINEMENT = 40
"""Characters of a message that can be a refinement of the wish before it."""


def wants_cheaper(text: str) -> bool:
    """Whether the message asks for a lower price than those shown, and not on what terms the same costs less."""
    return bool(_CHEAPER.search(text[:500])) and not on_terms(text)


def on_terms(text: str) -> bool:
    """Whether the message asks if the same thing costs less for somebody or in some case: "cheaper as a student"."""
    return bool(_ON_TERMS.search(text[:500]))


def wants_others(text: str) -> bool:
    """Whether the message asks for products other than those shown."""
    return bool(_OTHERS.search(text[:500]))


def revises_set(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message changes the set that was shown last: a sum, a trait, a thing less or more, a lower price."""
    if state.last_action != "guide" or len(state.kinds) < 2 or len(state.kinds) != len(state.skus):
        return False
    said = understanding.entities
    if said.categories:
        return bool(_ADDS.search(understanding.text[:200])) or swaps_part(understanding)
    return bool(said.budget or said.amounts or said.constraints) or wants_cheaper(understanding.text)


def swaps_part(understanding: Understanding) -> bool:
    """Whether a message wants another one, or a cheaper one, of one kind of goods that it names."""
    text = understanding.text[:200]
    return len(understanding.entities.categories) == 1 and (
        wants_cheaper(text) or wants_others(text) or bool(_SWAPS.search(text))
    )
