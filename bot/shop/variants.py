"""Variants: the products that differ in colour or size alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.shop.attributes import find_value
from bot.text.phrases import plain
from bot.types import Product

VARYING = ("color", "size")
OF_COLOUR = re.compile(r"\bcolou?rs?\b|颜色|色", re.IGNORECASE)
_LETTERS = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "2XL", "XXXL", "3XL")
_FILLING = re.compile(r"\b(?:size|colou?r)\b|尺码|[码号]|[\s,，、/()（）-]+", re.IGNORECASE)


def line_of(product: Product) -> str:
    """A name shared by the variants of one product and by no other: its brand and title without colour and size."""
    if product.variant_group:
        return f"group|{product.variant_group}"
    name = plain(product.title, 200).lower()
    for attribute in VARYING:
        value = find_value(product.attributes, attribute)
        if value and len(value) <= 24:
            folded = re.escape(plain(value).lower())
            name = re.sub(rf"(?<![a-z0-9]){folded}(?![a-z0-9])", " ", name)
    return f"{product.brand.lower()}|{_FILLING.sub(' ', name).strip()}"


def choice_of(products: Sequence[Product], asked: str) -> tuple[str, ...]:
    """The colours or sizes of ``products``, whichever are ``asked`` for, the smallest size first; none where one has none."""
    name = "color" if OF_COLOUR.search(asked) else "size"
    values = [find_value(product.attributes, name) for product in products]
    told = tuple(dict.fromkeys(value for value in values if value))
    if None in values or "" in values:
        return ()
    letters = [value.upper() for value in told]
    return tuple(sorted(told, key=lambda value: _LETTERS.index(value.upper()))) if set(letters) <= set(_LETTERS) else told


def lines(families: Mapping[str, Sequence[Product]]) -> dict[str, tuple[str, ...]]:
    """SKU → the SKUs of its line, itself among them."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for sku, family in families.items():
        grouped[line_of(family[0])].append(sku)
    return {sku: tuple(members) for members in grouped.values() for sku in members}
