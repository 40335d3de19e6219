"""Messages that tell of danger to somebody's health, and texts that warn of it."""

from __future__ import annotations

import re

_ACCIDENT = re.compile(
    r"误食|误吞|误喝|[吃喝舔咬]了(?=.{1,12}(?:怎么办|咋办|有事|没事|要紧|会死|会不会|有毒))|吞(?:下|了|进|食)|咽下|中毒|噎|呛到|窒息"
    r"|(?<!防)(?:触电|漏电(?!保护|开关|断路)|烫伤(?!膏|药)|烫到|爆炸)|电到|着火|起火|冒烟|焦味|烧焦|一氧化碳(?!报警|探测|检测|传感)"
    r"|过敏了|过敏怎么|拉肚子|呕吐|吐了|起疹子|晕倒|流血"
    r"|\b(?:swallow(?:s|ed|ing)?|poison\w*|toxic (?:to|for)|chok(?:e|ed|ing)(?! hazard)|electrocuted|electric shock|on fire"
    r"|caught fire|(?:is|are|was|were|started|starts|keeps|it'?s) smoking|scald(?:s|ed|ing)?|allergic reaction"
    r"|a rash(?! guard| vest)|unconscious|vomit\w*|throwing up|bleeding|carbon monoxide(?! alarm| detector| sensor)|explod\w*"
    r"|gas leak(?! detector| alarm)|smells? (?:of )?gas|burning smell|smells? (?:of |like )?burn\w*"
    r"|burn(?:t|ed) (?:my|his|her|him|them|our)\w*)\b"
    r"|\b(?:my|our|the|a) (?:\w+ ){1,3}(?:just )?(?:ate|has eaten|drank|licked|chewed|got into)\b",
    re.IGNORECASE,
)
"""Not the goods that are made against it: non-toxic paint, a rash guard, 漏电保护插座."""
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
