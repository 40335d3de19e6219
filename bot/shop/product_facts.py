"""What search asks of a catalogue row, worked out once: its values by attribute, and all its words folded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.shop.attributes import folded, split_name, tells_what_is_absent, value_with_unit
from bot.types import Product

_MOST_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """``values`` by canonical attribute name, units added; ``words`` is title, description and values, folded.

    What a product is said to be without is no word of it.
    """

    values: dict[str, str]
    words: str


_PEOPLE = re.compile(
    r"(?<![\d.])\d{1,2}(?:\s?(?:[-–~]|to|or|至|到|或)\s?\d{1,2})?(?=[ -]?(?:people|persons?|adults|个?人(?!民|造|工|体)))"
)


def people_told(words: str) -> list[str]:
    """For how many people a thing is, as its words say: ``4–6`` of "for 4–6 people"."""
    return _PEOPLE.findall(words)


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
    told = (written for column, written in product.attributes.items() if not tells_what_is_absent(column))
    words = folded("\n".join((product.title, product.description, *told)))
    facts = ProductFacts(values, words)
    _kept[id(product)] = product, facts
    return facts
