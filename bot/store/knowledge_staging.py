"""Staging changes of the knowledge, publishing them as a version, and bringing an old version back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    not_,
    null,
    or_,
    select,
    update,
)

from bot.store.knowledge_tables import chunks, documents, in_version, not_past, versions
from knowledge_base.ledger import STAGED, Changes, ChunkKey, DocumentRecord, Version
from knowledge_base.types import Chunk, Skipped

Held = TypeVar("Held", DocumentRecord, Chunk)
SLICE = 500
KEPT_VERSIONS = 100
"""Older ones are forgotten, with what only they held."""

_KEY = (chunks.c.id, chunks.c.kind, chunks.c.question.is_not(None))


def put(connection: Connection, locations: Collection[str], batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]]) -> Changes:
    """Makes what is staged for ``locations`` exactly ``batch``, which may be nothing.

    Rows that say the same stay, or are taken back if they were to go; so a change and its undoing leave no trace.
    """
    _settle(connection, documents, locations, [_document(record) for record, _ in batch])
    parts = {chunk.id: chunk for _, each in batch for chunk in each}
    indexed, dropped = _settle(connection, chunks, locations, [_chunk(chunk) for chunk in parts.values()])
    pending = tuple(chunk for chunk in parts.values() if not indexed.get(chunk.id, False))
    return Changes(pending, _orphans(connection, dropped))


def drop(connection: Connection, ids: Collection[str]) -> Changes:
    """Stages the removal of single chunks from their documents."""
    keys: list[ChunkKey] = []
    for part in slices(ids):
        here = (chunks.c.id.in_(part), chunks.c.until.is_(None))
        keys += [ChunkKey(*row) for row in connection.execute(select(*_KEY).where(*here, chunks.c.since == STAGED))]
        connection.execute(delete(chunks).where(*here, chunks.c.since == STAGED))
        connection.execute(update(chunks).where(*here).values(until=STAGED))
    return Changes(gone=_orphans(connection, keys))


def restore(connection: Connection, number: int, keep: Collection[str]) -> Changes:
    """Stages the documents of version ``number``, without touching locations that begin with one of ``keep``."""
    differing: set[str] = set()
    for table in (documents, chunks):
        then, now = in_version(table, number), in_version(table, STAGED)
        moved = or_(and_(then, not_(now)), and_(now, not_(then)))
        differing.update(
            connection.execute(
                select(table.c.location).where(moved, *(not_(_begins(table, prefix)) for prefix in keep)).distinct()
            ).scalars()
        )
    pending: list[Chunk] = []
    for part in slices(differing):
        records = _rows(connection, documents, number, part, DocumentRecord)
        held: dict[str, list[Chunk]] = {record.location: [] for record in records}
        for chunk in _rows(connection, chunks, number, part, Chunk):
            held[chunk.location].append(chunk)
        pending += put(connection, part, [(record, held[record.location]) for record in records]).pending
    return Changes(tuple(pending))


def publish(connection: Connection, number: int, what: str, prefix: str) -> tuple[Version | None, Changes]:
    """Makes what is staged version ``number``; the keys of chunks that are in no version from then on."""
    added = _count(connection, chunks, chunks.c.since, prefix)
    removed = _count(connection, chunks, chunks.c.until, prefix)
    if not added + removed + sum(_count(connection, documents, documents.c[name], prefix) for name in ("since", "until")):
        return None, Changes()
    closed = select(*_KEY).where(chunks.c.until == STAGED, _begins(chunks, prefix)).distinct()
    gone = [ChunkKey(*row) for row in connection.execute(closed)]
    for table in (documents, chunks):
        for column in (table.c.since, table.c.until):
            connection.execute(update(table).where(column == STAGED, _begins(table, prefix)).values({column.name: number}))
    _forget_versions(connection, number - KEPT_VERSIONS)
    held = {
        table: connection.execute(select(func.count()).where(in_version(table, number))).scalar_one()
        for table in (documents, chunks)
    }
    version = Version(number, what, added, removed, held[documents], held[chunks], datetime.now(UTC))
    connection.execute(insert(versions).values(**asdict(version)))
    return version, Changes(gone=_orphans(connection, gone))


def discard(connection: Connection) -> Changes:
    """Removes what is staged."""
    dropped = [ChunkKey(*row) for row in connection.execute(select(*_KEY).where(chunks.c.since == STAGED).distinct())]
    for table in (documents, chunks):
        connection.execute(delete(table).where(table.c.since == STAGED))
        connection.execute(update(table).where(table.c.until == STAGED).values(until=null()))
    return Changes(gone=_orphans(connection, dropped))


def touched(table: Table) -> ColumnElement[bool]:
    """Whether a row is staged, or to go with what is."""
    return or_(table.c.since == STAGED, table.c.until == STAGED)


def slices(items: Collection[Any]) -> Iterator[list[Any]]:
    """``items`` in parts that a statement's parameters can hold."""
    listed = list(items)
    for start in range(0, len(listed), SLICE):
        yield listed[start : start + SLICE]


