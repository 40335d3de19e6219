"""Orders as they are compared, read from their rows and put into words."""

from __future__ import annotations

import hmac
import re
import unicodedata
from typing import Any

from sqlalchemy import Engine, select

from bot.shop.names import called_in
from bot.shop.records import Order, OrderItem, Transaction
from bot.shop.status import status_words
from bot.shop.wording import format_date, format_price, mask_address, mask_phone
from bot.store.shop import orders
from bot.types import Evidence, LanguageCode

_EXAMPLES = 200
SHORTEST_PHONE = 7


def order_key(order_id: str) -> str:
    """An order number as it is compared: without case, spaces, dashes and ``#``."""
    return re.sub(r"[\s#＃_\-]+", "", unicodedata.normalize("NFKC", order_id)).casefold()[:200]


def email_key(email: str) -> str:
    """An e-mail address as it is compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def same_phone(given: str, stored: str) -> bool:
    """Whether two spellings are one number: a country code or trunk zero may be missing on one side."""
    first, second = sorted((phone_digits(given), phone_digits(stored)), key=len)
    if len(first) < SHORTEST_PHONE:
        return False
    return hmac.compare_digest(first, second) or (8 <= len(first) and len(second) - len(first) <= 3 and second.endswith(first))


def phone_digits(phone: str) -> str:
    """The national digits of a phone number."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone)).lstrip("0")


def order_examples(engine: Engine) -> tuple[str, ...]:
    """Some order numbers of the shop, from which their shape can be learnt."""
    with engine.connect() as connection:
        return tuple(connection.execute(select(orders.c.order_id).limit(_EXAMPLES)).scalars())


def order_from_row(row: Any) -> Order:
    """An order from its row."""
    fields = {name: value for name, value in row.items() if name not in ("order_key", "location", "fingerprint", "items")}
    items, moved = (OrderItem(**item) for item in row["items"]), (Transaction(**one) for one in fields.pop("transactions"))
    return Order(items=tuple(items), transactions=tuple(moved), **fields)


_LABELS: dict[str, tuple[str, str]] = {
    "order": ("Order number", "订单号"),
    "status": ("Status", "状态"),
    "placed": ("Placed on", "下单日期"),
    "item": ("Item", "商品"),
    "total": ("Total", "总金额"),
    "payment": ("Payment", "支付方式"),
    "carrier": ("Carrier", "快递公司"),
    "tracking": ("Tracking number", "快递单号"),
    "delivered": ("Delivered on", "签收日期"),
    "address": ("Delivery address", "收货地址"),
    "phone": ("Phone", "电话"),
}


def order_evidence(order: Order, language: LanguageCode) -> Evidence:
    """An order as one fact a line in ``language``; address and phone masked, the e-mail left out."""
    facts: list[tuple[str, str | None]] = [
        ("order", order.order_id),
        ("status", status_words(order.status, language)),
        ("placed", order.placed_at and format_date(order.placed_at, language)),
        *(("item", _item_words(item, order.currency, language)) for item in order.items),
        ("total", None if order.total is None else format_price(order.total, order.currency, language)),
        ("payment", order.payment and called_in(order.payment, language)),
        ("carrier", order.carrier and called_in(order.carrier, language)),
        ("tracking", order.tracking),
        ("delivered", order.delivered_at and format_date(order.delivered_at, language)),
        ("address", order.address and mask_address(order.address)),
        ("phone", order.phone and mask_phone(order.phone)),
    ]
    place, colon = (0, ": ") if language == "en" else (1, "：")
    lines = [f"{_LABELS[name][place]}{colon}{value}" for name, value in facts if value]
    title = f"Order {order.order_id}" if language == "en" else f"订单 {order.order_id}"
    return Evidence(f"order:{order.order_id}", "order", "orders", title, "\n".join(lines), language)


def _item_words(item: OrderItem, currency: str | None, language: LanguageCode) -> str:
    zh = language == "zh"
    options = ("、" if zh else ", ").join(value for value in item.options.values() if value)
    name = (item.title or item.sku) + (f"（{options}）" if options and zh else f" ({options})" if options else "")
    price = "" if item.price is None else ("，单价 " if zh else ", ") + format_price(item.price, currency, language)
    return f"{name} × {item.quantity}{price}" + (" each" if price and not zh and item.quantity > 1 else "")
