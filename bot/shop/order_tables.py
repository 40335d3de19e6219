"""Rows of the tables of orders and customers as records, also where cells hold whole objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from bot.shop import cells
from bot.shop.addresses import one_line, parts_of
from bot.shop.agreement import agreement
from bot.shop.cells import BadCell
from bot.shop.columns import Defaults, TableRow
from bot.shop.order_lines import written_items
from bot.shop.records import Customer, Order, OrderItem, PaymentMethod, Transaction
from bot.shop.status import status_code

_STATUSES = "pending, paid, shipped, delivered, cancelled, returned or refunded"


def read_order(known: TableRow, further: TableRow, defaults: Defaults) -> Order:
    """One row of the orders.

    Raises:
        BadCell: for a cell that cannot be read.
    """
    order_id, written = cells.required(known, "order_id"), cells.required(known, "status")
    status = status_code(written)
    if status is None:
        raise BadCell(f"status {written[:40]!r} is unknown; write one such as {_STATUSES}")
    total, currency = cells.price(known.get("total"), "total")
    items, moved = tuple(_items(known.get("items"))), tuple(_transactions(known.get("transactions")))
    address, parts = _address(known.get("address"))
    paid = next((one.method for one in moved if one.kind == "payment"), None)
    if total is None and moved:
        total = round(sum(one.amount if one.kind == "payment" else -one.amount for one in moved), 2)
    return Order(
        order_id=order_id,
        status=status,
        items=items,
        placed_at=cells.moment(known.get("placed_at"), "placed_at"),
        delivered_at=cells.moment(known.get("delivered_at"), "delivered_at"),
        total=total,
        currency=cells.currency_code(known.get("currency")) or currency or defaults.currency,
        address=address,
        address_parts=parts,
        transactions=moved,
        payment=cells.optional(known, "payment") or paid,
        tracking=cells.optional(known, "tracking") or _tracking(further.get("fulfillments")),
        customer_id=cells.optional(known, "customer_id"),
        email=cells.optional(known, "email"),
        phone=cells.optional(known, "phone"),
        carrier=cells.optional(known, "carrier"),
    )


def read_customer(known: TableRow, _further: TableRow, _defaults: Defaults) -> Customer:
    """One row of the customers.

    Raises:
        BadCell: for a cell that cannot be read.
    """
    name, (address, parts) = known.get("name"), _address(known.get("address"))
    agreed, ways = agreement(known.get("consent")) or (False, ())
    named = " ".join(filter(None, map(cells.text, name.values()))) if isinstance(name, Mapping) else cells.text(name)
    return Customer(
        customer_id=cells.required(known, "customer_id"),
        name=named,
        email=cells.optional(known, "email"),
        phone=cells.optional(known, "phone"),
        address=address,
        tags=cells.listing(known.get("tags")),
        consent=agreed,
        consent_ways=ways,
        address_parts=parts,
        payment_methods=tuple(_methods(known.get("payment_methods"))),
        birthday=_birthday(known.get("birthday")),
    )


def _birthday(value: object) -> str | None:
    """Month and day as ``MM-DD``; the year is not kept."""
    written = cells.text(value)
    short = re.fullmatch(r"(\d{1,2})[-/月](\d{1,2})日?", written)
    whole = f"2000-{int(short[1]):02}-{int(short[2]):02}" if short else value
    at = cells.moment(whole, "birthday")
    return at[5:10] if at else None


def _items(value: object) -> Iterator[OrderItem]:
    words = isinstance(value, str) and value.strip() and not value.strip().startswith(("[", "{"))
    listed = written_items(value) if words and isinstance(value, str) else cells.parsed_json(value, "items")
    if listed is None:
        return
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
        raise BadCell("items is not a JSON list of objects with sku, quantity and price")
    for item in listed:
        sku = cells.identity(item.get("sku") or item.get("item_id"), "sku")
        if not sku:
            raise BadCell("an item has no sku")
        quantity = cells.stock(item.get("quantity", 1)) or 0
        if quantity < 1:
            raise BadCell(f"quantity of {sku!r} is not 1 or more")
        options = item.get("options") or {}
        if not isinstance(options, Mapping):
            raise BadCell(f"options of {sku!r} are not a JSON object")
        named = {cells.text(name): cells.text(choice) for name, choice in options.items()}
        title = cells.text(item.get("title") or item.get("name"))
        yield OrderItem(sku, quantity, cells.price(item.get("price"))[0], title, named)


def _transactions(value: object) -> Iterator[Transaction]:
    for row in _records(value, "payment_history"):
        kind: Literal["payment", "refund"] = "refund" if cells.text(row.get("transaction_type")) == "refund" else "payment"
        amount = cells.price(row.get("amount"), "amount")[0] or 0.0
        yield Transaction(kind, amount, cells.text(row.get("payment_method_id") or row.get("method")))


def _methods(value: object) -> Iterator[PaymentMethod]:
    """Payment methods as a list, or by their id; a shop's own words for one (``Alipay``) are its id."""
    if isinstance(value, str) and not value.strip().startswith(("[", "{")):
        yield from (PaymentMethod(name) for name in cells.listing(value))
        return
    for row in _records(value, "payment_methods"):
        source = cells.text(row.get("source") or row.get("kind"))
        kind: Any = source if source in ("gift_card", "paypal", "credit_card") else "other"
        balance = cells.price(row.get("balance"), "balance")[0]
        last = cells.text(row.get("last_four") or row.get("last"))
        yield PaymentMethod(cells.text(row.get("id") or source), kind, cells.text(row.get("brand")), last, balance)


def _records(value: object, name: str) -> Sequence[Mapping[str, Any]]:
    listed = cells.parsed_json(value, name)
    if isinstance(listed, Mapping):
        listed = [{"id": key, **row} for key, row in listed.items() if isinstance(row, Mapping)]
    if listed is not None and not (isinstance(listed, list) and all(isinstance(row, Mapping) for row in listed)):
        raise BadCell(f"{name} is not a JSON list of objects")
    return listed or ()


def _address(value: object) -> tuple[str | None, Mapping[str, str]]:
    """An address as one line, and by its fields where the cell is an object of them."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = cells.parsed_json(value, "address")
    if isinstance(value, Mapping):
        parts = parts_of(value)
        return one_line(parts) or None, parts
    return cells.text(value) or None, {}


def _tracking(fulfillments: object) -> str | None:
    rows = fulfillments if isinstance(fulfillments, list) else []
    numbers = [number for row in rows if isinstance(row, Mapping) for number in cells.listing(row.get("tracking_id"))]
    return ", ".join(numbers) or None
