"""Final states of the τ-bench retail layout: what the order desk left in its database, and what the task wants."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.retail_tools import ADDRESS, Database, Refused, RetailTools
from bot.shop.status import status_code

_TABLES = ("orders", "customers", "order_changes", "order_attempts")


@dataclass(frozen=True)
class State:
    """``facts`` is all that operations change, by order and user; ``rows`` are the tables as they were.

    ``written`` are the operations of the audit, the oldest first.
    """

    facts: Mapping[str, Any]
    rows: Mapping[str, Sequence[Sequence[Any]]]
    written: Sequence[Mapping[str, Any]] = ()

    def restore(self, data: Path) -> None:
        """Puts the tables of the data directory back to these rows."""
        with closing(sqlite3.connect(data / "shopdesk.db", timeout=10)) as connection, connection:
            for table, rows in self.rows.items():
                connection.execute(f"DELETE FROM {table}")
                if rows:
                    connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)


def desk_state(data: Path) -> State:
    """What Shopdesk's database holds now."""
    with closing(sqlite3.connect(data / "shopdesk.db", timeout=10)) as connection:
        rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
        connection.row_factory = sqlite3.Row
        facts: dict[str, Any] = {}
        for row in connection.execute("SELECT * FROM orders"):
            moved = json.loads(row["transactions"])
            changes = json.loads(row["changes"])
            items = sorted((item["sku"], item["price"]) for item in json.loads(row["items"]) for _ in range(item["quantity"]))
            facts[row["order_id"]] = {
                "status": row["status"],
                "items": items,
                "address": [json.loads(row["address_parts"])[part] for part in ADDRESS],
                "payments": [(one["kind"], round(one["amount"], 2), one["method"]) for one in moved],
                "cancel_reason": changes.get("cancel_reason"),
                "return": (changes.get("return_items"), changes.get("return_items") and changes.get("payment_method")),
                "exchange": [changes.get(name) for name in ("exchange_items", "exchange_new_items", "exchange_difference")],
                "exchange_method": changes.get("exchange_items") and changes.get("payment_method"),
            }
        for row in connection.execute("SELECT * FROM customers"):
            methods = json.loads(row["payment_methods"])
            facts[row["customer_id"]] = {
                "address": [json.loads(row["address_parts"])[part] for part in ADDRESS],
                "balances": {one["id"]: one["balance"] for one in methods if one["balance"] is not None},
            }
        audit = connection.execute("SELECT operation, arguments FROM order_changes ORDER BY id")
        written = [{"name": row["operation"], "kwargs": json.loads(row["arguments"])} for row in audit]
    return State(facts, rows, written)


def goal_state(database: Database, actions: Sequence[Mapping[str, Any]]) -> State:
    """What the right calls make of the layout's own database; a call that its policy refuses changes nothing."""
    tools = RetailTools(database)
    for action in actions:
        try:
            tools.call(action["name"], action["kwargs"])
        except (Refused, AttributeError):
            continue
    facts: dict[str, Any] = {}
    for order_id, order in tools.database["orders"].items():
        facts[order_id] = {
            "status": status_code(order["status"]),
            "items": sorted((item["item_id"], item["price"]) for item in order["items"]),
            "address": [order["address"][part] for part in ADDRESS],
            "payments": [
                (one["transaction_type"], round(one["amount"], 2), one["payment_method_id"]) for one in order["payment_history"]
            ],
            "cancel_reason": order.get("cancel_reason"),
            "return": (order.get("return_items"), order.get("return_method")),
            "exchange": [order.get(name) for name in ("exchange_items", "exchange_new_items", "exchange_difference")],
            "exchange_method": order.get("exchange_method"),
        }
    for user_id, user in tools.database["users"].items():
        facts[user_id] = {
            "address": [user["address"].get(part) or user["address"].get("province") for part in ADDRESS],
            "balances": {
                name: float(method["balance"]) for name, method in user["payment_methods"].items() if "balance" in method
            },
        }
    return State(facts, {})
