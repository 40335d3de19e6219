"""Finding products by what the customer insists on. Nothing fitting, one wish is given up at a time, and which one is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.shop.attributes import find_value, mentions, split_name
from bot.shop.catalogue import attribute_facts
from bot.shop.kinds import kind_key, kinds_of
from bot.shop.units import intervals, quantities, quantity
from bot.types import Constraint, Product

Family = tuple[Product, ...]
_NEAR = 0.15  # "about 2 kg": a number asked for exactly may differ by this share
_ROOM = 1.5  # a tent for six is still one for four
_YES, _NO = frozenset({"yes", "是"}), frozenset({"no", "none", "false", "n/a", "-", "–", "否", "无", "不", "不支持"})
_STRETCH = 1.5  # a budget given up is still not ignored


@dataclass(frozen=True, slots=True)
class Wish:
    """What a product must be. ``budget`` is (least, most), each may be None; an amount without ``currency`` fits every one.

    ``category_names`` are further names of ``category``, such as the one in the other language.
    """

    budget: tuple[float | None, float | None] | None = None
    currency: str | None = None
    category: str | None = None
    constraints: tuple[Constraint, ...] = ()
    in_stock: bool = True
    category_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """SKUs that fit. ``relaxed`` names what was given up: ``budget``, ``stock`` or a constraint in the customer's words."""

    skus: tuple[str, ...]
    relaxed: tuple[str, ...] = ()


def search_products(families: Mapping[str, Family], wish: Wish, candidates: Sequence[str] | None = None) -> Found:
    """The SKUs that fit ``wish``, in the order of ``candidates`` (None: the whole catalogue).

    When nothing fits, first single wishes are dropped (stock, then attributes from the last named, then the budget by half
    as much again), then all of these together. Category and what the customer does not want are never dropped.
    """
    pool = [sku for sku in (families if candidates is None else candidates) if sku in families]
    for relaxed, eased in _relaxations(wish):
        if fitting := tuple(sku for sku in pool if fits(families[sku], eased)):
            return Found(fitting, relaxed)
    return Found(())


def _relaxations(wish: Wish) -> Iterator[tuple[tuple[str, ...], Wish]]:
    yield (), wish
    droppable = [constraint for constraint in wish.constraints if not constraint.negated]
    if wish.in_stock:
        yield ("stock",), replace(wish, in_stock=False)
    for constraint in reversed(droppable):
        kept = tuple(one for one in wish.constraints if one is not constraint)
        yield (named(constraint),), replace(wish, constraints=kept)
    eased = replace(wish, constraints=tuple(one for one in wish.constraints if one.negated))
    stretched = _stretched(wish.budget)
    if stretched:
        yield ("budget",), replace(wish, budget=stretched)
    names = tuple(named(constraint) for constraint in droppable)
    if len(names) > 1:
        yield names, eased
    if names and stretched:
        yield (*names, "budget"), replace(eased, budget=stretched)


def _stretched(budget: tuple[float | None, float | None] | None) -> tuple[float | None, float | None] | None:
    if budget is None:
        return None
    least, most = budget
    return (None if least is None else least / _STRETCH, None if most is None else most * _STRETCH)


def named(constraint: Constraint) -> str:
    """A constraint in the customer's own words, else its value."""
    return constraint.text or f"{constraint.value}{f' {constraint.unit}' if constraint.unit else ''}"


def fits(family: Family, wish: Wish) -> bool:
    """Whether a product, in any of its languages, is what the customer wants."""
    product = family[0]
    if wish.in_stock and product.stock == 0:
        return False
    if wish.budget and not _affordable(product, wish.budget, wish.currency):
        return False
    names = (wish.category, *wish.category_names) if wish.category else ()
    if names and not any(in_category(one, name) for one in family for name in names):
        return False
    return all(satisfies(family, constraint) for constraint in wish.constraints)


