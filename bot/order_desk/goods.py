"""The catalogue as the order desk reads it many times a turn: one snapshot, with the variants of each product at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock

from bot.shop.catalogue import Catalogue, in_language
from bot.shop.variants import lines
from bot.types import LanguageCode, Product


class Goods:
    """One revision of the catalogue: SKU → its rows, one per language."""

    def __init__(self, families: Mapping[str, tuple[Product, ...]]) -> None:
        self._families, self._lines = families, lines(families)

    def rows(self, sku: str) -> Sequence[Product]:
        """The rows of a SKU; none for an unknown one."""
        return self._families.get(sku, ())

    def get(self, sku: str, language: LanguageCode) -> Product | None:
        """The product, in ``language`` where the shop has it."""
        rows = self.rows(sku)
        return in_language(tuple(rows), language) if rows else None

    def variants(self, sku: str, language: LanguageCode) -> list[Product]:
        """The variants of the product of ``sku``, itself among them."""
        return [product for one in self._lines.get(sku, ()) if (product := self.get(one, language)) is not None]


class LiveGoods:
    """The snapshot of the catalogue's present revision."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._lock = catalogue, Lock()
        self._families: Mapping[str, tuple[Product, ...]] = {}
        self._goods = Goods({})

    def current(self) -> Goods:
        """The present one; made again only after a load."""
        families = self._catalogue.families()
        with self._lock:
            if families is not self._families:
                self._families, self._goods = families, Goods(families)
            return self._goods
