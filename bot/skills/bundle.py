"""A set of products of several kinds, within one budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from bot.generation.brief import SetPrice
from bot.policy.patterns import WHOLE_SET
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish, satisfies
from bot.shop.wording import format_price
from bot.skills.listed_goods import lacking
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.skills.outfit import outfit
from bot.skills.uses import is_own
from bot.skills.wishes import remembered
from bot.text.money import Budget
from bot.types import DialogueState, Evidence, LanguageCode, Product, Understanding
from bot.understanding.refining import revises_set, swaps_part, wants_cheaper

_MOST = 5
_BESIDE, _OFTEN = 3, 0.5
"""How many kinds at most stand beside the first in a set whose kinds are not named, and how often they are bought with it."""
_LEAST_SAVED = 0.01


def wanted_kinds(finder: ProductFinder, understanding: Understanding) -> tuple[str, ...]:
    """The kinds of things that a message wants together: two to five that have no product in common, in its order."""
    kinds: list[str] = []
    text, language = understanding.question, understanding.language.code
    for name in understanding.entities.categories:
        if kinds and is_own(text, (name, *finder.goods.names_of(name, language))):
            continue  # what the others are for
        if finder.goods.known(name) and not any(finder.goods.same_need(name, kind) for kind in kinds):
            kinds.append(name)
    return tuple(kinds[:_MOST]) if len(kinds) > 1 else ()


def what_goes_with(
    finder: ProductFinder, wish: Wish, relevance: Mapping[str, float]
) -> tuple[tuple[str, ...], Mapping[str, float]]:
    """The kinds of a whole set whose parts nobody named, and how relevant products are to it.

    The first is the kind wished for, else that of what fits the words best; the others are bought with it most often. None
    where nothing is.
    """
    first = wish.category or finder.goods.kind_of(max(relevance, key=lambda sku: (relevance[sku], sku), default=""))
    inside, families = finder.goods.members(first), finder.catalogue.families()
    beside: dict[str, float] = defaultdict(float)
    for sku in sorted(inside):
        for other, often in finder.opinions().together.get(sku, ()):
            if other in families and other not in inside:
                beside[other] += often
    kinds: dict[str, float] = defaultdict(float)
    for sku, often in beside.items():
        category = families[sku][0].category
        if kind := finder.goods.kind_of(sku) if finder.goods.same_need(category, first) else category:
            kinds[kind] += often
    chosen = [first] if first else []
    for kind, often in sorted(kinds.items(), key=lambda one: (-one[1], one[0])):
        if often >= _OFTEN and len(chosen) <= _BESIDE and not any(finder.goods.same_need(kind, other) for other in chosen):
            chosen.append(kind)
    return (tuple(chosen) if len(chosen) > 1 else ()), {**relevance, **beside}


def bundle_outcome(
    finder: ProductFinder,
    understanding: Understanding,
    state: DialogueState,
    context: TurnContext,
    wish: Wish,
    relevance: Mapping[str, float],
    passages: Callable[[], Sequence[str]] = tuple,
) -> Outcome | None:
    """The best set of what the message names together, or of what goes together where it asks for a whole set.

    None where it asks for one kind or a kind has nothing to buy. ``relevance``: how well products fit the words of the message;
    ``passages``: what the shop wrote that speaks of it.
    The state keeps no single category: a set has none.
    """
    language = understanding.language.code
    kinds, fitting = _kinds(finder, understanding, state, wish, relevance, passages)
    revised = bool(kinds) and revises_set(understanding, state)
    cheaper = revised and wants_cheaper(understanding.text)
    solved = _cheaper(finder, state, wish) if cheaper and not swaps_part(understanding) else wish
    found = finder.bundle(solved, list(kinds.values()), fitting, language) if kinds else None
    if found is None or len({product.currency for product in found.products}) > 1:
        return None
    over = found.left is not None and found.left < 0
    price = _set_price(found.total, wish.budget, found.products[0].currency, language)
    note = _note(found.products, over, cheaper, revised and swaps_part(understanding), state)
    brief = replace(
        brief_for("guide", understanding, context, () if wish.budget else ("budget",), note),
        evidence=(*finder.evidence(found.products, language), _set_evidence(price, language)),
        products=found.products,
        reasons=finder.reasons(found.products, Wish(constraints=wish.constraints), language),
        set_price=price,
        lacking=lacking(finder, understanding),
    )
    skus = tuple(product.sku for product in found.products)
    return Outcome(brief, replace(remembered(state, replace(wish, category=None), skus, brief.asks), kinds=tuple(kinds)))


def _note(products: Sequence[Product], over: bool, cheaper: bool, swapped: bool, state: DialogueState) -> str:
    """What is said before the set: that it is one, that it cannot be cheaper, or that none stays within the budget."""
    if swapped and tuple(product.sku for product in products) == state.skus:
        return "bundle_no_cheaper" if cheaper else "bundle_no_other"
    return "bundle" if not over else "bundle_cheapest" if cheaper and not swapped else "bundle_over"


def _kinds(
    finder: ProductFinder,
    understanding: Understanding,
    state: DialogueState,
    wish: Wish,
    relevance: Mapping[str, float],
    passages: Callable[[], Sequence[str]],
) -> tuple[Mapping[str, Collection[str]], Mapping[str, float]]:
    """The kinds of the set that is asked for with the SKUs of each, and how well products fit; no kinds where none is."""
    kinds, fitting = wanted_kinds(finder, understanding), relevance
    if not kinds and WHOLE_SET.search(understanding.text[:500]):
        needed = outfit(finder, understanding, passages(), _MOST) if not wish.category else ({}, {})
        if needed[0]:
            return needed
        kinds, fitting = what_goes_with(finder, wish, relevance)
    if not kinds and revises_set(understanding, state):
        if swaps_part(understanding):
            return _with_other_part(finder, understanding, state), dict.fromkeys(state.skus, 1.0)
        return _still_wanted(finder, understanding, state), dict.fromkeys(state.skus, 1.0)
    return {kind: finder.goods.members(kind) for kind in kinds}, fitting


def _with_other_part(finder: ProductFinder, understanding: Understanding, state: DialogueState) -> dict[str, Collection[str]]:
    """The set in view with a choice in place of the part that is named: what is cheaper, or other; empty where none is named.

    Where there is no such thing, the part stays.
    """
    families, named = finder.catalogue.families(), understanding.entities.categories[0]
    found: dict[str, Collection[str]] = {kind: [sku] for kind, sku in zip(state.kinds, state.skus, strict=True)}
    part = next((kind for kind, (sku,) in found.items() if sku in finder.goods.members(named)), None)
    if part is None or not set(state.skus) <= families.keys():
        return {}
    sku = next(iter(found[part]))
    same = {sku, *(other.sku for other in finder.goods.variants(sku))}
    price = families[sku][0].price or 0.0
    cheaper = wants_cheaper(understanding.text[:200])
    others = [
        one
        for one in sorted(finder.goods.members(named) & finder.goods.members(families[sku][0].category) - same)
        if families[one][0].stock != 0 and (not cheaper or (families[one][0].price or price) < price)
    ]
    return {**found, part: others or [sku]}


def _still_wanted(finder: ProductFinder, understanding: Understanding, state: DialogueState) -> dict[str, Collection[str]]:
    """The kinds of the set in view whose product is not refused, then those that are to be added, with the SKUs of each.

    What takes the place of a product has to be the same kind of thing: where its kind is a whole category, it stays.
    """
    families = finder.catalogue.families()
    refused = [one for one in understanding.entities.constraints if one.attribute == "category"]
    kept: dict[str, Collection[str]] = {}
    for kind, sku in zip(state.kinds, state.skus, strict=True):
        if sku in families and all(satisfies(families[sku], one) for one in refused):
            narrow = finder.goods.kind_of(sku) or kind
            whole = any(row.category == narrow for row in families[sku])
            alike = finder.goods.members(narrow) & finder.goods.members(families[sku][0].category)
            kept[kind] = [sku, *(other.sku for other in finder.goods.variants(sku))] if whole else alike
    added = filter(finder.goods.known, understanding.entities.categories)
    new = {name: finder.goods.members(name) for name in added if not any(finder.goods.same_need(name, kind) for kind in kept)}
    return dict(list((kept | new).items())[:_MOST])


def _cheaper(finder: ProductFinder, state: DialogueState, wish: Wish) -> Wish:
    """The wish for a set below the price of the one in view."""
    total = sum(product.price or 0.0 for product in finder.catalogue.get_many(state.skus))
    return replace(wish, budget=(None, round(total - _LEAST_SAVED, 2)))


def _set_price(total: float, budget: Budget | None, currency: str | None, language: LanguageCode) -> SetPrice:
    """The sum in words, with what it leaves of a budget that names one sum."""
    said = format_price(total, currency, language)
    if budget is None or budget[1] is None or budget[0]:
        return SetPrice(said)
    left, most = round(budget[1] - total, 2), format_price(budget[1], currency, language)
    if left < 0:
        return SetPrice(said, most, over=format_price(-left, currency, language))
    return SetPrice(said, most, left=format_price(left, currency, language))


def _set_evidence(price: SetPrice, language: LanguageCode) -> Evidence:
    """The sum as evidence: the figures of a set stand in no single product."""
    zh = language == "zh"
    said = (price.total, price.budget, price.left, price.over)
    named = (
        ("合计", "预算", "预算还剩", "超出预算") if zh else ("Together", "Budget", "Left of the budget", "More than the budget")
    )
    lines = [f"{name}{'：' if zh else ': '}{value}" for name, value in zip(named, said, strict=True) if value]
    return Evidence("set", "row", "catalogue", "整套价格" if zh else "Price of the set", "\n".join(lines), language)