def _affordable(product: Product, budget: tuple[float | None, float | None], currency: str | None) -> bool:
    if product.price is None or (currency and product.currency and currency != product.currency):
        return False
    least, most = budget
    return (least is None or product.price >= least) and (most is None or product.price <= most)


def in_category(product: Product, category: str) -> bool:
    """Whether the product's category is, contains or lies under ``category``, or its title names a thing of that kind.

    ``Home > Kitchen`` paths are read.
    """
    wanted, own = category.strip().lower(), product.category.lower()
    if wanted == own or any(wanted == part.strip() for part in own.replace("/", ">").split(">")):
        return True
    return kind_key(wanted) in kinds_of(product)


def satisfies(family: Family, constraint: Constraint) -> bool:
    """Whether a product meets one constraint. What the catalogue doesn't say is not met, unless it was to be absent."""
    holds = any(_holds(product, constraint) for product in family)
    return holds != constraint.negated


def _holds(product: Product, constraint: Constraint) -> bool:
    name, _ = split_name(constraint.attribute)
    if name == "price":
        return product.price is not None and _compare(product.price, constraint)
    number = _number(constraint.value)
    if constraint.relation != "=" or (constraint.unit and number is not None):
        return number is not None and _measures(product, constraint, number)
    written = _own_value(product, name)
    if written is not None:
        return _same(written, str(constraint.value))
    described = (product.title, product.description, *product.attributes.values())
    return number is None and any(mentions(words, str(constraint.value)) for words in described)


def _own_value(product: Product, name: str) -> str | None:
    core = {"brand": product.brand, "category": product.category, "title": product.title, "sku": product.sku}
    return core.get(name) or find_value(product.attributes, name)


def _same(written: str, value: str) -> bool:
    if value.lower() in _YES:
        return bool(written.strip()) and written.strip().lower() not in _NO
    asked, owned = quantities(value), quantities(written)
    if asked and len(asked) == 1 and owned and value.strip()[:1].isdigit():
        return any(own.dimension == asked[0].dimension and abs(own.value - asked[0].value) < 1e-6 for own in owned)
    return mentions(written, value)


def _measures(product: Product, constraint: Constraint, number: float) -> bool:
    """Compares in base units: the named attribute, else the only attribute of the same dimension."""
    people = constraint.unit == "people"
    wanted = quantity(number, None if people else constraint.unit)
    own = _own_value(product, split_name(constraint.attribute)[0])
    written = [own] if own is not None else [value for _, value in attribute_facts(product)] if wanted.dimension else []
    accepted = (wanted.dimension, None) if own is not None else (wanted.dimension,)
    measured = {(low.value, high.value) for value in written for low, high in intervals(value) if high.dimension in accepted}
    if own is None and len(measured) != 1:
        return False
    return any(_reaches(low, high, wanted.value, constraint) for low, high in measured)


def _reaches(low: float, high: float, wanted: float, constraint: Constraint) -> bool:
    """Whether what goes from ``low`` to ``high`` meets the constraint. A thing for more people serves fewer, within reason."""
    if constraint.relation == "<=":
        return _RELATIONS["<="](low, wanted)
    if constraint.relation == ">=":
        return _RELATIONS[">="](high, wanted)
    if constraint.unit == "people":
        return low <= wanted <= high if low < high else wanted <= high <= wanted * _ROOM
    return low - _NEAR * abs(wanted) <= wanted <= high + _NEAR * abs(wanted)


def _compare(value: float, constraint: Constraint) -> bool:
    number = _number(constraint.value)
    return number is not None and _RELATIONS[constraint.relation](value, number)


_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda own, wanted: own <= wanted * (1 + 1e-9),
    ">=": lambda own, wanted: own >= wanted * (1 - 1e-9),
    "=": lambda own, wanted: abs(own - wanted) <= _NEAR * abs(wanted),
}


def _number(value: str | float) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    found = quantities(value)
    return found[0].value if len(found) == 1 and found[0].dimension is None else None
