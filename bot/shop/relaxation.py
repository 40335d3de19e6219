"""When nothing meets every wish: the smallest change that yields products, found exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.shop.attributes import find_value, label
from bot.shop.product_search import Family, Found, Wish, meeting, named, search_products
from bot.shop.units import quantities, quantity
from bot.shop.wording import format_price
from bot.types import Constraint, LanguageCode, Product

_SOLD_OUT, _BUDGET, _MEASURE, _TRAIT = 0.1, 0.2, 0.4, 1.0
_AS_NEAR = {"budget": _BUDGET + 0.5}
"""How far other products may be outside the budget when the nearest one is nearer."""
_STRETCH = 1.0
"""A budget given up is still not ignored: what costs more than twice as much is no alternative."""


@dataclass(frozen=True, slots=True)
class _Miss:
    """A wish that a product does not meet, and how far it is from it."""

    name: str
    distance: float


def smallest_change(families: Mapping[str, Family], pool: Sequence[str], wish: Wish) -> Found:
    """What of ``pool`` can be had by giving up as few wishes as possible and, of these, the least.

    Every product is weighed by the wishes that it misses: a price or a measure by how far it is off. The best one's misses
    are what is given up; every product that misses nothing else is found, in the pool's order. Wishes for absence and the
    category are never given up.
    """
    negated = [one for one in wish.constraints if one.negated]
    kept = [sku for sku in pool if all(meeting((families[sku],), one)[0] for one in negated)]
    droppable = [one for one in wish.constraints if not one.negated]
    met = {one: dict(zip(kept, meeting((families[sku] for sku in kept), one), strict=True)) for one in droppable}
    missed: dict[str, tuple[_Miss, ...]] = {}
    for sku in kept:
        product = families[sku][0]
        money = _money(product, wish)
        if money is None:
            continue
        misses = [_Miss(named(one), _away(product, one)) for one in droppable if not met[one][sku]]
        if wish.in_stock and product.stock == 0:
            misses.append(_Miss("stock", _SOLD_OUT))
        missed[sku] = (*misses, *([_Miss("budget", _BUDGET + money)] if money else []))
    if not missed:
        return Found(())
    nearest = min(missed, key=lambda sku: (len(missed[sku]), sum(miss.distance for miss in missed[sku])))
    allowed = {miss.name: max(miss.distance, _AS_NEAR.get(miss.name, _TRAIT)) for miss in missed[nearest]}
    skus = tuple(sku for sku, misses in missed.items() if all(one.distance <= allowed.get(one.name, -1) for one in misses))
    return Found(skus, tuple(allowed), nearest)


def beyond_the_budget(families: Mapping[str, Family], candidates: Sequence[str], wish: Wish) -> Found | None:
    """What meets every wish but the budget, however far: one wish given up says more than several."""
    free = search_products(families, replace(wish, budget=None), candidates)
    priced = [sku for sku in free.skus if families[sku][0].price is not None]
    if not priced:
        return None
    cheapest = min(priced, key=lambda sku: families[sku][0].price or 0.0)
    return Found(tuple(priced), ("budget",), cheapest)


def _money(product: Product, wish: Wish) -> float | None:
    """By which share the price is outside the budget; 0 inside it, None where it is too far or not known."""
    if wish.budget is None:
        return 0.0
    if product.price is None or (wish.currency and product.currency and wish.currency != product.currency):
        return None
    least, most = wish.budget
    over = product.price / most - 1 if most else 0.0
    under = least / product.price - 1 if least and product.price else 0.0
    away = max(over, under, 0.0)
    return away if away <= _STRETCH + 1e-9 else None


def _away(product: Product, constraint: Constraint) -> float:
    wanted, own = _wanted(constraint), _own(product, constraint)
    if wanted is None or own is None or not wanted:
        return _TRAIT
    return _MEASURE + min(abs(own - wanted) / abs(wanted), 1.0) * (_TRAIT - _MEASURE)


def _wanted(constraint: Constraint) -> float | None:
    if isinstance(constraint.value, str):
        return None
    return quantity(constraint.value, None if constraint.unit == "people" else constraint.unit).value


def _own(product: Product, constraint: Constraint) -> float | None:
    written = find_value(product.attributes, constraint.attribute)
    found = quantities(written) if written else ()
    return found[-1].value if found else None


def change_words(product: Product, wish: Wish, relaxed: Sequence[str], language: LanguageCode) -> str | None:
    """What to change, with figures, where that is one price or measure: "a budget of 329 CNY instead of 300 CNY"."""
    zh = language == "zh"
    if tuple(relaxed) == ("budget",) and wish.budget and product.price is not None:
        least, most = wish.budget
        limit = most if most is not None and product.price > most else least
        if limit is None:
            return None
        before, after = (format_price(amount, product.currency, language) for amount in (limit, product.price))
        return f"预算从 {before} 调整到 {after}" if zh else f"a budget of {after} instead of {before}"
    named_one = next((one for one in wish.constraints if len(relaxed) == 1 and named(one) == relaxed[0]), None)
    value = find_value(product.attributes, named_one.attribute) if named_one and _wanted(named_one) is not None else None
    if named_one is None or value is None:
        return None
    name = label(named_one.attribute, language)
    if named_one.unit == "people":
        before = f"{_wanted(named_one):g}"
        return f"{name}从 {before} 调整到 {value}" if zh else f"a size for {value} people instead of {before}"
    return f"{name}从“{named(named_one)}”调整到 {value}" if zh else f"{name.lower()} {value} instead of “{named(named_one)}”"
