"""Whether words ask for something to be done, or how such things work."""

from __future__ import annotations

import re

from bot.order_desk.sensing import SURE
from bot.types import Sensed, Understanding

CONDITION = re.compile(
    r"\W*(?:(?:and|but|so|ok(?:ay)?)\W{1,3})?(?:what )?if (?!possible\b|you can\b)"
    r"(?![^?]{0,80}\b(?:please|cancel|refund|return|exchange|swap|change|send|can|could|will|just)\b)[^,;:.!?]{2,80}[?.!]*"
    r"|(?:那么?|但是?)?(?:如果|要是|万一|假如)(?![^？]{0,40}(?:请|帮|麻烦|就|取消|退|换|改))[^，,；。！？]{2,40}",
    re.IGNORECASE,
)
"""A condition and nothing else, which asks what holds then: "and if i don't like the offer"."""
_ASKS = re.compile(
    r"^\W*(?!(?:what|how|when|where|which|who) (?:i|we|you|it|they|the|my|your|these|those)\b)"
    r"(?:how|what|when|where|why|which|who|do|does|is|are|can|could|will)\b.*"
    r"|.*[?？]\s*$|.*(?:吗|呢|什么|怎么|多久|多少|哪|谁|(?<![前这好])几天(?:内|之内|时间|可以|能))[^。]*$|.*[能行可]以?.{0,4}不\W*$",
    re.IGNORECASE | re.DOTALL,
)
PLAIN = frozenset({"cancel", "return"})
"""Wishes that may be told in a word."""
HOW_TO = re.compile(r"^\W*(?:what|how) (?:do|can|should|must) i\b|怎么", re.IGNORECASE)
REQUESTS = re.compile(
    r"(?:^\W*|[,;:，：]\W{0,8})(?:can|could|would|will|may) (?:you|i|we|it|that|this|those)\b"
    r"|^\W*(?:what|how) (?:do|can|should|must) i\b|能不能|行不行|可不可以|(?:可以|能|行).{0,16}吗",
    re.IGNORECASE,
)
_MAY = re.compile(r"(?:^|[,;:，：]\s*)(?:can|could|may) (?:i|we)\b", re.IGNORECASE)
"""Asks for the rule, where it is about sending back or cancelling."""
GENERAL = re.compile(
    r"\bcan (?:i|we) still\b"
    r"|\b(?:how|when|after|within|days?|weeks?|policy|rules?|allowed|fees?|cost|free)\b|怎么|多久|几天|天内|规定|政策|运费|收费",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether a sentence asks something."""
    return _ASKS.match(text) is not None or CONDITION.fullmatch(text) is not None


def is_request(text: str) -> bool:
    """Whether a sentence tells or requests something, rather than asks how such things work."""
    return not GENERAL.search(text) and (not asks(text) or (REQUESTS.search(text) is not None and not HOW_TO.search(text)))


def wanted(understanding: Understanding) -> list[Sensed]:
    """The sentences that surely mean a wish and tell or request it."""
    return [one for one in understanding.sensed if one.probability >= SURE and is_request(one.text)]


def told_to_do(understanding: Understanding) -> list[Sensed]:
    """What is wanted, without questions of whether one may send back or cancel."""
    return [one for one in wanted(understanding) if one.wish not in PLAIN or not (asks(one.text) or _MAY.search(one.text))]
