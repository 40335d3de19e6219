"""Finding products by what the customer insists on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from bot.shop.attributes import find_value, mentions, mentions_folded, scale_of, split_name, tells_what_is_absent
from bot.shop.kinds import head_of_category, kind_key, kinds_of
from bot.shop.product_facts import facts_of, people_told
from bot.shop.size_range import holds_size
from bot.shop.units import intervals, quantities, quantity
from bot.text.phrases import term_index
from bot.types import Constraint, Product

Family = tuple[Product, ...]
_NEAR = 0.15  # "about 2 kg": a number asked for exactly may differ by this share
_CORE = frozenset({"brand", "category", "title", "sku"})
_ROOM = 1.5  # a tent for six is still one for four
_YES, _NO = frozenset({"yes", "是"}), frozenset({"no", "none", "false", "n/a", "-", "–", "否", "无", "不", "不支持"})


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
    """SKUs that fit. ``relaxed`` names what was given up: ``budget``, ``stock`` or a constraint in the customer's words.

    ``nearest`` is then the one that is closest to what was wished for.
    """

    skus: tuple[str, ...]
    relaxed: tuple[str, ...] = ()
    nearest: str | None = None


def search_products(families: Mapping[str, Family], wish: Wish, candidates: Sequence[str] | None = None) -> Found:
    """The SKUs that meet every wish, in the order of ``candidates`` (None: the whole catalogue)."""
    pool = pool_of(families, wish, candidates)
    fitting = [sku for sku in pool if _buyable(families[sku][0], wish)]
    for constraint in wish.constraints:
        verdicts = meeting((families[sku] for sku in fitting), constraint)
        fitting = [sku for sku, verdict in zip(fitting, verdicts, strict=True) if verdict]
    return Found(tuple(fitting))


def pool_of(families: Mapping[str, Family], wish: Wish, candidates: Sequence[str] | None = None) -> list[str]:
    """The candidates (None: the whole catalogue) that are in the wish's category."""
    names = (wish.category, *wish.category_names) if wish.category else ()
    known = (sku for sku in (families if candidates is None else candidates) if sku in families)
    return [sku for sku in known if not names or _named(families[sku], names)]


def _named(family: Family, names: Sequence[str]) -> bool:
    return any(in_category(one, name) for one in family for name in names)


def _buyable(product: Product, wish: Wish) -> bool:
    if wish.in_stock and product.stock == 0:
        return False
    return not wish.budget or _affordable(product, wish.budget, wish.currency)


def named(constraint: Constraint) -> str:
    """A constraint in the customer's own words, else its value."""
    return constraint.text or f"{constraint.value}{f' {constraint.unit}' if constraint.unit else ''}"


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
    if (
        wanted == own
        or own.startswith(f"{wanted} >")
        or any(wanted == part.strip() for part in own.replace("/", ">").split(">"))
    ):
        return True
    keys = _kind_keys(wanted)
    return head_of_category(own) in keys or not kinds_of(product).isdisjoint(keys)


def members_of(families: Mapping[str, Family], category: str) -> frozenset[str]:
    """The SKUs of a category, with all that is in it under its name in the other language; of a kind, those of that kind."""
    wanted = category.strip().lower()
    inside = {sku for sku, family in families.items() if any(in_category(row, category) for row in family)}
    own = {sku for sku in inside if any(f"{row.category.lower()} >".startswith(f"{wanted} >") for row in families[sku])}
    names = {row.category.lower() for sku in own for row in families[sku] if row.category}
    if not names:
        return frozenset(inside)
    return frozenset(sku for sku, family in families.items() if any(row.category.lower() in names for row in family))


@lru_cache(maxsize=4096)
def _kind_keys(category: str) -> frozenset[str]:
    """A kind and what else it is called in both languages."""
    term = term_index(("category",)).get(category)
    return frozenset(kind_key(name) for name in (category, *(term.forms if term else ())))


def satisfies(family: Family, constraint: Constraint) -> bool:
    """Whether a product meets one constraint. What the catalogue doesn't say is not met, unless it was to be absent."""
    return meeting((family,), constraint)[0]


def meeting(products: Iterable[Family], constraint: Constraint) -> list[bool]:
    """For each product whether it :func:`satisfies` the constraint; each written value is judged once.

    What none of them says in words may stand there in figures: of several kettles, the quiet ones are those of less noise.
    """
    holds, listed = _judge(constraint), list(products)
    told = [any(map(holds, family)) for family in listed]
    if not any(told) and constraint.attribute == "feature" and (scale := scale_of(str(constraint.value))):
        told = _better_half(listed, *scale)
    return [verdict != constraint.negated for verdict in told]


def _better_half(products: Sequence[Family], attribute: str, most: bool) -> list[bool]:
    """For each product whether its measure is in the better half of those that have one, which must differ."""
    written = [next((value for row in family if (value := find_value(row.attributes, attribute))), "") for family in products]
    measured = [found[0].value if (found := quantities(value)) else None for value in written]
    known = [value for value in measured if value is not None]
    if len(set(known)) < 2:
        return [False] * len(products)
    middle = median(known)
    better, best = (operator.gt, max(known)) if most else (operator.lt, min(known))
    return [value is not None and (value == best or better(value, middle)) for value in measured]


def _judge(constraint: Constraint) -> Callable[[Product], bool]:
    name, value = split_name(constraint.attribute)[0], str(constraint.value)
    number = _number(constraint.value)
    judged: dict[str, bool] = {}
    if name == "price":
        return lambda product: product.price is not None and _compare(product.price, constraint)
    if name == "category":
        return lambda product: in_category(product, value)
    measured = constraint.relation != "=" or (constraint.unit is not None and number is not None)
    if measured and number is None:
        return lambda product: False

    def of_value(written: str) -> bool:
        if written not in judged:
            judged[written] = (
                _measures([written], constraint, number or 0.0, named=True) if measured else _same(written, constraint)
            )
        return judged[written]

    def holds(product: Product) -> bool:
        facts = facts_of(product)
        own = (getattr(product, name) if name in _CORE else None) or facts.values.get(name)
        if own is not None or tells_what_is_absent(constraint.attribute):  # of what nobody says, nothing is known to be absent
            return own is not None and of_value(own)
        if constraint.unit == "people":
            return _measures(people_told(facts.words), constraint, number or 0.0, named=True)
        if measured:
            return _measures(list(facts.values.values()), constraint, number or 0.0, named=False)
        return (number is None or name == "feature") and mentions_folded(facts.words, value)

    return holds


def _same(written: str, constraint: Constraint) -> bool:
    value = str(constraint.value)
    if split_name(constraint.attribute)[0] == "size":
        return holds_size(written, value, constraint.text)
    if value.lower() in _YES:
        return bool(written.strip()) and written.strip().lower() not in _NO
    asked, owned = quantities(value), quantities(written)
    if asked and len(asked) == 1 and owned and value.strip()[:1].isdigit():
        return any(own.dimension == asked[0].dimension and abs(own.value - asked[0].value) < 1e-6 for own in owned)
    return mentions(written, value)


def _measures(written: Sequence[str], constraint: Constraint, number: float, named: bool) -> bool:
    """Compares in base units: the ``named`` attribute's value, else the only value of the same dimension."""
    wanted = quantity(number, None if constraint.unit == "people" else constraint.unit)
    if not named and wanted.dimension is None:
        return False
    accepted = (wanted.dimension, None) if named else (wanted.dimension,)
    measured = {(low.value, high.value) for value in written for low, high in intervals(value) if high.dimension in accepted}
    if not named and len(measured) != 1:
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
