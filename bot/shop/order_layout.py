"""The loaded orders and customers as one JSON object in the layout of τ-bench retail: ``orders`` and ``users`` by their ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from bot.shop.addresses import PARTS
from bot.shop.orders import order_from_row
from bot.shop.records import Order
from bot.store import shop as sql

_STATUSES = {"pending_items_modified": "pending (item modified)"}


class OrderLayout:
    """Reads what the order desk's changes left in the shop's own database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self) -> dict[str, dict[str, Any]]:
        """``orders`` and ``users`` as they are now; what :mod:`bot.shop.loading` reads again as one file."""
        listed = select(sql.orders).order_by(sql.orders.c.order_id)
        known = select(sql.customers).order_by(sql.customers.c.customer_id)
        with self._engine.connect() as connection:
            orders = [order_from_row(row) for row in connection.execute(listed).mappings()]
            customers = [dict(row) for row in connection.execute(known).mappings()]
        return {
            "orders": {order.order_id: _order(order) for order in orders},
            "users": {row["customer_id"]: _user(row, orders) for row in customers},
        }


def _order(order: Order) -> dict[str, Any]:
    moved = [
        {"transaction_type": one.kind, "amount": one.amount, "payment_method_id": one.method} for one in order.transactions
    ]
    items = [
        {"name": item.title, "item_id": item.sku, "price": item.price, "options": dict(item.options)}
        for item in order.items
        for _ in range(item.quantity)
    ]
    shown = {
        "order_id": order.order_id,
        "user_id": order.customer_id,
        "address": _address(order.address, dict(order.address_parts)),
        "items": items,
        "fulfillments": [{"tracking_id": order.tracking.split(", ")}] if order.tracking else [],
        "status": _STATUSES.get(order.status, order.status.replace("_", " ")),
        "payment_history": moved,
    }
    return shown | _noted(dict(order.changes))


def _noted(changes: dict[str, Any]) -> dict[str, Any]:
    """What was asked for since; the way of paying under the name of the return or exchange that it belongs to."""
    method = changes.pop("payment_method", None)
    for asked, name in (("return_items", "return_method"), ("exchange_items", "exchange_method")):
        if method and asked in changes:
            changes[name] = method
    return changes


def _user(row: dict[str, Any], orders: list[Order]) -> dict[str, Any]:
    first, _, last = row["name"].rpartition(" ")
    methods = {
        one["id"]: {"source": one["kind"], "id": one["id"]}
        | ({"brand": one["brand"], "last_four": one["last"]} if one["last"] else {})
        | ({"balance": one["balance"]} if one["balance"] is not None else {})
        for one in row["payment_methods"]
    }
    return {
        "name": {"first_name": first, "last_name": last},
        "email": row["email"],
        "address": _address(row["address"], row["address_parts"]),
        "payment_methods": methods,
        "orders": [order.order_id for order in orders if order.customer_id == row["customer_id"]],
    }


def _address(line: str | None, parts: dict[str, str]) -> dict[str, str]:
    return {part: parts.get(part, "") for part in PARTS} if parts else {**dict.fromkeys(PARTS, ""), "address1": line or ""}
