"""The catalogue: every product in memory, in both languages where the shop wrote both, as evidence and as documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from bot.shop.attributes import LINKS, label, split_name, value_with_unit
from bot.shop.reviews import Rating, rating_words
from bot.shop.sales import next_change, priced, sale_facts
from bot.shop.wording import format_price
from bot.store.shop import products, revision
from bot.types import Evidence, LanguageCode, Product
from knowledge_base.types import Document, Section

LOCATION = "catalogue://"


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """``until``: when a sale begins or ends, and the prices are no longer these."""

    revision: int
    families: Mapping[str, tuple[Product, ...]]
    until: datetime | None


class Catalogue:
    """Reads products from SQL and keeps them in memory until a load changes them.

    A SKU may have one row per language; where both exist the asked-for language is given, else the one there is.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._clock = engine, clock
        self._snapshot: _Snapshot | None = None

    @property
    def revision(self) -> int:
        """Grows whenever a load changes a product: what is derived from the catalogue is good while it stays the same."""
        return revision(self._engine, products)

    def families(self) -> Mapping[str, tuple[Product, ...]]:
        """SKU → its rows, one per language, sorted by SKU."""
        current, now, kept = self.revision, self._clock(), self._snapshot
        if kept is None or kept.revision != current or (kept.until is not None and now >= kept.until):
            rows = self._read()
            families = {sku: tuple(priced(row, now) for row in family) for sku, family in rows.items()}
            kept = _Snapshot(current, families, next_change((row for family in rows.values() for row in family), now))
            self._snapshot = kept
        return kept.families

    @property
    def currency(self) -> str | None:
        """The currency of the first product that has one; a catalogue hardly ever has several."""
        return next((row.currency for family in self.families().values() for row in family if row.currency), None)

    def get(self, sku: str, language: LanguageCode | None = None) -> Product | None:
        """The product, or None for an unknown SKU. Case matters only where two SKUs differ by nothing else."""
        families = self.families()
        family = families.get(sku) or next((rows for key, rows in families.items() if key.lower() == sku.lower()), None)
        return in_language(family, language) if family else None

    def get_many(self, skus: Iterable[str], language: LanguageCode | None = None) -> tuple[Product, ...]:
        """The known ones among ``skus``, in their order, each once."""
        found = (self.get(sku, language) for sku in dict.fromkeys(skus))
        return tuple(product for product in found if product)

    def all(self, language: LanguageCode | None = None) -> tuple[Product, ...]:
        """Every product once, sorted by SKU."""
        return tuple(in_language(family, language) for family in self.families().values())

    def title_of(self, sku: str, language: LanguageCode | None = None) -> str | None:
        """The product's title, in ``language`` where there is one, or None for an unknown SKU."""
        product = self.get(sku, language)
        return product.title if product else None

    def price_of(self, sku: str) -> float | None:
        """The product's price, or None for an unknown SKU or a product without one."""
        product = self.get(sku)
        return product.price if product else None

    def rows(self) -> tuple[Product, ...]:
        """Every row: a SKU once for each language that the shop wrote it in."""
        return tuple(product for family in self.families().values() for product in family)

    def categories(self) -> tuple[str, ...]:
        """Every category name in use, in both languages, the one with most products first."""
        counts = Counter(product.category for product in self.rows() if product.category)
        return tuple(sorted(counts, key=lambda name: (-counts[name], name)))

    def documents(self) -> Iterator[Document]:
        """Every product as a document for the knowledge base."""
        return (product_document(*family) for family in self.families().values())

    def _read(self) -> dict[str, tuple[Product, ...]]:
        families: dict[str, tuple[Product, ...]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(products).order_by(products.c.sku, products.c.language)).mappings():
                families[row["sku"]] = (*families.get(row["sku"], ()), _product(row))
        return families


def _product(row: Any) -> Product:
    return Product(**{name: value for name, value in row.items() if name not in ("location", "fingerprint")})


def in_language(family: tuple[Product, ...], language: LanguageCode | None) -> Product:
    """The row of a SKU in ``language``, else the first."""
    return next((product for product in family if product.language == language), family[0])


def sku_of(location: str) -> str | None:
    """The SKU that a document's location names, or None for another document."""
    return location.removeprefix(LOCATION) if location.startswith(LOCATION) else None


def product_document(product: Product, *translations: Product) -> Document:
    """A product for the index, at ``catalogue://SKU``: one section per language. Price and stock stay out: they change."""
    sections = tuple(
        Section(
            text="\n".join(_described(one)),
            kind="product",
            language=one.language,
            metadata={"sku": one.sku, "category": one.category, "brand": one.brand},
        )
        for one in (product, *translations)
    )
    return Document(f"{LOCATION}{product.sku}", product.sku, product.title, product.language, sections, {"sku": product.sku})


def _described(product: Product) -> Iterator[str]:
    yield product.title
    yield from _facts((("brand", product.brand), ("category", product.category)), product.language)
    if product.description:
        yield product.description
    yield from _facts(attribute_facts(product), product.language)


def attribute_facts(product: Product) -> Iterator[tuple[str, str]]:
    """The further columns that customers may read, with the unit of a column's name moved to its value."""
    told = ((name, value) for name, value in product.attributes.items() if split_name(name)[0] not in LINKS)
    return ((name, value_with_unit(name, value)) for name, value in told)


def _facts(facts: Iterable[tuple[str, str]], language: LanguageCode) -> Iterator[str]:
    colon = ": " if language == "en" else "："
    return (f"{label(name, language)}{colon}{value}" for name, value in facts if value)


def stock_words(stock: int, language: LanguageCode) -> str:
    """How many pieces there are."""
    if language == "zh":
        return f"{stock} 件" if stock else "无货"
    return f"{stock} in stock" if stock else "out of stock"


def _with_others(column: str, value: str, others: Mapping[str, Sequence[str]], language: LanguageCode) -> str:
    further = others.get(split_name(column)[0])
    if not further:
        return value
    return f"{value}（另有{'、'.join(further)}）" if language == "zh" else f"{value} (also available: {', '.join(further)})"


def product_evidence(
    product: Product,
    language: LanguageCode,
    rating: Rating | None = None,
    others: Mapping[str, Sequence[str]] | None = None,
) -> Evidence:
    """What a reply may say of a product: one fact a line, labels in ``language``, values as the shop wrote them.

    ``others`` are the further colours and sizes that there are, by attribute.
    """
    colon = ": " if language == "en" else "："
    named = ("Product", "SKU", "Price", "Stock", "Rating") if language == "en" else ("商品", "商品编号", "价格", "库存", "评分")
    price = format_price(product.price, product.currency, language)
    stock = None if product.stock is None else stock_words(product.stock, language)
    values = (product.title, product.sku, price, stock, rating and rating_words(rating, language))
    lines = [f"{name}{colon}{value}" for name, value in zip(named, values, strict=True) if value]
    lines += [f"{name}{colon}{value}" for name, value in sale_facts(product, language)]
    own = ((name, _with_others(name, value, others or {}, language)) for name, value in attribute_facts(product))
    lines += _facts((("brand", product.brand), ("category", product.category), *own), language)
    if product.description:
        lines.append(f"{'Description' if language == 'en' else '介绍'}{colon}{product.description}")
    return Evidence(
        id=f"product:{product.sku}",
        kind="product",
        source=product.sku,
        title=product.title,
        text="\n".join(lines),
        language=language,
        url=product.url,
    )
