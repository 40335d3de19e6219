"""What the shop's products have to do with each other: the knowledge graph over the catalogue, documents and purchases.

Nodes are products with their brand, category and attributes; edges come from columns of the catalogue that name other
products, from variants, and from what is bought together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.shop.attributes import find_value, folded, split_name
from bot.shop.catalogue import Catalogue
from bot.shop.reviews import OpinionReader
from bot.types import Product

Relation = Literal["compatible_with", "accessory", "alternative", "bought_together"]
_COLUMNS: dict[str, tuple[Relation, bool]] = {
    "compatible_with": ("compatible_with", True),
    "accessories": ("accessory", False),
    "accessory_of": ("accessory", True),
    "alternatives": ("alternative", False),
    "goes_with": ("bought_together", False),
}
"""Column → its relation, and whether it runs from the other product to this one (symmetric ones either way)."""
_PARTS = re.compile(r"\s*[,;|，；、\n]\s*|\s+/\s+")
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Edge:
    """``target`` is related to ``source``; ``told_by`` is the product whose record says so, None where purchases do."""

    source: str
    relation: Relation
    target: str
    told_by: str | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether two things fit. ``told_by`` is the product whose record tells; ``listed`` what that record names."""

    fits: bool
    told_by: Product
    listed: str


class ProductGraph:
    """Edges between products, kept until a load changes the catalogue."""

    def __init__(self, catalogue: Catalogue, opinions: OpinionReader) -> None:
        self._catalogue, self._opinions = catalogue, opinions
        self._kept: tuple[object, Mapping[str, tuple[Edge, ...]]] = (None, {})

    def related(self, sku: str, relation: Relation) -> tuple[str, ...]:
        """SKUs related to ``sku``, each once: those that the catalogue names first, then what is bought with it."""
        found = [edge.target for edge in self._edges().get(sku, ()) if edge.relation == relation]
        if relation == "bought_together":
            found += [other for other, _ in self._opinions.opinions().together.get(sku, ())]
        return tuple(dict.fromkeys(one for one in found if one != sku))

    def fit(self, one: Product, other: Product | None, text: str) -> Fit | None:
        """Whether ``one`` fits ``other``, or the thing that ``text`` names; None where no record tells of either.

        A record that lists what it fits and does not list the other is no proof that it does not: ``fits`` is False and
        ``listed`` says what there is.
        """
        edges = self._edges()
        if other is not None:
            for edge in edges.get(one.sku, ()):
                if edge.target == other.sku and edge.relation in ("compatible_with", "accessory") and edge.told_by:
                    return self._told(edge.told_by, one, other, fits=True)
        for product in filter(None, (one, other)):
            listed = _listing(product)
            if listed and _names_one(text, listed, product):
                return Fit(True, product, listed)
        teller = next((product for product in filter(None, (one, other)) if _listing(product)), None)
        return Fit(False, teller, _listing(teller) or "") if teller else None

    def _told(self, teller: str, one: Product, other: Product, fits: bool) -> Fit:
        product = one if teller == one.sku else other
        return Fit(fits, product, _listing(product) or "")

    def _edges(self) -> Mapping[str, tuple[Edge, ...]]:
        families = self._catalogue.families()
        if self._kept[0] is not families:
            self._kept = (families, _built(families))
        return self._kept[1]


def _listing(product: Product) -> str | None:
    """What the record says that the product fits or belongs to."""
    return find_value(product.attributes, "compatible_with") or find_value(product.attributes, "accessory_of")


def _names_one(text: str, listed: str, product: Product) -> bool:
    """Whether the text names one of the listed things, beside the product itself."""
    said = folded(text).replace(folded(product.title), " ")
    parts = (folded(part) for part in _PARTS.split(listed))
    return any(
        len(part) >= _SHORTEST_NAME and re.search(rf"(?<![a-z0-9]){re.escape(part)}(?![a-z0-9])", said) for part in parts
    )


def _built(families: Mapping[str, tuple[Product, ...]]) -> dict[str, tuple[Edge, ...]]:
    names = _names(families)
    edges: dict[str, dict[Edge, None]] = defaultdict(dict)
    for sku, family in families.items():
        for product in family:
            for relation, backwards, target in _said(product, names):
                forth, back = Edge(sku, relation, target, sku), Edge(target, relation, sku, sku)
                if relation != "accessory":
                    edges[sku][forth] = edges[target][back] = None
                elif backwards:
                    edges[target][back] = None
                else:
                    edges[sku][forth] = None
    return {sku: tuple(own) for sku, own in edges.items()}


def _names(families: Mapping[str, tuple[Product, ...]]) -> dict[str, tuple[str, ...]]:
    """Everything that a column may call a product by: SKU, title, model, variant group."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for sku, family in families.items():
        for product in family:
            model = find_value(product.attributes, "model")
            for name in (sku, product.title, model, product.variant_group):
                if name and len(name) >= _SHORTEST_NAME:
                    found[folded(name)][sku] = None
    return {name: tuple(skus) for name, skus in found.items()}


def _said(product: Product, names: Mapping[str, Iterable[str]]) -> Iterator[tuple[Relation, bool, str]]:
    for column, written in product.attributes.items():
        known = _COLUMNS.get(split_name(column)[0])
        if known is not None:
            for part in _PARTS.split(written):
                yield from ((*known, target) for target in names.get(folded(part), ()) if target != product.sku)
