"""Whether a customer asks about an order of theirs, rather than to have something done to it."""

from __future__ import annotations

import re

from bot.order_desk.reading import LONGEST, names_operation
from bot.order_desk.state import DeskState
from bot.shop.orders import order_key
from bot.types import DialogueState, Understanding
from bot.understanding.news import asks_for_news
from bot.understanding.order_aspects import asks_for_orders, hurries, order_aspects, says_missing
from bot.understanding.ordinals import names_place

_AFTER_REFUND = re.compile(
    r"\b(?:where(?:'s| is)|when (?:will|do|does|can|should)|has|have|did|didn't|hasn't|haven't|waiting (?:for|on)"
    r"|(?:what|how) about)\b[^.!?]{0,30}\b(?:refund|money back)\b(?! (?:if|when|after|policy))"
    r"|\brefund (?:status|come|arrived?|processed|through)\b"
    r"|(?:退款|退的钱|退回的钱)[^，。！？]{0,6}(?:到哪|进度|到账|到了|状态|什么时候|多久|好了|处理|成功|没[有到]|还没)"
    r"|钱退(?:了|到)?[^，。！？]{0,4}[吗没]",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"\b(?:return|exchange|replacement|repair) (?:status|progress)\b"
    r"|\b(?:status|progress) of (?:the|my) (?:return|exchange|refund|replacement|repair)"
    r"|\bhow(?:'s| is| are) (?:my|the) (?:return|exchange|refund|replacement|repair)\b"
    r"|(?:退货|换货|退款|退换货|维修|售后)的?(?:申请)?[^，。！？]{0,4}(?:进度|到哪|怎么样|好了[吗没]|处理得|状态)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:refund\w*|money|return\w*|exchange\w*|repair\w*|warranty|guarantee|new one)\b|[退换修]|保[修质]|新的", re.IGNORECASE
)
"""What an order itself does not tell."""
_STILL = re.compile(
    r"\b(?:can|could|may) (?:i|we) still\b|\bstill possible\b|还(?:能|可以|来得及|可不可以|能不能)", re.IGNORECASE
)
_GOES_BACK = re.compile(r"\b(?:return|exchange|cancel|send back|swap)\b|[退换]|取消", re.IGNORECASE)
_AMID = frozenset({"order_status", "order_change", "confirm", "small_talk", "decline"})
_OF_ANY = frozenset({"expected", "carrier", "delivered"})
"""What is asked of deliveries in general as well."""
_OWN = re.compile(r"\b(?:i|we|my|our)\b|我", re.IGNORECASE)


def asks_how_it_stands(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a customer asks for their orders, how a refund or return of theirs stands, for word, or why it takes so long."""
    desk = DeskState.of(state.desk)
    known = bool(understanding.entities.order_ids) or desk.proved
    text = understanding.text[:LONGEST]
    if not desk.busy and (asks_for_orders(text) or picks_order(understanding, state)):
        return True
    if not known or desk.busy:
        return False
    waits = (hurries(text) or says_missing(text)) and not names_operation(text)
    return asks_of_refund(text) or asks_for_news(text) or _PROGRESS.search(text) is not None or waits


def asks_of_bought(text: str) -> bool:
    """Whether it is asked if something that was bought can still go back, or be changed: "can I still return the mug?"."""
    return _STILL.search(text[:LONGEST]) is not None and (names_operation(text) or _GOES_BACK.search(text) is not None)


def picks_order(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a customer whose orders were just listed names one of them by its place: "the second one"."""
    listed = state.last_action == "order_status" and "order_id" in state.asks and DeskState.of(state.desk).proved
    return listed and not understanding.entities.order_ids and names_place(understanding.text[:LONGEST])


def asks_of_refund(text: str) -> bool:
    """Whether a customer asks after the money for an order."""
    return _AFTER_REFUND.search(text[:LONGEST]) is not None


def asks_of_the_order(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a customer asks for a fact of their order that was spoken of last, or that somebody sees to it."""
    desk, entities, text = DeskState.of(state.desk), understanding.entities, understanding.text[:LONGEST]
    if state.skus or not (desk.proved and state.order_id) or desk.busy or _ELSE.search(text):
        return False
    asked = order_aspects(text)
    own = _OWN.search(text) is not None or bool(set(asked) - _OF_ANY)
    if not (state.last_action in _AMID or (state.last_action == "answer" and own)):
        return False
    if names_operation(text) and asked != ("address",):  # "where is it sent" changes no address
        return False
    of_others = any(order_key(one) != order_key(state.order_id) for one in entities.order_ids)
    others = of_others or entities.skus or entities.categories or entities.constraints
    return not others and (bool(asked) or hurries(text))
