"""How long an order takes to come, or the money for it, from what the shop's documents say."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.generation.brief import Brief
from bot.policy.doubts import TOLD
from bot.shop.records import Order
from bot.shop.wording import mask_address
from bot.skills.outcome import Skill, TurnContext, asked_alone
from bot.types import DialogueState, IntentName, LanguageCode, Understanding
from bot.understanding.order_aspects import lacks_piece

_DELIVERY: dict[LanguageCode, str] = {"en": "How long does delivery to {place} take?", "zh": "寄到{place}要多久？"}
_REFUND: dict[LanguageCode, str] = {"en": "How long does a refund take?", "zh": "退款多久到账？"}
_LOST: dict[LanguageCode, str] = {
    "en": "My parcel says delivered but I don't have it. What now?", "zh": "包裹显示签收但没收到怎么办？"
}  # fmt: skip
_MASK = re.compile(r"\*+")


def delivery_time(answer: Skill, order: Order, understanding: Understanding, context: TurnContext) -> Brief | None:
    """What answers how long delivery to the order's region takes; None where that is unknown or not told surely."""
    place = _region(order)
    question = _DELIVERY[understanding.language.code].format(place=place)
    return _told(answer, question, "delivery", understanding, context) if place else None


def refund_time(answer: Skill, understanding: Understanding, context: TurnContext) -> Brief | None:
    """What answers how long a refund takes; None where that is not told surely."""
    return _told(answer, _REFUND[understanding.language.code], "return_refund", understanding, context)


def lost_parcel(answer: Skill, understanding: Understanding, context: TurnContext) -> Brief | None:
    """What answers what to do when a parcel is marked as delivered and did not come; None where that is not told surely.

    Nor where only a piece of it is missing, of which rules on lost parcels say nothing.
    """
    question = _LOST[understanding.language.code]
    return None if lacks_piece(understanding.text) else _told(answer, question, "order_status", understanding, context)


def _told(answer: Skill, question: str, intent: IntentName, understanding: Understanding, context: TurnContext) -> Brief | None:
    found = answer.prepare(asked_alone(understanding, question, intent), DialogueState(), replace(context, history=()))
    return found.brief if found.brief.action == "answer" and found.surety >= TOLD else None


def _region(order: Order) -> str:
    """The country, province or town of an order's address, as it is shown: without its street."""
    parts = _MASK.sub("", mask_address(order.address or "")).split(",")
    return parts[-1].strip()
