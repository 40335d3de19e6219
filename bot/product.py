"""What a shop sells: the noun under all others of :mod:`bot.types`, where everyone takes it from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

LanguageCode = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Product:
    """One row of the catalogue. ``attributes`` holds every further column, as written.

    ``price`` is what is paid, in ``currency``: while a sale lasts the sale's, and ``list_price`` the one outside it. As loaded,
    ``price`` is the one outside it and ``sale_price`` holds from ``sale_starts`` to ``sale_ends`` (ISO 8601, None: open).
    Products of one ``variant_group`` are one thing in several colours or sizes. ``margin`` is the shop's share of the price,
    in [-1, 1]; no customer sees it.
    """

    sku: str
    title: str
    description: str = ""
    brand: str = ""
    category: str = ""
    price: float | None = None
    currency: str | None = None
    stock: int | None = None
    url: str | None = None
    image: str | None = None
    language: LanguageCode = "en"
    attributes: Mapping[str, str] = field(default_factory=dict)
    list_price: float | None = None
    sale_price: float | None = None
    sale_starts: str | None = None
    sale_ends: str | None = None
    variant_group: str | None = None
    margin: float | None = None
