"""Messages that tell of danger to somebody's health, and texts that warn of it."""

from __future__ import annotations

import re

_ACCIDENT = re.compile(
    r"误食|误吞|误喝|[吃喝舔咬]了(?=.{1,12}(?:怎么办|咋办|有事|没事|要紧|会死|会不会))|吞(?:下|了|进|食)|咽下|中毒|触电|漏电|电到|着火|起火"
    r"|冒烟|焦味|烧焦|烫伤|烫到|窒息|噎|呛到|过敏了|过敏怎么|拉肚子|呕吐|吐了|起疹子|晕倒|流血|爆炸|一氧化碳"
    r"|\b(?:swallow\w*|poison\w*|toxic|chok(?:e|ed|ing)|electrocuted|electric shock|on fire|caught fire|smoking|scald\w*"
    r"|allergic reaction|a rash|unconscious|vomit\w*|throwing up|bleeding|carbon monoxide|explod\w*|gas leak"
    r"|smells? (?:of )?gas|burning smell|smells? (?:of |like )?burn\w*|burn(?:t|ed) (?:my|his|her|him|them|our)\w*)\b"
    r"|\b(?:my|our|the|a) (?:\w+ ){1,3}(?:just )?(?:ate|has eaten|drank|licked|chewed|got into)\b",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r"毒|医院|就医|医生|急救|停用|停止使用|危险|断电|触电|起火|召回"
    r"|\b(?:toxic|poison\w*|doctors?|vets?|veterinar\w*|hospitals?|emergenc\w*|danger\w*|stop using"
    r"|unplug|recall\w*|harmful)\b",
    re.IGNORECASE,
)
_URGES = re.compile(
    r"医院|就医|医生|急救|立即停|立刻停|马上停|停止使用|立即断电"
    r"|\b(?:doctors?|vets?|hospitals?|emergency number|stop using|unplug it)\b",
    re.IGNORECASE,
)


def accident(text: str) -> str | None:
    """The words by which a message tells of an accident, or asks after one: swallowed, 误食; None where it does not."""
    found = _ACCIDENT.search(text[:500])
    return found[0] if found else None


def warns(text: str) -> bool:
    """Whether a text warns of harm, or says what to do against it."""
    return _WARNS.search(text) is not None


def urges(text: str) -> bool:
    """Whether a sentence says what must be done at once for somebody's health."""
    return _URGES.search(text) is not None
