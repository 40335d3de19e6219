"""Orders whose table has one row for each thing bought, gathered to one row an order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bot.shop.cells import text
from bot.shop.columns import TableRow, fields_of
from bot.shop.orders import order_key

_TOLD_APART = frozenset({"sku", "title"})
_BETWEEN = re.compile(r"\s*[;；\n]\s*")
_COUNTED = re.compile(r"^(?P<name>.+?)\s*(?:[×*]|(?<![a-z0-9])x)\s*(?P<quantity>\d{1,4})$", re.IGNORECASE)


def gathered_lines(rows: Iterable[tuple[int, TableRow]], order_column: str) -> list[tuple[int, TableRow]] | None:
    """One row an order, numbered as the order's first row and with all its ``items``; None where the table is not written so.

    A row that leaves the order's number empty, as under a merged cell, belongs to the order above it.
    """
    listed = list(rows)
    fields = fields_of(dict.fromkeys(name for _, row in listed for name in row), "order lines")
    if not (_TOLD_APART & set(fields.values()) and {"quantity", "sku"} & set(fields.values())) or _has_lists(listed, fields):
        return None
    orders: dict[str, tuple[int, dict[str, object]]] = {}
    key = ""
    for number, row in listed:
        key = order_key(text(row.get(order_column))) or key
        first = orders.setdefault(key, (number, {"items": [], **{name: row[name] for name in row if name not in fields}}))[1]
        first.update((name, value) for name, value in row.items() if name not in fields and not text(first.get(name)))
        items = first["items"]
        assert isinstance(items, list)
        items += _item({field: row.get(name) for name, field in fields.items()}, fields)
    return list(orders.values())


def _has_lists(rows: Iterable[tuple[int, TableRow]], fields: Mapping[str, str]) -> bool:
    """Whether the cells hold whole lists of items already."""
    return any(text(row.get(name)).startswith(("[", "{")) for _, row in rows for name in fields)


def _item(cells: Mapping[str, object], fields: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """The row's item, if it has one; a thing without a number goes by its title."""
    title = text(cells.get("title"))
    if not (sku := text(cells.get("sku")) or title):
        return
    options = text(cells.get("options"))
    column = next((name for name, field in fields.items() if field == "options"), "")
    yield {
        "sku": sku,
        "title": title,
        "quantity": text(cells.get("quantity")) or 1,
        "price": cells.get("price"),
        "options": {column: options} if options else {},
    }


def written_items(cell: str) -> list[dict[str, object]]:
    """Items written as words, ``猫砂 6L ×2；逗猫棒``: each goes by its name."""
    found = []
    for part in filter(None, _BETWEEN.split(unicodedata.normalize("NFKC", cell).strip())):
        match = _COUNTED.match(part)
        name, quantity = (match["name"], match["quantity"]) if match else (part, 1)
        found.append({"sku": name, "title": name, "quantity": quantity})
    return found
