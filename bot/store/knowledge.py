"""The knowledge base's ledger in SQL: documents, their chunks, and the state of the index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import metadata
from knowledge_base.errors import LedgerError
from knowledge_base.ledger import Changes, ChunkKey, Counts, DocumentRecord, IndexState
from knowledge_base.types import Chunk, Skipped

documents = Table(
    "documents",
    metadata,
    Column("location", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("fingerprint", String(128), nullable=False),
    Column("skipped", JSON, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
chunks = Table(
    "chunks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("location", ForeignKey("documents.location", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("heading", Text, nullable=False),
    Column("question", Text),
    Column("text", Text, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("indexed", Boolean, nullable=False, index=True),
    Index("ix_chunks_location_position", "location", "position"),
)
index_state = Table(
    "index_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("encoder", Text),
    Column("generation", Integer, nullable=False),
)
SLICE = 500
ASKS = (chunks.c.question.is_not(None)).label("asks")
FIELDS = tuple(chunks.c[field.name] for field in fields(Chunk))


class SqlLedger:
    """The :class:`knowledge_base.ledger.Ledger` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        """Keep the ledger in ``engine``'s database, whose tables must exist."""
        self._engine = engine

    def state(self) -> IndexState:
        """The encoder and the generation of the index."""
        with self._reading() as connection:
            row = connection.execute(select(index_state.c.encoder, index_state.c.generation)).one_or_none()
        return IndexState(row.encoder, row.generation) if row else IndexState(None, 0)

    def start(self, encoder: str) -> None:
        """Records that vectors are made with ``encoder`` from now on; every chunk is pending again."""
        with self._writing() as connection:
            connection.execute(update(index_state).values(encoder=encoder))
            connection.execute(update(chunks).values(indexed=False))

    def documents(self, prefix: str = "") -> Mapping[str, DocumentRecord]:
        """The recorded documents whose location begins with ``prefix``, by location."""
        begins = func.substr(documents.c.location, 1, len(prefix)) == prefix
        with self._reading() as connection:
            rows = connection.execute(select(documents).where(begins)).mappings()
            return {row["location"]: _record(row) for row in rows}

    def store(self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]]) -> Changes:
        """Records documents with all their chunks, in place of what was recorded for them; unchanged chunks stay."""
        new = {chunk.id: chunk for _, parts in batch for chunk in parts}
        with self._writing() as connection:
            _put_documents(connection, [record for record, _ in batch])
            old = {chunk.id: chunk for chunk in _select_chunks(connection, [record.location for record, _ in batch])}
            gone = tuple(_key(chunk) for chunk in old.values() if chunk.id not in new)
            _in_slices(
                connection, delete(chunks).where(chunks.c.id.in_(bindparam("ids", expanding=True))), [key.id for key in gone]
            )
            added = [chunk for chunk in new.values() if chunk.id not in old]
            if added:
                connection.execute(insert(chunks), [{**_values(chunk), "indexed": False} for chunk in added])
            for chunk in new.values():
                if chunk.id in old and chunk != old[chunk.id]:
                    connection.execute(update(chunks).where(chunks.c.id == chunk.id).values(**_values(chunk)))
        return Changes(tuple(added), gone)

    def forget(self, locations: Collection[str]) -> Changes:
        """Removes documents with their chunks."""
        with self._writing() as connection:
            gone = tuple(_key(chunk) for chunk in _select_chunks(connection, locations))
            for table in (chunks, documents):
                statement = delete(table).where(table.c.location.in_(bindparam("ids", expanding=True)))
                _in_slices(connection, statement, locations)
        return Changes(gone=gone)

    def confirm(self, ids: Collection[str]) -> None:
        """Puts up the flag of these chunks: their vectors are stored."""
        self._flag(ids, indexed=True)

    def retract(self, ids: Collection[str]) -> None:
        """Takes down the flag of these chunks: their vectors are missing."""
        self._flag(ids, indexed=False)

    def pending(self, limit: int) -> Sequence[Chunk]:
        """At most ``limit`` chunks whose flag is down."""
        with self._reading() as connection:
            statement = select(*FIELDS).where(chunks.c.indexed.is_(False)).limit(limit)
            return [Chunk(*row) for row in connection.execute(statement)]

    def keys(self) -> Sequence[ChunkKey]:
        """The keys of all chunks."""
        with self._reading() as connection:
            return [ChunkKey(*row) for row in connection.execute(select(chunks.c.id, chunks.c.kind, ASKS))]

    def chunks(self, ids: Collection[str]) -> Mapping[str, Chunk]:
        """The chunks with these ids; unknown ids are left out."""
        statement = select(*FIELDS).where(chunks.c.id.in_(bindparam("ids", expanding=True)))
        with self._reading() as connection:
            return {row.id: Chunk(*row) for part in _slices(ids) for row in connection.execute(statement, {"ids": part})}

    def all_chunks(self) -> Iterator[Chunk]:
        """Every chunk, by location and position."""
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=SLICE).execute(
                select(*FIELDS).order_by(chunks.c.location, chunks.c.position)
            )
            yield from (Chunk(*row) for row in rows)

    def around(self, chunk: Chunk, n: int) -> Sequence[Chunk]:
        """Up to ``n`` chunks before and after ``chunk`` in its document, in order, without itself."""
        near = chunks.c.position.between(chunk.position - n, chunk.position + n)
        statement = select(*FIELDS).where(chunks.c.location == chunk.location, near, chunks.c.id != chunk.id)
        with self._reading() as connection:
            return [Chunk(*row) for row in connection.execute(statement.order_by(chunks.c.position))]

    def counts(self) -> Counts:
        """How much is recorded."""
        asking, waiting = func.count(chunks.c.question), func.sum(case((chunks.c.indexed.is_(False), 1), else_=0))
        with self._reading() as connection:
            number = connection.execute(select(func.count()).select_from(documents)).scalar_one()
            row = connection.execute(select(func.count(), asking, waiting).select_from(chunks)).one()
        return Counts(documents=number, chunks=row[0], vectors=row[0] + row[1], pending=row[2] or 0)

    def _flag(self, ids: Collection[str], *, indexed: bool) -> None:
        statement = update(chunks).where(chunks.c.id.in_(bindparam("ids", expanding=True))).values(indexed=indexed)
        with self._transaction(self._engine.begin) as connection:
            _in_slices(connection, statement, ids)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._transaction(self._engine.connect) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that changes what a search can find, so the generation grows with it."""
        with self._transaction(self._engine.begin) as connection:
            grown = connection.execute(update(index_state).values(generation=index_state.c.generation + 1))
            if grown.rowcount == 0:
                connection.execute(insert(index_state).values(id=1, encoder=None, generation=1))
            yield connection

    @contextmanager
    def _transaction(self, begin: Callable[[], Any]) -> Iterator[Connection]:
        try:
            with begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error)
            raise LedgerError(
                f"The database of the knowledge base cannot be used ({reason}); free some space or check its address."
            ) from error


def _put_documents(connection: Connection, records: Sequence[DocumentRecord]) -> None:
    statement = select(documents.c.location).where(documents.c.location.in_(bindparam("ids", expanding=True)))
    locations = [record.location for record in records]
    known = {row.location for part in _slices(locations) for row in connection.execute(statement, {"ids": part})}
    rows = {record.location: {**asdict(record), "updated_at": datetime.now(UTC)} for record in records}
    if fresh := [row for location, row in rows.items() if location not in known]:
        connection.execute(insert(documents), fresh)
    for location in known:
        connection.execute(update(documents).where(documents.c.location == location).values(**rows[location]))


def _select_chunks(connection: Connection, locations: Collection[str]) -> Iterator[Chunk]:
    statement = select(*FIELDS).where(chunks.c.location.in_(bindparam("ids", expanding=True)))
    for part in _slices(locations):
        yield from [Chunk(*row) for row in connection.execute(statement, {"ids": part})]


def _in_slices(connection: Connection, statement: Any, ids: Collection[str]) -> None:
    for part in _slices(ids):
        connection.execute(statement, {"ids": part})


def _slices(ids: Collection[str]) -> Iterator[list[str]]:
    listed = list(ids)
    for start in range(0, len(listed), SLICE):
        yield listed[start : start + SLICE]


def _record(row: RowMapping) -> DocumentRecord:
    fields = {name: row[name] for name in ("location", "source", "title", "language", "fingerprint")}
    return DocumentRecord(**fields, skipped=tuple(Skipped(**skipped) for skipped in row["skipped"]))


def _values(chunk: Chunk) -> dict[str, Any]:
    return {**{name: getattr(chunk, name) for name in chunk.__slots__}, "metadata": dict(chunk.metadata)}


def _key(chunk: Chunk) -> ChunkKey:
    return ChunkKey(chunk.id, chunk.kind, chunk.question is not None)
