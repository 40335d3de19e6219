"""What kinds of goods there are, what they are called, and which products are of which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.shop.catalogue import Catalogue
from bot.shop.kinds import as_written, kinds_of
from bot.shop.product_search import members_of
from bot.shop.variants import lines
from bot.text.phrases import has_han, term_index
from bot.types import Entities, LanguageCode, Product


class Assortment:
    """The catalogue by categories, kinds and lines. Kinds are what titles name; a line is one thing in several variants."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._members: tuple[object, dict[str, frozenset[str]]] = (None, {})  # of which families; replaced as one: threads
        self._lines: tuple[object, Mapping[str, tuple[str, ...]]] = (None, {})  # share them while a load may come between

    def spoken_of(self, said: Entities, skus: Collection[str]) -> bool:
        """Whether a message names products, or a kind that any of ``skus`` is of."""
        return bool(said.skus) or any(not self.members(kind).isdisjoint(skus) for kind in said.categories)

    def members(self, category: str | None) -> frozenset[str]:
        """The SKUs in a category, under either language's name, or of a kind that titles name; kept until a load."""
        if not category:
            return frozenset()
        families = self._catalogue.families()
        of, known = self._members
        if of is not families:
            known = {}
            self._members = families, known
        if category not in known:
            known[category] = members_of(families, category)
        return known[category]

    def category_names(self, category: str | None) -> tuple[str, ...]:
        """What a category is called in the rows, of either language, of its products; for a kind, the kind alone."""
        rows = self._catalogue.get_many(sorted(self.members(category)))
        whole = any(row.category.lower() == (category or "").lower() for family in self._families_of(rows) for row in family)
        if not whole:
            return (category,) if category and rows else ()
        return tuple(sorted({row.category for family in self._families_of(rows) for row in family if row.category}))

    def _families_of(self, products: Sequence[Product]) -> list[tuple[Product, ...]]:
        families = self._catalogue.families()
        return [families[product.sku] for product in products if product.sku in families]

    def known(self, category: str | None) -> str | None:
        """``category`` if any product is in it."""
        return category if self.members(category) else None

    def kind_of(self, sku: str) -> str | None:
        """The narrowest kind of a product that others are of too, else its category."""
        family = self._catalogue.families().get(sku)
        if family is None:
            return None
        kinds = sorted((kind for row in family for kind in kinds_of(row) if len(kind) > 1), key=lambda kind: (-len(kind), kind))
        own = {product.sku for product in self.variants(sku)} | {sku}
        return next((as_written(kind) for kind in kinds if self.members(kind) > own), family[0].category or None)

    def names_of(self, category: str, language: LanguageCode) -> tuple[str, ...]:
        """What a category or kind may be called in a text of ``language``, its own name or its synonym first."""
        terms = term_index(("category",))
        named = [term for name in (category, *self.category_names(category)) if (term := terms.get(name))]
        shown = [term.shown(language) for term in named]
        forms = [form for term in named for form in term.forms]
        own = [name for name in (category, *self.category_names(category)) if has_han(name) == (language == "zh")]
        return tuple(dict.fromkeys((*shown, *own, *forms))) or (category,)

    def same_need(self, one: str | None, other: str | None) -> bool:
        """Whether two names of categories or kinds have a product in common."""
        return bool(self.members(one) & self.members(other))

    def variants(self, sku: str) -> tuple[Product, ...]:
        """The other products of its line: the same thing in another colour or size."""
        families = self._catalogue.families()
        of, known = self._lines
        if of is not families:
            known = lines(families)
            self._lines = families, known
        return tuple(families[other][0] for other in known.get(sku, ()) if other != sku)

    def one_of_each_line(self, skus: Iterable[str]) -> tuple[str, ...]:
        """The first of each line among the products, in their order."""
        kept: list[str] = []
        known: set[str] = set()
        for sku in skus:
            if sku not in known:
                kept.append(sku)
                known |= {sku, *(one.sku for one in self.variants(sku))}
        return tuple(kept)
