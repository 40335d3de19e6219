"""A table of the shop into SQL: parse, report bad rows, replace what the same location said before."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Engine, Table

from bot.errors import LoadError
from bot.shop.columns import Defaults, TableKind, guess_kind
from bot.shop.orders import order_key
from bot.shop.records import Customer, Interaction, Order, Record
from bot.shop.tables import NumberedRow, parse_table
from bot.store import shop as sql
from knowledge_base.indexing import LoadReport
from knowledge_base.loading.columns import Columns
from knowledge_base.loading.files import Source
from knowledge_base.loading.rows import RawTable, read_tables
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.types import NO_METADATA, Skipped

TABLES: dict[TableKind, Table] = {
    "catalogue": sql.products,
    "orders": sql.orders,
    "customers": sql.customers,
    "reviews": sql.reviews,
    "interactions": sql.interactions,
}


class ShopLoader:
    """Loads files of the shop's own data.

    ``defaults`` fill in where rows name no language or currency; ``columns`` says which columns hold what where headers do
    not tell; a ``dry`` run only counts.
    """

    def __init__(
        self,
        engine: Engine,
        sandbox: Sandbox,
        defaults: Defaults = Defaults(),  # noqa: B008
        columns: Columns = NO_METADATA,
        dry: bool = False,
    ) -> None:
        self._engine = engine
        self._sandbox = sandbox
        self._defaults, self._columns, self._dry = defaults, columns, dry

    def load(self, file: Source, kind: TableKind | None = None) -> list[tuple[TableKind, LoadReport]]:
        """What was loaded, one report a table (a workbook may hold several); [] for a file of documents.

        The kind of a table is guessed from its columns where none is given.

        Raises:
            LoadError: for an unknown ``kind``.
        """
        tables = read_tables(file, self._sandbox, self._columns)
        if isinstance(tables, Skipped):
            return [(kind, LoadReport(skipped=[tables]))] if kind else []
        kinds = [kind or guess_kind(table.columns) for table in tables]
        if all(each == "documents" for each in kinds):
            return []
        return [(each, self._load(file, each, table)) for each, table in zip(kinds, tables, strict=True)]

    def _load(self, file: Source, kind: TableKind, table: RawTable) -> LoadReport:
        if kind == "documents":
            return LoadReport(
                skipped=[Skipped(file.source, f"sheet {table.name!r} is not the shop's data; save it as its own file")]
            )
        location = f"{file.location}#{table.name}" if table.name else file.location
        report = load_table(self._engine, kind, table.rows, location, file.source, self._defaults, self._dry)
        report.skipped[:0] = table.skipped
        return report


def load_table(
    engine: Engine,
    kind: TableKind,
    rows: Iterable[NumberedRow],
    location: str,
    source: str | None = None,
    defaults: Defaults = Defaults(),  # noqa: B008
    dry: bool = False,
) -> LoadReport:
    """Makes the shop's data hold exactly the good rows of one table for ``location``.

    A table without a single good row leaves what was loaded before as it is, so that a broken export empties no shop.

    Raises:
        LoadError: when ``kind`` is ``documents`` or unknown.
    """
    if kind not in TABLES:
        raise LoadError(f"A table of {kind!r} is not the shop's own data; use one of {', '.join(TABLES)}.")
    started = time.monotonic()
    parsed = parse_table(kind, rows, source or location, defaults)
    report = LoadReport(skipped=list(parsed.skipped), notes=list(parsed.notes))
    if parsed.records:
        seen: dict[str, int] = {}
        changes = sql.replace_rows(engine, TABLES[kind], location, (_row(record, seen) for record in parsed.records), dry)
        report.added, report.updated = changes.added, changes.updated
        report.unchanged, report.removed = changes.unchanged, changes.removed
    report.seconds = time.monotonic() - started
    return report


def _row(record: Record, seen: dict[str, int]) -> dict[str, Any]:
    row = {field.name: getattr(record, field.name) for field in fields(record)}
    row.pop("list_price", None)  # worked out when a product is read
    if isinstance(record, Order):
        listed = {name: [asdict(item) for item in row[name]] for name in ("items", "transactions")}
        return row | listed | {"order_key": order_key(record.order_id)}
    if isinstance(record, Customer):
        return row | {"payment_methods": [asdict(method) for method in record.payment_methods]}
    if isinstance(record, Interaction):
        line = "\x1f".join((record.customer_id, record.sku, record.event, record.time or ""))
        seen[line] = seen.get(line, 0) + 1
        return row | {"id": hashlib.sha256(f"{line}\x1f{seen[line]}".encode()).hexdigest()[:24]}
    return row
