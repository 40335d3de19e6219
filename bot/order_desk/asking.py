"""Whether a customer asks about an order of theirs, rather than to have something done to it."""

from __future__ import annotations

import re

from bot.order_desk.reading import LONGEST, names_operation
from bot.order_desk.state import DeskState
from bot.shop.orders import order_key
from bot.types import DialogueState, Understanding
from bot.understanding.news import asks_for_news
from bot.understanding.order_aspects import hurries, order_aspects

_AFTER_REFUND = re.compile(
    r"\b(?:where(?:'s| is)|when (?:will|do|does|can|should)|has|have|did|didn't|hasn't|haven't|waiting (?:for|on)"
    r"|(?:what|how) about)\b[^.!?]{0,30}\b(?:refund|money back)\b(?! (?:if|when|after|policy))"
    r"|\brefund (?:status|come|arrived?|processed|through)\b"
    r"|(?:退款|退的钱|退回的钱)[^，。！？]{0,6}(?:到哪|进度|到账|到了|状态|什么时候|多久|好了|处理|成功|没[有到]|还没)"
    r"|钱退(?:了|到)?[^，。！？]{0,4}[吗没]",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:refund\w*|money|return\w*|exchange\w*|repair\w*|warranty|guarantee|new one)\b|[退换修]|保[修质]|新的", re.IGNORECASE
)
"""What an order itself does not tell."""
_AMID = frozenset({"order_status", "order_change", "confirm", "small_talk", "decline"})
_OWN = re.compile(r"\b(?:i|we|my|our)\b|我", re.IGNORECASE)


def asks_how_it_stands(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a customer asks after the refund of an order that they name or were shown, or for word of its arrival."""
    desk = DeskState.of(state.desk)
    known = bool(understanding.entities.order_ids) or desk.proved
    text = understanding.text[:LONGEST]
    return known and not desk.busy and (asks_of_refund(text) or asks_for_news(text))


def asks_of_refund(text: str) -> bool:
    """Whether a customer asks after the money for an order."""
    return _AFTER_REFUND.search(text[:LONGEST]) is not None


def asks_of_the_order(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a customer asks for a fact of their order that was spoken of last, or that somebody sees to it."""
    desk, entities, text = DeskState.of(state.desk), understanding.entities, understanding.text[:LONGEST]
    amid = state.last_action in _AMID or (state.last_action == "answer" and _OWN.search(text) is not None)
    if not (amid and not state.skus and desk.proved and state.order_id) or desk.busy or _ELSE.search(text):
        return False
    asked = order_aspects(text)
    if names_operation(text) and asked != ("address",):  # "where is it sent" changes no address
        return False
    of_others = any(order_key(one) != order_key(state.order_id) for one in entities.order_ids)
    others = of_others or entities.skus or entities.categories or entities.constraints
    return not others and (bool(asked) or hurries(text))
