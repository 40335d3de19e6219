"""The tools of the τ-bench retail layout on its own JSON, written from its policy alone: the yardstick for what the desk does.

Independent of the order desk on purpose: nothing here is shared with :mod:`bot.order_desk`.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

Database = dict[str, dict[str, Any]]
ADDRESS = ("address1", "address2", "city", "state", "country", "zip")
REASONS = ("no longer needed", "ordered by mistake")
_KEYS = {"orders": "order_id", "users": "user_id", "products": "product_id"}


class Refused(Exception):
    """The tool refuses: the policy or the data do not allow it."""


def read_database(path: Path) -> Database:
    """``orders``, ``users`` and ``products`` by their keys, from ``.json``, ``.jsonl`` or ``.jsonl.gz``."""
    database: Database = {}
    for name, key in _KEYS.items():
        rows = read_rows(path, name)
        database[name] = {str(row.get(key) or row["record_key"]): row for row in rows}
        for identity, row in database[name].items():
            row.setdefault(key, identity)
    return database


def read_rows(path: Path, name: str) -> list[dict[str, Any]]:
    """The records of one file of the layout.

    Raises:
        FileNotFoundError: naming what was looked for.
    """
    for ending in (".jsonl.gz", ".jsonl", ".json"):
        file = path / f"{name}{ending}"
        if not file.exists():
            continue
        text = gzip.decompress(file.read_bytes()).decode() if ending.endswith(".gz") else file.read_text("utf-8")
        if ending != ".json":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        held = json.loads(text)
        return held if isinstance(held, list) else [{"record_key": key, **row} for key, row in held.items()]
    raise FileNotFoundError(f"There is no {name}.json, {name}.jsonl or {name}.jsonl.gz in {str(path)!r}.")


class RetailTools:
    """Carries tool calls out on a database of its own: what a call touches is copied first."""

    def __init__(self, database: Database) -> None:
        self.database = {name: dict(rows) for name, rows in database.items()}
        self._copied: set[tuple[str, str]] = set()

    def call(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Carries one call out.

        Raises:
            Refused: when the policy or the data do not allow it; nothing is changed then.
        """
        getattr(self, f"_{name}")(**arguments)

    def _own(self, table: str, key: str) -> dict[str, Any]:
        """A row that may be changed."""
        if (table, key) not in self._copied:
            self._copied.add((table, key))
            self.database[table][key] = deepcopy(self.database[table][key])
        row: dict[str, Any] = self.database[table][key]
        return row

    def _cancel_pending_order(self, order_id: str, reason: str) -> None:
        order = self._order(order_id, "pending")
        if reason not in REASONS:
            raise Refused(f"reason {reason!r}")
        for one in [one for one in order["payment_history"] if one["transaction_type"] == "payment"]:
            self._pay(order, one["payment_method_id"], -one["amount"])
        order["status"], order["cancel_reason"] = "cancelled", reason

    def _modify_pending_order_address(self, order_id: str, **address: str) -> None:
        self._order(order_id, "pending")["address"] = {part: address[part] for part in ADDRESS}

    def _modify_user_address(self, user_id: str, **address: str) -> None:
        self._own("users", user_id)["address"] = {part: address[part] for part in ADDRESS}

    def _modify_pending_order_payment(self, order_id: str, payment_method_id: str) -> None:
        order = self._order(order_id, "pending")
        self._method(order, payment_method_id)
        history = order["payment_history"]
        if len(history) != 1 or history[0]["payment_method_id"] == payment_method_id:
            raise Refused("not one payment, or the same method")
        amount, before = history[0]["amount"], history[0]["payment_method_id"]
        self._covers(order, payment_method_id, amount)
        self._pay(order, payment_method_id, amount)
        self._pay(order, before, -amount)

    def _modify_pending_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id, "pending")
        difference = self._difference(order, item_ids, new_item_ids)
        self._covers(order, payment_method_id, difference)
        self._pay(order, payment_method_id, difference)
        for old, new in zip(item_ids, new_item_ids, strict=True):
            item = next(item for item in order["items"] if item["item_id"] == old)
            variant = self.database["products"][item["product_id"]]["variants"][new]
            item |= {"item_id": new, "price": variant["price"], "options": variant["options"]}
        order["status"] = "pending (items modified)"

    def _return_delivered_order_items(self, order_id: str, item_ids: list[str], payment_method_id: str) -> None:
        order = self._order(order_id, "delivered")
        self._method(order, payment_method_id)
        if payment_method_id != order["payment_history"][0]["payment_method_id"] and "gift_card" not in payment_method_id:
            raise Refused("neither the original method nor a gift card")
        self._has(order, item_ids)
        order |= {"status": "return requested", "return_items": sorted(item_ids), "return_method": payment_method_id}

    def _exchange_delivered_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id, "delivered")
        difference = self._difference(order, item_ids, new_item_ids)
        self._covers(order, payment_method_id, difference)
        order |= {
            "status": "exchange requested", "exchange_items": sorted(item_ids), "exchange_new_items": sorted(new_item_ids),
            "exchange_method": payment_method_id, "exchange_difference": difference,
        }  # fmt: skip

    def _order(self, order_id: str, status: str) -> dict[str, Any]:
        order: dict[str, Any] | None = self.database["orders"].get(order_id)
        if order is None or order["status"] != status:
            raise Refused(f"order {order_id} is not {status}")
        return self._own("orders", order_id)

    def _method(self, order: dict[str, Any], method: str) -> dict[str, Any]:
        methods: dict[str, dict[str, Any]] = self.database["users"][order["user_id"]]["payment_methods"]
        if method not in methods:
            raise Refused(f"payment method {method}")
        return methods[method]

    def _covers(self, order: dict[str, Any], method: str, amount: float) -> None:
        held = self._method(order, method)
        if held["source"] == "gift_card" and held["balance"] < amount:
            raise Refused("the gift card does not cover it")

    def _pay(self, order: dict[str, Any], method: str, amount: float) -> None:
        kind = "payment" if amount > 0 else "refund"
        order["payment_history"].append({"transaction_type": kind, "amount": abs(amount), "payment_method_id": method})
        held = self._own("users", order["user_id"])["payment_methods"].get(method, {})
        if held.get("source") == "gift_card":
            held["balance"] = round(held["balance"] - amount, 2)

    def _has(self, order: dict[str, Any], item_ids: list[str]) -> None:
        here = Counter(item["item_id"] for item in order["items"])
        if any(count > here[item] for item, count in Counter(item_ids).items()):
            raise Refused("an item is not in the order")

    def _difference(self, order: dict[str, Any], item_ids: list[str], new_item_ids: list[str]) -> float:
        self._has(order, item_ids)
        total = 0.0
        for old, new in zip(item_ids, new_item_ids, strict=True):
            item = next(item for item in order["items"] if item["item_id"] == old)
            variant = self.database["products"][item["product_id"]]["variants"].get(new)
            if variant is None or not variant["available"]:
                raise Refused(f"item {new} is not available")
            total += variant["price"] - item["price"]
        return round(total, 2)
