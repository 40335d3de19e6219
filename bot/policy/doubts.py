"""How surely documents must answer to go before an action that a message may mean as well."""

from __future__ import annotations

import re

from bot.order_desk.reading import names_operation
from bot.order_desk.state import DeskState
from bot.policy.intents import PRODUCT_INTENTS
from bot.policy.patterns import ASKS, ASKS_WHICH, GIVES_WHAT, IF_ANY, IF_ANY_AT_ALL, LISTS, LOOKS_FOR, PRICE_OF
from bot.shop.attributes import split_name
from bot.shop.kinds import kind_key
from bot.shop.ranking import asked_ranking
from bot.text.money import may_be_spent
from bot.text.phrases import term_index
from bot.types import DialogueState, Understanding

SURELY_SHOPPING = 0.75
LEAVES_SHOPPING = 0.6
"""How sure the intent must be of a customer who looks for goods, and of one amid products who speaks of something else."""
ANSWERED, TOLD, SURELY_ANSWERED, CERTAINLY_ANSWERED = 0.0, 0.5, 0.8, 0.93
"""How surely documents or catalogue must answer to go before another action: at all; where goods may be meant though none is
named; where a wish is read in the message; where it clearly looks for goods, as the question of a row may ("which coffee for
my moka pot"). Over 600 questions to six shops no passage that sure was worth less than products to the customer."""


_LOOKS_FOR_DISCOUNT = re.compile(
    r"\b(?:any|an?|have|got|get) (?:\w+ )?(?:discounts?|coupons?|vouchers?)\b"
    r"|有(?:没有|什么|啥)?.{0,8}(?:折扣|优惠|优惠券)(?!的)",
    re.I,
)
"""What is looked for is less to pay, and no goods: 猫砂有没有折扣."""


def unless_rule(understanding: Understanding, state: DialogueState) -> float | None:
    """How surely documents must answer a question, or a fault, of somebody unknown that may mean an order of theirs."""
    desk, entities = DeskState.of(state.desk), understanding.entities
    known = desk.busy or desk.proved or desk.done or desk.refused or entities.order_ids or entities.emails
    text = understanding.text[:500]
    faulty = understanding.fault is not None and not names_operation(text)
    return None if known or state.asks or not (faulty or ASKS.search(text)) else TOLD


def unless_answered(understanding: Understanding) -> float | None:
    """How surely documents or catalogue must answer a message about a kind of product to go before showing some of it."""
    text, intent = understanding.text[:500], understanding.intent
    asks = ASKS.search(text) or (
        intent.name in PRODUCT_INTENTS and intent.confidence >= LEAVES_SHOPPING and not _sized(understanding)
    )
    if has_wishes(understanding) or names_kinds_alone(understanding):
        return None
    if _LOOKS_FOR_DISCOUNT.search(text):
        return ANSWERED
    if intent.name == "recommendation" and _names_value(understanding):
        return CERTAINLY_ANSWERED
    if not asks or (understanding.entities.categories and IF_ANY.fullmatch(text)):
        return CERTAINLY_ANSWERED
    return SURELY_ANSWERED if LOOKS_FOR.search(text) else ANSWERED


def _sized(understanding: Understanding) -> bool:
    """Whether goods of a kind are named with the size that they should have: "long boots in a UK 9"."""
    said = understanding.entities
    return bool(said.categories) and any(split_name(one.attribute)[0] == "size" for one in said.constraints)


def _names_value(understanding: Understanding) -> bool:
    """Whether goods of a kind are named with a value that the catalogue has of a trait of goods: 圆脸 of frames."""
    said = understanding.entities
    return bool(said.categories) and any(
        isinstance(one.value, str) and one.attribute not in ("brand", "feature", "category") for one in said.constraints
    )


def names_kinds_alone(understanding: Understanding) -> bool:
    """Whether a message is the names of kinds of goods and nothing else, be it asked if there are any: 磨豆机, 有磨豆机吗."""
    rest = understanding.text[:200].lower()
    if not understanding.entities.categories:
        return False
    if kind_key(rest) in map(kind_key, understanding.entities.categories):
        return True  # be it in the plural
    for name in understanding.entities.categories:
        rest = rest.replace(name.lower(), " ")
    return not any(sign.isalnum() for sign in rest) or IF_ANY_AT_ALL.fullmatch(rest) is not None


def kind_alone(understanding: Understanding) -> bool:
    """Whether a message is the name of a kind of goods and nothing else: who says 调音器 wants to see it."""
    said = kind_key(understanding.text[:60].lower().strip(" .!?。！？"))
    return said in map(kind_key, understanding.entities.categories)


def unless_told(understanding: Understanding) -> float | None:
    """How surely documents must answer a message that sounds like a customer who looks for goods.

    One that names no goods, or asks something of them, may well be about the shop: its tea garden, its club.
    """
    said, text = understanding.entities, understanding.text[:500]
    asks = ASKS.search(text) and not (ASKS_WHICH.search(text) or GIVES_WHAT.search(text))
    plain_wish = bool(said.categories) and bool(LISTS.fullmatch(text) or (LOOKS_FOR.search(text) and not ASKS.search(text)))
    if understanding.intent.name == "recommendation" and _names_value(understanding):
        return CERTAINLY_ANSWERED
    if plain_wish or has_wishes(understanding) or names_kinds_alone(understanding) or _names_sum(understanding):
        return None
    if asks and not (said.skus or said.categories or said.constraints):
        return TOLD
    if understanding.intent.confidence >= SURELY_SHOPPING:
        return CERTAINLY_ANSWERED
    return ANSWERED if asks and not LOOKS_FOR.search(text) else SURELY_ANSWERED


def has_wishes(understanding: Understanding) -> bool:
    """Whether a message says what a product should cost or be first in, or asks for the price of a kind."""
    return bool(understanding.entities.budget or asked_ranking(understanding.text[:500]) or asks_price_of_kind(understanding))


def _names_sum(understanding: Understanding) -> bool:
    """Whether somebody who surely looks for goods names a sum that they may spend."""
    may = bool(understanding.entities.amounts) and may_be_spent(understanding.text[:500])
    return may and understanding.intent.confidence >= SURELY_SHOPPING


def asks_price_of_kind(understanding: Understanding) -> bool:
    """Whether the message asks what a kind of product costs and nothing else, such as what a service for it costs."""
    match = PRICE_OF.fullmatch(understanding.text[:200].strip())
    named = next((group for group in match.groups() if group), "").strip() if match else ""
    categories = {name.lower() for name in understanding.entities.categories}
    return bool(named) and (named.lower() in categories or term_index(("category",)).get(named) is not None)
