"""Which intents are treated alike, and how sure one must be to be taken for what a message is."""

from __future__ import annotations

from bot.types import ActionName, Understanding

SURE = 0.35
"""How sure an intent must be to be taken for what a message is."""
SURELY_ASIDE = 0.75
"""How surely a message must be none for a shop to be told so."""
SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "small_talk", "praise"})
PRODUCT_INTENTS = frozenset({"product_question", "price_promotion", "stock", "size_fit"})
SHOPPING: dict[str, ActionName] = {"recommendation": "recommend", "purchase_guide": "guide", "comparison": "compare"}
ORDER_WISHES = frozenset({"change_order", "cancel_order", "return_refund", "exchange"})
SERVICE = frozenset(
    "delivery return_refund exchange payment invoice account_membership privacy contact_hours change_order cancel_order"
    " order_status human_agent".split()
)
"""Intents that no product's record answers, unless the message speaks of goods."""
_BY_RULE = frozenset({"return_refund", "exchange", "payment", "invoice", "cancel_order"})


def surely_aside(understanding: Understanding) -> bool:
    """Whether a message is so surely none for a shop that it is told so; what broke may be the shop's."""
    surely = understanding.intent.name == "out_of_scope" and understanding.intent.confidence >= SURELY_ASIDE
    return surely and understanding.fault is None


def is_of_service(understanding: Understanding) -> bool:
    """Whether the message is surely about a service of the shop: its price is not that of the goods it names."""
    return understanding.intent.name in SERVICE and understanding.intent.confidence >= SURE


def told_by_rule(understanding: Understanding, asks_price: bool) -> bool:
    """Whether the shop's rules answer, and no product's record, even where the message names goods."""
    intent = understanding.intent.name
    by_rule = is_of_service(understanding) and (intent in _BY_RULE or (intent == "delivery" and asks_price))
    return by_rule or understanding.fault is not None
