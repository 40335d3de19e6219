"""The owner's say in what is recommended: what goes first among equals, what is never shown, what earns more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.types import Product

_BOOST = 0.15
_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class MerchandisingRules:
    """``boost`` and ``exclude`` name SKUs, brands or categories in either language; case does not matter."""

    boost: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    by_margin: bool = False

    @classmethod
    def of(cls, boost: Iterable[str], exclude: Iterable[str], by_margin: bool) -> MerchandisingRules:
        """From the lists as the owner wrote them."""
        return cls(frozenset(map(str.lower, boost)), frozenset(map(str.lower, exclude)), by_margin)

    def excluded(self, family: Sequence[Product]) -> bool:
        """Whether the product of these rows is never recommended."""
        return bool(self.exclude) and any(not self.exclude.isdisjoint(_names(row)) for row in family)

    def bonus(self, family: Sequence[Product]) -> float:
        """What the rules add to a score of about 1: never enough to pass over what fits clearly better."""
        boosted = bool(self.boost) and any(not self.boost.isdisjoint(_names(row)) for row in family)
        margin = family[0].margin if self.by_margin and family else None
        return _BOOST * boosted + _MARGIN * (margin or 0.0)


def _names(product: Product) -> set[str]:
    return {product.sku.lower(), product.brand.lower(), product.category.lower()} - {""}
