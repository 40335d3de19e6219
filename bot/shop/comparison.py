"""Products side by side: the attributes in which they differ, and what each is best at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.generation.brief import ComparisonTable
from bot.shop.attributes import find_value, label, split_name
from bot.shop.catalogue import stock_words
from bot.shop.reviews import Opinions, rating_words
from bot.shop.wording import format_price
from bot.types import LanguageCode, Product

UNKNOWN = "–"
_NAMES = {"price": ("Price", "价格"), "stock": ("Stock", "库存"), "rating": ("Rating", "评分")}


def comparison_table(products: Sequence[Product], opinions: Opinions, language: LanguageCode) -> ComparisonTable:
    """Price always, then what differs: rating, stock, brand, category, attributes. ``–`` where the shop says nothing."""
    rows = [row for row in _rows(products, opinions, language) if any(value != UNKNOWN for value in row[1])]
    kept = tuple((name, values) for name, values in rows if name in _NAMES["price"] or len(set(map(str.lower, values))) > 1)
    return ComparisonTable(_column_titles(products), kept)


def _column_titles(products: Sequence[Product]) -> tuple[str, ...]:
    titles = [product.title for product in products]
    return tuple(f"{one.title} ({one.sku})" if titles.count(one.title) > 1 else one.title for one in products)


def _rows(products: Sequence[Product], opinions: Opinions, language: LanguageCode) -> Iterator[tuple[str, tuple[str, ...]]]:
    place = 0 if language == "en" else 1
    yield _NAMES["price"][place], tuple(_price(product, language) for product in products)
    yield _NAMES["rating"][place], tuple(_rating(product, opinions, language) for product in products)
    yield (
        _NAMES["stock"][place],
        tuple(UNKNOWN if product.stock is None else stock_words(product.stock, language) for product in products),
    )
    yield label("brand", language), tuple(product.brand or UNKNOWN for product in products)
    yield label("category", language), tuple(product.category or UNKNOWN for product in products)
    names = dict.fromkeys(split_name(column)[0] for product in products for column in product.attributes)
    for name in names:
        yield label(name, language), tuple(find_value(product.attributes, name) or UNKNOWN for product in products)


def _price(product: Product, language: LanguageCode) -> str:
    return UNKNOWN if product.price is None else format_price(product.price, product.currency, language)


def _rating(product: Product, opinions: Opinions, language: LanguageCode) -> str:
    rating = opinions.ratings.get(product.sku)
    return rating_words(rating, language) if rating else UNKNOWN


def advantages(products: Sequence[Product], opinions: Opinions, language: LanguageCode) -> tuple[str, ...]:
    """For each product what it alone is best at (lowest price, best rating), from facts; empty where nothing."""
    zh = language == "zh"
    currencies = {product.currency for product in products}
    cheapest = _only_best(
        [-product.price if product.price is not None and len(currencies) == 1 else None for product in products]
    )
    ratings = [opinions.ratings.get(product.sku) for product in products]
    best = _only_best([round(rating.mean, 1) if rating else None for rating in ratings])
    said = []
    for place, product in enumerate(products):
        parts = []
        if place == cheapest and product.price is not None:
            price = format_price(product.price, product.currency, language)
            parts.append(f"价格最低：{price}" if zh else f"lowest price: {price}")
        rating = ratings[place]
        if place == best and rating:
            parts.append(
                f"评分最高：{rating_words(rating, language)}" if zh else f"best rated: {rating_words(rating, language)}"
            )
        if product.stock == 0:
            parts.append("目前无货" if zh else "currently out of stock")
        said.append(("；" if zh else "; ").join(parts))
    return tuple(said)


def _only_best(values: Sequence[float | None]) -> int | None:
    """The place of the one highest value where every value is known, else None."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(known) < 2 or known.count(max(known)) > 1:
        return None
    return known.index(max(known))
