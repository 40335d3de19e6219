"""Products side by side: the attributes in which they differ, and what each is best at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.shop.attributes import LINKS, find_value, label, split_name
from bot.shop.catalogue import stock_words
from bot.shop.reviews import WELL_RATED, Opinions, rating_words
from bot.shop.wording import format_price
from bot.types import LanguageCode, Product

UNKNOWN = "–"
_NAMES = {"price": ("Price", "价格"), "stock": ("Stock", "库存"), "rating": ("Rating", "评分")}


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """Products side by side: ``columns`` are product titles, each row is an attribute's name with one value a column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def comparison_table(
    products: Sequence[Product], opinions: Opinions, language: LanguageCode, wanted: Sequence[str] = ()
) -> ComparisonTable:
    """The price, where one is known, then what differs: rating, stock, brand, category, attributes; ``–`` for what is not.

    Attributes that the customer named (``wanted``) come right after the price, also where they are the same.
    """
    columns = _columns(products)
    named = [label(columns.get(split_name(name)[0], name), language) for name in wanted]
    rows = [row for row in _rows(products, opinions, language) if any(value != UNKNOWN for value in row[1])]
    kept = [row for row in rows if row[0] in (*_NAMES["price"], *named) or len(set(map(str.lower, row[1]))) > 1]
    order = {name: place for place, name in enumerate(named, 1)}
    kept.sort(key=lambda row: 0 if row[0] in _NAMES["price"] else order.get(row[0], len(order) + 1))
    return ComparisonTable(_column_titles(products), tuple(kept))


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
    yield label("category", language), tuple(product.category.rpartition(" > ")[2] or UNKNOWN for product in products)
    for name, column in _columns(products).items():
        if name not in LINKS:
            yield label(column, language), tuple(find_value(product.attributes, name) or UNKNOWN for product in products)


def _columns(products: Sequence[Product]) -> dict[str, str]:
    """The attributes that any of the products has, with the first column that holds each."""
    columns: dict[str, str] = {}
    for column in (column for product in products for column in product.attributes):
        columns.setdefault(split_name(column)[0], column)
    return columns


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


def drawbacks(
    products: Sequence[Product], wanted: Sequence[str], opinions: Opinions, language: LanguageCode
) -> tuple[str, ...]:
    """For each product what it lacks beside the others, from facts: the worst rated, a feature the others have.

    ``wanted`` are attributes that the customer named: where the shop says nothing of one, that is said.
    """
    zh = language == "zh"
    lacking = [name for name in _columns(products) if any(_says(product, name, _YES) for product in products)]
    ratings = [opinions.ratings.get(product.sku) for product in products]
    worst = _only_best([-round(rating.mean, 1) if rating else None for rating in ratings])
    said = []
    for place, product in enumerate(products):
        rating = ratings[place]
        parts = []
        asked = (name for name in wanted if name != "brand")  # which every title or row has
        unknown = [label(name, language) for name in asked if not find_value(product.attributes, name)]
        if unknown:
            parts.append(f"没有标明{'、'.join(unknown)}" if zh else f"{', '.join(unknown).lower()} not stated")
        without = [label(name, language) for name in lacking if _says(product, name, _NO)]
        if without:
            parts.append(f"没有{'、'.join(without)}" if zh else f"no {', '.join(without).lower()}")
        if place == worst and rating and rating.mean < WELL_RATED and len(products) > 2:
            words = rating_words(rating, language)
            parts.append(f"评分在其中最低：{words}" if zh else f"lowest rated of these: {words}")
        said.append(("；" if zh else "; ").join(parts[:2]))
    return tuple(said)


_YES, _NO = frozenset({"yes", "true", "是", "有", "支持"}), frozenset({"no", "false", "否", "无", "不支持"})


def _says(product: Product, name: str, words: frozenset[str]) -> bool:
    return (find_value(product.attributes, name) or "").lower() in words


def _only_best(values: Sequence[float | None]) -> int | None:
    """The place of the one highest value where every value is known, else None."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(known) < 2 or known.count(max(known)) > 1:
        return None
    return known.index(max(known))