def _settle(
    connection: Connection, table: Table, locations: Collection[str], wanted: list[dict[str, Any]]
) -> tuple[dict[str, bool], list[ChunkKey]]:
    """Makes ``wanted`` the staged rows of ``locations``.

    Returns:
        Of chunks: id → whether it has its vectors; and the keys of those that were only staged and are now nowhere.
    """
    names = list(wanted[0]) if wanted else []
    here = (table.c.location.in_(bindparam("ids", expanding=True)), not_past(table))
    rows = [
        row for part in slices(locations) for row in connection.execute(select(table).where(*here), {"ids": part}).mappings()
    ]
    indexed = {row["id"]: row["indexed"] for row in rows} if table is chunks else {}
    place = {_said(row, names): row for row in rows} if names else {}
    fresh, kept = [], set()
    for values in wanted:
        row = place.get(_said(values, names))
        if row is None:
            fresh.append(
                {**values, "since": STAGED} | ({"indexed": indexed.get(values["id"], False)} if table is chunks else {})
            )
        else:
            kept.add(row["key"])
    others = [row for row in rows if row["key"] not in kept]
    _by_key(connection, table, kept & {row["key"] for row in rows if row["until"] == STAGED}, until=None)
    _by_key(connection, table, {row["key"] for row in others if row["since"] != STAGED and row["until"] is None}, until=STAGED)
    staged = {row["key"] for row in others if row["since"] == STAGED}
    for part in slices(staged):
        connection.execute(delete(table).where(table.c.key.in_(part)))
    if fresh:
        connection.execute(insert(table), fresh)
    dropped = [row for row in others if row["key"] in staged] if table is chunks else []
    return indexed, [ChunkKey(row["id"], row["kind"], row["question"] is not None) for row in dropped]


def _rows(connection: Connection, table: Table, number: int, locations: Collection[str], kind: type[Held]) -> list[Held]:
    """The records of a version at these locations."""
    columns = [table.c[each.name] for each in fields(kind)]
    rows = connection.execute(select(*columns).where(table.c.location.in_(locations), in_version(table, number)))
    return [kind(*row) for row in rows]


def _by_key(connection: Connection, table: Table, keys: Collection[int], until: int | None) -> None:
    for part in slices(keys):
        connection.execute(update(table).where(table.c.key.in_(part)).values(until=null() if until is None else until))


def _orphans(connection: Connection, keys: Collection[ChunkKey]) -> tuple[ChunkKey, ...]:
    """Those of ``keys`` that are neither live nor staged."""
    statement = select(chunks.c.id).where(chunks.c.id.in_(bindparam("ids", expanding=True)), not_past(chunks))
    ids = [key.id for key in keys]
    there = {row.id for part in slices(ids) for row in connection.execute(statement, {"ids": part})}
    return tuple(key for key in keys if key.id not in there)


def _forget_versions(connection: Connection, oldest: int) -> None:
    for table in (documents, chunks):
        connection.execute(delete(table).where(table.c.until <= oldest))
    connection.execute(delete(versions).where(versions.c.number < oldest))


def _count(connection: Connection, table: Table, column: Column[int], prefix: str) -> int:
    return connection.execute(select(func.count()).where(column == STAGED, _begins(table, prefix))).scalar_one()


def _begins(table: Table, prefix: str) -> Any:
    return func.substr(table.c.location, 1, len(prefix)) == prefix


def _said(row: Any, names: Sequence[str]) -> str:
    return repr([row[name] for name in names])


def _document(record: DocumentRecord) -> dict[str, Any]:
    return {**asdict(record), "skipped": [asdict(each) if isinstance(each, Skipped) else each for each in record.skipped]}


def _chunk(chunk: Chunk) -> dict[str, Any]:
    return {**{each.name: getattr(chunk, each.name) for each in fields(Chunk)}, "metadata": dict(chunk.metadata)}
