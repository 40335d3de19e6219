"""A set of products of several kinds, within one budget."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.brief import Brief, SetPrice
from bot.shop.bundle import Bundle
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish
from bot.shop.wording import format_price
from bot.skills.outcome import Outcome, TurnContext
from bot.types import DialogueState, Evidence, LanguageCode, Understanding

_MOST = 5


def wanted_kinds(finder: ProductFinder, understanding: Understanding) -> tuple[str, ...]:
    """The kinds of things that a message wants together: two to five that have no product in common, in its order."""
    kinds: list[str] = []
    for name in understanding.entities.categories:
        if finder.known_category(name) and not any(finder.same_need(name, kind) for kind in kinds):
            kinds.append(name)
    return tuple(kinds[:_MOST]) if len(kinds) > 1 else ()


def bundle_outcome(
    finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish
) -> Outcome | None:
    """The best set of what the message names together; None where it names one kind or a kind has nothing to buy.

    The state keeps no single category: a set has none.
    """
    kinds = wanted_kinds(finder, understanding)
    found = finder.bundle(wish, kinds, {}, understanding.language.code) if kinds else None
    if found is None or len({product.currency for product in found.products}) > 1:
        return None
    language = understanding.language.code
    price = _set_price(found, language)
    brief = Brief(
        action="guide",
        question=understanding.question,
        language=language,
        understanding=understanding,
        shop=context.shop,
        history=context.history,
        evidence=(*finder.evidence(found.products, language), _set_evidence(price, language)),
        products=found.products,
        reasons=finder.reasons(found.products, Wish(constraints=wish.constraints), language),
        asks=() if wish.budget else ("budget",),
        note="bundle",
        set_price=price,
    )
    skus = tuple(product.sku for product in found.products)
    return Outcome(brief, replace(state, skus=skus, asks=brief.asks, budget=wish.budget, currency=wish.currency))


def _set_price(found: Bundle, language: LanguageCode) -> SetPrice:
    currency = found.products[0].currency

    def words(amount: float) -> str:
        return format_price(amount, currency, language)

    if found.left is None:
        return SetPrice(words(found.total))
    budget = words(round(found.total + found.left, 2))
    if found.left < 0:
        return SetPrice(words(found.total), budget, over=words(-found.left))
    return SetPrice(words(found.total), budget, left=words(found.left))


def _set_evidence(price: SetPrice, language: LanguageCode) -> Evidence:
    """The sum as evidence: the figures of a set stand in no single product."""
    zh = language == "zh"
    said = (price.total, price.budget, price.left, price.over)
    named = (
        ("合计", "预算", "预算还剩", "超出预算") if zh else ("Together", "Budget", "Left of the budget", "More than the budget")
    )
    lines = [f"{name}{'：' if zh else ': '}{value}" for name, value in zip(named, said, strict=True) if value]
    return Evidence("set", "row", "catalogue", "整套价格" if zh else "Price of the set", "\n".join(lines), language)
