"""A budget in money that the shop does not price in: never converted by guess, and asked for beside what there is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from bot.generation.brief import Brief, Line
from bot.generation.product_text import OTHER_MONEY
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


def in_other_money(
    finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish, known: bool
) -> Outcome | None:
    """Asks for the budget in the shop's currency where no goods can be shown without it; None where they can.

    They cannot where nothing else is ``known`` of the wish, where it is one sum for goods of several kinds, and where nobody
    pays in what is named.
    """
    ours = _priced_in(finder, understanding)
    strange = _NO_MONEY.search(understanding.text[:300]) is not None
    several = len(understanding.entities.categories) > 1  # one sum for a whole set
    if ours is None or not (strange or (foreign_money(finder, understanding, wish) and (several or not known))):
        return None
    brief = replace(
        brief_for("clarify", understanding, context, asks=("budget",)), lines=(Line.of("other_currency", currency=ours),)
    )
    kept = replace(state, asks=brief.asks, category=wish.category, constraints=wish.constraints)
    return Outcome(brief, replace(kept, budget=None, currency=None))


def beside_other_money(brief: Brief, ours: str) -> Brief:
    """The goods of ``brief`` with what money they are priced in, and the question how much of it may be spent."""
    asks = tuple(dict.fromkeys(("budget", *brief.asks)))
    return replace(brief, note=OTHER_MONEY, lines=(Line.of("recommend_other_currency", currency=ours),), asks=asks)


def foreign_money(finder: ProductFinder, understanding: Understanding, wish: Wish) -> str | None:
    """The shop's own currency, in words, where the budget is in one that nothing is priced in; None elsewhere."""
    used = {product.currency for product in finder.catalogue.all() if product.currency}
    named = wish.currency if wish.budget else None
    return _priced_in(finder, understanding) if named and used and named not in used else None


def _priced_in(finder: ProductFinder, understanding: Understanding) -> str | None:
    used = Counter(product.currency for product in finder.catalogue.all() if product.currency)
    return currency_name(used.most_common(1)[0][0], understanding.language.code) if used else None
