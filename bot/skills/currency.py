"""A budget in money that the shop does not price in: asked for again rather than converted by guess."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from bot.generation.brief import Line
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish
from bot.shop.wording import currency_name
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.types import DialogueState, Understanding

_NO_MONEY = re.compile(
    r"\d\s?(?:bit ?coins?|btc|eth(?:er|ereum)?|usdt|doge(?:coin)?s?|satoshis?|sats|crypto)\b"
    r"|\d\s?(?:个)?(?:比特币|以太币|狗狗币|q币|Q币)",
    re.IGNORECASE,
)


def other_currency(
    finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish
) -> Outcome | None:
    """Asks for the budget in the shop's currency where it was given in another; None where it was not."""
    used = Counter(product.currency for product in finder.catalogue.all() if product.currency)
    named = wish.currency if wish.budget else None
    strange = _NO_MONEY.search(understanding.text[:300])
    if not used or not (strange or (named and named not in used)):
        return None
    ours = currency_name(used.most_common(1)[0][0], understanding.language.code)
    brief = replace(
        brief_for("clarify", understanding, context, asks=("budget",)), lines=(Line.of("other_currency", currency=ours),)
    )
    kept = replace(state, asks=brief.asks, category=wish.category, constraints=wish.constraints)
    return Outcome(brief, replace(kept, budget=None, currency=None))
