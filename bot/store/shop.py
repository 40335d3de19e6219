"""The shop's own tables in SQL, and loading them so that the same table twice changes nothing."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import metadata

Row = dict[str, Any]
_MOMENT_S = 0.25
_revisions: WeakKeyDictionary[Engine, tuple[float, dict[str, int]]] = WeakKeyDictionary()
_BATCH = 400  # keys a statement: SQLite allows 32,766 parameters, PostgreSQL 65,535


def _table(name: str, keys: Sequence[str], *columns: Column[Any]) -> Table:
    """A table of loaded rows: its key, its columns, where a row came from and a fingerprint of what it says."""
    identity = (Column(key, String(200), primary_key=True) for key in keys)
    origin = (Column("location", Text, nullable=False, index=True), Column("fingerprint", String(32), nullable=False))
    return Table(name, metadata, *identity, *columns, *origin)


products = _table(
    "products",
    ("sku", "language"),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("price", Float),
    Column("currency", String(8)),
    Column("stock", Integer),
    Column("url", Text),
    Column("image", Text),
    Column("attributes", JSON, nullable=False),
    Column("sale_price", Float),
    Column("sale_starts", String(40)),
    Column("sale_ends", String(40)),
    Column("variant_group", String(200)),
    Column("margin", Float),
)
orders = _table(
    "orders",
    ("order_key",),
    Column("order_id", Text, nullable=False),
    Column("customer_id", String(200), index=True),
    Column("email", Text),
    Column("phone", Text),
    Column("status", String(40), nullable=False),
    Column("placed_at", String(40)),
    Column("items", JSON, nullable=False),
    Column("total", Float),
    Column("currency", String(8)),
    Column("payment", Text),
    Column("address", Text),
    Column("carrier", Text),
    Column("tracking", Text),
    Column("delivered_at", String(40)),
    Column("address_parts", JSON, nullable=False, server_default="{}"),
    Column("transactions", JSON, nullable=False, server_default="[]"),
    Column("changes", JSON, nullable=False, server_default="{}"),
    Column("revision", String(32)),
)
customers = _table(
    "customers",
    ("customer_id",),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("address", Text),
    Column("tags", JSON, nullable=False),
    Column("consent", Boolean, nullable=False),
    Column("address_parts", JSON, nullable=False, server_default="{}"),
    Column("payment_methods", JSON, nullable=False, server_default="[]"),
    Column("revision", String(32)),
    Column("birthday", String(5)),
    Column("consent_ways", JSON, nullable=False, server_default="[]"),
)
reviews = _table(
    "reviews",
    ("id",),
    Column("sku", String(200), nullable=False, index=True),
    Column("rating", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("date", String(40)),
    Column("language", String(8), nullable=False),
    Column("customer_id", String(200), index=True),
)
interactions = _table(
    "interactions",
    ("id",),
    Column("customer_id", String(200), nullable=False, index=True),
    Column("sku", String(200), nullable=False, index=True),
    Column("event", String(16), nullable=False),
    Column("time", String(40)),
)
order_attempts = Table(
    "order_attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(200), nullable=False),
    Column("order_key", String(200), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_order_attempts_conversation_at", "conversation", "at"),
    Index("ix_order_attempts_order_key_at", "order_key", "at"),
)
learned_models = Table(
    "learned_models", metadata, Column("name", String(40), primary_key=True), Column("payload", LargeBinary, nullable=False)
)
shop_revisions = Table(
    "shop_revisions", metadata, Column("name", String(40), primary_key=True), Column("revision", Integer, nullable=False)
)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a load added, updated, left as they were and removed."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


def locations(engine: Engine, table: Table) -> tuple[str, ...]:
    """Where the rows of ``table`` came from."""
    with engine.connect() as connection:
        return tuple(connection.execute(select(table.c.location).distinct()).scalars())


def replace_rows(engine: Engine, table: Table, location: str, rows: Iterable[Row], dry: bool = False) -> Changes:
    """Makes ``table`` hold exactly ``rows`` for ``location``, in one transaction. Keys of ``rows`` must be unique.

    A key that another location loaded before moves to this one. A ``dry`` run only counts.
    """
    keys = [column.name for column in table.primary_key]
    added = updated = unchanged = 0
    kept: set[tuple[Any, ...]] = set()
    with engine.connect() if dry else engine.begin() as connection:
        for batch in _batches(rows):
            stored = _stored(connection, table, keys, batch)
            changed: list[Row] = []
            for row in batch:
                key = tuple(row[name] for name in keys)
                kept.add(key)
                row |= {"location": location, "fingerprint": _fingerprint(row)}
                before = stored.get(key)
                if before == (row["fingerprint"], location):
                    unchanged += 1
                    continue
                added, updated = added + (before is None), updated + (before is not None)
                changed.append(row)
            if changed:
                upsert(connection, table, changed)
        removed = _remove(connection, table, keys, location, kept)
        if added or updated or removed:
            bump(connection, table.name)
    return Changes(added, updated, unchanged, removed)


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts rows, or overwrites those whose primary key exists. SQLite and PostgreSQL."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table)
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    connection.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=others), rows)


def add_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows whose primary key does not exist. SQLite and PostgreSQL."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    if rows:
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def revision(engine: Engine, *tables: Table) -> int:
    """A number that grows whenever a load changes one of the tables; caches are good while it stays the same.

    A turn asks many times: what was read is good for a moment, or until this process loads.
    """
    now = time.monotonic()
    at, known = _revisions.get(engine, (-_MOMENT_S, {}))
    if now - at >= _MOMENT_S:
        with engine.connect() as connection:
            known = {name: number for name, number in connection.execute(select(shop_revisions))}
        _revisions[engine] = now, known
    return sum(known.get(table.name, 0) for table in tables)


def bump(connection: Connection, name: str) -> None:
    """Says that what ``name`` holds has changed."""
    _revisions.pop(connection.engine, None)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(shop_revisions).values(name=name, revision=1)
    more = {"revision": shop_revisions.c.revision + 1}
    connection.execute(insert.on_conflict_do_update(index_elements=[shop_revisions.c.name], set_=more))


def _fingerprint(row: Mapping[str, Any]) -> str:
    said = {name: value for name, value in row.items() if name not in ("location", "fingerprint")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(dict(row))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _stored(
    connection: Connection, table: Table, keys: Sequence[str], batch: Sequence[Row]
) -> dict[tuple[Any, ...], tuple[str, str]]:
    wanted = [tuple(row[key] for key in keys) for row in batch]
    columns = (*(table.c[key] for key in keys), table.c.fingerprint, table.c.location)
    found = connection.execute(select(*columns).where(_is_one_of(table, keys, wanted)))
    return {tuple(row[:-2]): (row[-2], row[-1]) for row in found}


def _is_one_of(table: Table, keys: Sequence[str], wanted: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    if len(keys) == 1:
        return table.c[keys[0]].in_([key for (key,) in wanted])
    return tuple_(*(table.c[key] for key in keys)).in_(wanted)


def _remove(connection: Connection, table: Table, keys: Sequence[str], location: str, kept: set[tuple[Any, ...]]) -> int:
    columns = [table.c[key] for key in keys]
    here = connection.execute(select(*columns).where(table.c.location == location))
    gone = [key for row in here if (key := tuple(row)) not in kept]
    for start in range(0, len(gone), _BATCH):
        connection.execute(delete(table).where(_is_one_of(table, keys, gone[start : start + _BATCH])))
    return len(gone)
