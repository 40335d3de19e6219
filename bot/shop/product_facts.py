"""What search asks of a catalogue row, worked out once: its values by attribute, and all its words folded."""

from __future__ import annotations

from dataclasses import dataclass

from bot.shop.attributes import folded, split_name, value_with_unit
from bot.types import Product

_MOST_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """``values`` by canonical attribute name, units added; ``words`` is title, description and values, folded."""

    values: dict[str, str]
    words: str


_kept: dict[int, tuple[Product, ProductFacts]] = {}


def facts_of(product: Product) -> ProductFacts:
    """The facts of a row, kept as long as the row is likely to be asked for again."""
    found = _kept.get(id(product))
    if found is not None and found[0] is product:
        return found[1]
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    values: dict[str, str] = {}
    for column, written in product.attributes.items():
        values.setdefault(split_name(column)[0], value_with_unit(column, written))
    words = folded("\n".join((product.title, product.description, *product.attributes.values())))
    facts = ProductFacts(values, words)
    _kept[id(product)] = product, facts
    return facts
