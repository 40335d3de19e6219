"""Looking up orders with proof of identity. Without proof nothing about an order is revealed, not even that it exists."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Engine, delete, func, insert, select

from bot.shop.status import status_words
from bot.shop.wording import format_date, format_price, mask_address, mask_phone
from bot.store.shop import customers, order_attempts, orders
from bot.types import Evidence, LanguageCode, Order, OrderItem

Refusal = Literal["not_found", "locked"]
ATTEMPTS = 5
_EXAMPLES = 200
_SHORTEST_PHONE = 7
WINDOW_S = 15 * 60


def order_key(order_id: str) -> str:
    """An order number as it is compared: without case, spaces, dashes and ``#``."""
    return re.sub(r"[\s#＃_\-]+", "", unicodedata.normalize("NFKC", order_id)).casefold()[:200]


def email_key(email: str) -> str:
    """An e-mail address as it is compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def same_phone(given: str, stored: str) -> bool:
    """Whether two spellings are one number: a country code or trunk zero may be missing on one side."""
    first, second = sorted((_digits(given), _digits(stored)), key=len)
    if len(first) < _SHORTEST_PHONE:
        return False
    return hmac.compare_digest(first, second) or (8 <= len(first) and len(second) - len(first) <= 3 and second.endswith(first))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone)).lstrip("0")


class OrderDesk:
    """Reads orders for those who prove that they are theirs.

    ``clock`` gives seconds since 1970. Wrong proofs are kept in SQL, so that the lock holds across processes.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def look_up(self, order_id: str, conversation: str, email: str | None = None, phone: str | None = None) -> Order | Refusal:
        """The order, if the e-mail or phone is the one it was placed with.

        ``not_found`` alike for an unknown order and for a wrong proof. After five such answers within 15 minutes in one
        conversation, for one order number, or with one e-mail or phone: ``locked``, whatever is given.
        """
        keys, now = (order_key(order_id), *_proof_keys(email, phone)), self._clock()
        attempts = self._reserve(conversation, keys, now)
        if self._attempts(conversation, keys, now) > ATTEMPTS:
            self._release(attempts)
            return "locked"
        order = self._get(keys[0])
        if order is None or not _proved(order, email, phone):
            return "not_found"
        self._release(attempts)
        return order

    def of_customer(self, order_id: str, customer: str) -> Order | None:
        """The order, if it belongs to a customer whose identity the server has proved otherwise (a signed token)."""
        order = self._get(order_key(order_id))
        return (
            order
            if order and order.customer_id and hmac.compare_digest(order.customer_id.encode(), customer.encode())
            else None
        )

    def latest_of_customer(self, customer: str) -> Order | None:
        """The most recent order of a customer whose identity the server has proved."""
        newest = (
            select(orders).where(orders.c.customer_id == customer).order_by(orders.c.placed_at.desc().nulls_last()).limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(newest).mappings().first()
        return _order(row) if row else None

    def examples(self) -> tuple[str, ...]:
        """Some order numbers of the shop, from which their shape can be learnt."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(select(orders.c.order_id).limit(_EXAMPLES)).scalars())

    def verified(self, order_id: str) -> Order | None:
        """The order for a conversation that proved itself before: only for the state's ``verified_order``."""
        return self._get(order_key(order_id))

    def _get(self, key: str) -> Order | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(orders).where(orders.c.order_key == key)).mappings().first()
            if row is None:
                return None
            order = _order(row)
            if order.email or order.phone or not order.customer_id:
                return order
            reach = select(customers.c.email, customers.c.phone).where(customers.c.customer_id == order.customer_id)
            owner = connection.execute(reach).first()
        return replace(order, email=owner.email, phone=owner.phone) if owner else order

    def _reserve(self, conversation: str, keys: Sequence[str], now: float) -> list[int]:
        """Counts an attempt under each key before it is judged: parallel guesses then see each other.

        The conversation stands beside the first key alone, so that one attempt counts once for it.
        """
        said_in = (conversation[:200], *("" for _ in keys[1:]))
        rows = [{"conversation": one, "order_key": key, "at": now} for one, key in zip(said_in, keys, strict=True)]
        with self._engine.begin() as connection:
            connection.execute(delete(order_attempts).where(order_attempts.c.at <= now - WINDOW_S))
            made = [connection.execute(insert(order_attempts).values(row)).inserted_primary_key for row in rows]
        return [int(key[0]) for key in made if key]

    def _attempts(self, conversation: str, keys: Sequence[str], now: float) -> int:
        recent = order_attempts.c.at > now - WINDOW_S
        counted = [order_attempts.c.order_key == key for key in keys]
        if conversation:
            counted.append(order_attempts.c.conversation == conversation[:200])
        with self._engine.connect() as connection:
            queries = (select(func.count()).select_from(order_attempts).where(recent, which) for which in counted)
            return max(connection.scalar(query) or 0 for query in queries)

    def _release(self, attempts: Sequence[int]) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(order_attempts).where(order_attempts.c.id.in_(attempts)))


def _proof_keys(email: str | None, phone: str | None) -> Iterator[str]:
    """What attempts with one e-mail or one number, however it is spelt, have in common; not readable as either."""
    shared = {"email": email and email_key(email), "phone": phone and _digits(phone)[-_SHORTEST_PHONE:]}
    for kind, value in shared.items():
        if value:
            yield f"{kind}:{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()}"


def _proved(order: Order, email: str | None, phone: str | None) -> bool:
    if email and order.email and hmac.compare_digest(email_key(email).encode(), email_key(order.email).encode()):
        return True
    return bool(phone and order.phone and same_phone(phone, order.phone))


def _order(row: Any) -> Order:
    fields = {name: value for name, value in row.items() if name not in ("order_key", "location", "fingerprint", "items")}
    return Order(items=tuple(OrderItem(**item) for item in row["items"]), **fields)


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
        ("payment", order.payment),
        ("carrier", order.carrier),
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
