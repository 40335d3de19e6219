"""Sale prices and the time for which they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.shop.wording import format_date, format_price
from bot.types import LanguageCode, Product

_DAY = len("2026-01-31")


def priced(product: Product, now: datetime) -> Product:
    """The product as it is sold at ``now`` (with a zone): during its sale ``price`` is the sale's, ``list_price`` the other."""
    if product.sale_price is None or product.price is None:
        return product
    starts, ends = _starts(product), _ends(product)
    if (starts is not None and now < starts) or (ends is not None and now >= ends):
        return product
    return replace(product, price=product.sale_price, list_price=product.price)


def next_change(products: Iterable[Product], now: datetime) -> datetime | None:
    """When the first sale after ``now`` begins or ends; None where none does."""
    moments = (moment for one in products if one.sale_price is not None for moment in (_starts(one), _ends(one)))
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def sale_facts(product: Product, language: LanguageCode) -> Iterator[tuple[str, str]]:
    """What may be said of a sale that is on: the price outside it and its last day."""
    if product.list_price is None:
        return
    yield "Regular price" if language == "en" else "原价", format_price(product.list_price, product.currency, language)
    if product.sale_ends:
        yield "Sale until" if language == "en" else "促销截止", format_date(product.sale_ends, language)


def _starts(product: Product) -> datetime | None:
    return _moment(product.sale_starts) if product.sale_starts else None


def _ends(product: Product) -> datetime | None:
    """The first moment after the sale: a day alone is part of it."""
    if not product.sale_ends:
        return None
    return _moment(product.sale_ends) + (timedelta(days=1) if len(product.sale_ends) == _DAY else timedelta())


def _moment(written: str) -> datetime:
    """A time without a zone is the one of the machine that the shop runs on."""
    return datetime.fromisoformat(written).astimezone(UTC)
