"""Rows of every revision of the database outlive the way to the newest one, back down, and up again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    select,
)

from bot.store.database import open_database
from bot.store.schema import HEAD
from tests.test_migrations import config

MOVED = {"documents": "knowledge_documents", "chunks": "knowledge_chunks"}
"""What 0011 keeps under another name, in versions."""
TOLD_ANEW = {"generation", "version", "updated_at"}
"""Columns whose values a migration makes: the number of versions, and the hour in which 0011 is taken back."""
REPLY = {"language": "zh", "intent": {"name": "delivery"}, "sentiment": {"label": "neutral"}, "abstained": False}
"""What 0009 counts in the replies."""
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was read after it had been written."""

    table: str
    values: dict[str, Any]


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path) -> Iterator[Connection]:
    """Of a database without tables, of each kind in turn."""
    with ExitStack() as made:
        if request.param == "postgresql":
            url = made.enter_context(request.getfixturevalue("postgres").database())
        else:
            url = f"sqlite:///{tmp_path / 'shop.db'}"
        engine: Engine = open_database(url)
        made.callback(engine.dispose)
        yield made.enter_context(engine.connect())


def tables(connection: Connection) -> MetaData:
    """The tables that there are now."""
    found = MetaData()
    found.reflect(connection)
    found.remove(found.tables["alembic_version"])
    return found


def value(column: Column[Any], number: int) -> Any:
    """A value for a row of this number that a column of its type can hold."""
    kind = column.type
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, (Float, Numeric)):
        return number + 0.5
    if isinstance(kind, DateTime):
        return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    if isinstance(kind, JSON):
        return {**REPLY, "of": number} if column.name == "reply" else {"of": number}
    if isinstance(kind, LargeBinary):
        return bytes([number])
    return f"{column.name} {number}"[-(getattr(kind, "length", None) or 60) :]


def write(connection: Connection, number: int) -> list[Row]:
    """One row in every table, each beside the others of the same number."""
    made: dict[str, dict[str, Any]] = {}
    for table in tables(connection).sorted_tables:
        row = {column.name: value(column, number) for column in table.columns if column.name != "until"}
        for key in table.foreign_keys:
            row[key.parent.name] = made[key.column.table.name][key.column.name]
        if "since" in row:
            row["since"] = 1
        made[table.name] = row
        connection.execute(table.insert(), row)
    connection.commit()
    return [Row(table.name, dict(_read(connection, table, made[table.name]))) for table in tables(connection).sorted_tables]


def _read(connection: Connection, table: Table, row: dict[str, Any]) -> Any:
    key = next(iter(table.primary_key.columns))
    return connection.execute(select(table).where(key == row[key.name])).mappings().one()


def lost(connection: Connection, rows: list[Row]) -> list[Row]:
    """The rows that are not there any more, or not with every value that their table still has a place for."""
    there = tables(connection).tables
    now: dict[str, list[dict[str, Any]]] = {name: [] for name in there}
    for row in read(connection):
        now[row.table].append(row.values)
    missing = []
    for row in rows:
        name = row.table if row.table in there else MOVED.get(row.table, row.table)
        if name not in there:
            continue  # what an older program has no table for
        kept = row.values.keys() & set(there[name].columns.keys()) - TOLD_ANEW
        if not any(all(found[column] == row.values[column] for column in kept) for found in now[name]):
            missing.append(row)
    return missing


def read(connection: Connection) -> list[Row]:
    """All rows that there are now."""
    every = tables(connection).sorted_tables
    return [Row(table.name, dict(row)) for table in every for row in connection.execute(select(table)).mappings()]


@pytest.mark.slow
def test_no_row_of_any_revision_is_lost_on_the_way_up_down_and_up_again(connection):
    made = config()
    made.attributes["connection"] = connection
    written: list[Row] = []
    for number, revision in enumerate(REVISIONS, 1):
        command.upgrade(made, revision)
        written += write(connection, number)
    assert lost(connection, written) == [] and len(REVISIONS) == int(HEAD)
    for older, newer in reversed(list(pairwise(REVISIONS))):
        command.downgrade(made, older)
        assert lost(connection, written) == [], f"{newer} taken back"
        there = read(connection)
        command.upgrade(made, newer)
        assert lost(connection, there) == [], f"{newer} applied again"
        command.downgrade(made, older)
        assert lost(connection, there) == [], f"{newer} taken back again"
    command.upgrade(made, "head")
    assert lost(connection, there) == []
