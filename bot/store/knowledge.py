"""The knowledge base's ledger in SQL: documents, their chunks, their versions, and the state of the index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, distinct, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.store import knowledge_staging as staging
from bot.store.knowledge_tables import chunks, documents, in_version, index_state, not_past, versions
from knowledge_base.errors import LedgerError
from knowledge_base.ledger import LIVE, STAGED, Changes, ChunkKey, Counts, DocumentRecord, IndexState, Stage, Version
from knowledge_base.types import Chunk, Skipped

ASKS = (chunks.c.question.is_not(None)).label("asks")
FIELDS = tuple(chunks.c[field.name] for field in fields(Chunk))


WRITER = 0x5340_B0
"""Names the lock of the one process that writes, among the locks of the database."""


class SqlLedger:
    """The :class:`knowledge_base.ledger.Ledger` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        """Keep the ledger in ``engine``'s database, whose tables must exist."""
        self._engine = engine

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A time in which no other process that shares the database writes: a session's lock of PostgreSQL.

        SQLite's file belongs to one data directory, which one process owns.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        with self._reading() as connection:
            connection.execute(select(func.pg_advisory_lock(WRITER)))
            connection.commit()  # the session keeps the lock, no transaction stays open
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(WRITER)))
                connection.commit()

    def state(self) -> IndexState:
        """The encoder, the live version and what is staged."""
        with self._reading() as connection:
            row = connection.execute(select(index_state.c.encoder, index_state.c.version, index_state.c.stage)).one_or_none()
        return IndexState(row.encoder, row.version, Stage(**row.stage) if row.stage else None) if row else IndexState(None, 0)

    def start(self, encoder: str) -> None:
        """Records that vectors are made with ``encoder`` from now on; every chunk is pending again."""
        with self._writing() as connection:
            _set_state(connection, encoder=encoder)
            connection.execute(update(chunks).values(indexed=False))

    def stage(self, stage: Stage | None) -> None:
        """Says what is staged from now on."""
        with self._writing() as connection:
            _set_state(connection, stage=asdict(stage) if stage else None)

    def documents(self, prefix: str = "", version: int = STAGED) -> Mapping[str, DocumentRecord]:
        """The documents of a version whose location begins with ``prefix``, by location."""
        begins = func.substr(documents.c.location, 1, len(prefix)) == prefix
        with self._reading() as connection:
            rows = connection.execute(select(documents).where(begins, in_version(documents, version))).mappings()
            return {row["location"]: _record(row) for row in rows}

    def store(self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]]) -> Changes:
        """Stages documents with all their chunks, in place of those of the same locations; unchanged chunks stay."""
        with self._writing() as connection:
            return staging.put(connection, [record.location for record, _ in batch], batch)

    def forget(self, locations: Collection[str]) -> Changes:
        """Stages the removal of documents with their chunks."""
        with self._writing() as connection:
            return staging.put(connection, locations, ())

    def drop(self, ids: Collection[str]) -> Changes:
        """Stages the removal of single chunks from their documents."""
        with self._writing() as connection:
            return staging.drop(connection, ids)

    def restore(self, number: int, keep: Collection[str]) -> Changes:
        """Stages the documents as version ``number`` had them, but for locations that begin with one of ``keep``."""
        with self._writing() as connection:
            return staging.restore(connection, number, keep)

    def publish(self, what: str, prefix: str = "") -> tuple[Version | None, Changes]:
        """Makes what is staged at locations beginning with ``prefix`` the next version; None where that is nothing."""
        with self._writing() as connection:
            state = connection.execute(select(index_state.c.version)).scalar_one_or_none() or 0
            version, changes = staging.publish(connection, state + 1, what, prefix)
            if version is not None:
                _set_state(connection, version=version.number)
            if not prefix:
                _set_state(connection, stage=None)
            return version, changes

    def discard(self) -> Changes:
        """Removes what is staged."""
        with self._writing() as connection:
            _set_state(connection, stage=None)
            return staging.discard(connection)

    def versions(self) -> Sequence[Version]:
        """The versions that can be restored, newest first."""
        with self._reading() as connection:
            rows = connection.execute(select(versions).order_by(versions.c.number.desc()))
            return [Version(*row) for row in rows]

    def confirm(self, ids: Collection[str]) -> None:
        """Puts up the flag of these chunks: their vectors are stored."""
        self._flag(ids, indexed=True)

    def retract(self, ids: Collection[str]) -> None:
        """Takes down the flag of these chunks: their vectors are missing."""
        self._flag(ids, indexed=False)

    def pending(self, limit: int) -> Sequence[Chunk]:
        """At most ``limit`` chunks, live or staged, whose flag is down."""
        with self._reading() as connection:
            statement = select(*FIELDS).where(chunks.c.indexed.is_(False), not_past(chunks)).limit(limit)
            return list({row.id: Chunk(*row) for row in connection.execute(statement)}.values())

    def keys(self) -> Sequence[ChunkKey]:
        """The keys of all chunks that are live or staged, each once."""
        statement = select(chunks.c.id, chunks.c.kind, ASKS).where(not_past(chunks)).distinct()
        with self._reading() as connection:
            return [ChunkKey(*row) for row in connection.execute(statement)]

    def chunks(self, ids: Collection[str], version: int) -> Mapping[str, Chunk]:
        """The chunks with these ids in a version; others are left out."""
        wanted = chunks.c.id.in_(bindparam("ids", expanding=True))
        statement = select(*FIELDS).where(wanted, in_version(chunks, version))
        with self._reading() as connection:
            rows = (row for part in staging.slices(ids) for row in connection.execute(statement, {"ids": part}))
            return {row.id: Chunk(*row) for row in rows}

    def all_chunks(self, version: int) -> Iterator[Chunk]:
        """Every chunk of a version, by location and position."""
        statement = select(*FIELDS).where(in_version(chunks, version)).order_by(chunks.c.location, chunks.c.position)
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=staging.SLICE).execute(statement)
            yield from (Chunk(*row) for row in rows)

    def around(self, chunk: Chunk, n: int, version: int) -> Sequence[Chunk]:
        """Up to ``n`` chunks before and after ``chunk`` in its document, in order, without itself."""
        near = chunks.c.position.between(chunk.position - n, chunk.position + n)
        same = (chunks.c.location == chunk.location, in_version(chunks, version), chunks.c.id != chunk.id)
        with self._reading() as connection:
            rows = connection.execute(select(*FIELDS).where(near, *same).order_by(chunks.c.position))
            return [Chunk(*row) for row in rows]

    def counts(self) -> Counts:
        """How much is recorded."""
        live = in_version(chunks, LIVE)
        asking = chunks.c.question.is_not(None)
        with self._reading() as connection:

            def count(what: Any, *conditions: Any) -> int:
                return connection.execute(select(func.count(what)).where(*conditions)).scalar_one()

            return Counts(
                documents=count(documents.c.key, in_version(documents, LIVE)),
                chunks=count(chunks.c.key, live),
                staged=count(chunks.c.key, chunks.c.since == STAGED),
                vectors=count(distinct(chunks.c.id), not_past(chunks)) + count(distinct(chunks.c.id), not_past(chunks), asking),
                pending=count(distinct(chunks.c.id), not_past(chunks), chunks.c.indexed.is_(False)),
                touched=any(count(table.c.key, staging.touched(table)) for table in (documents, chunks)),
            )

    def _flag(self, ids: Collection[str], *, indexed: bool) -> None:
        statement = update(chunks).where(chunks.c.id.in_(bindparam("ids", expanding=True))).values(indexed=indexed)
        with self._writing() as connection:
            for part in staging.slices(ids):
                connection.execute(statement, {"ids": part})

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._transaction(self._engine.connect) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._transaction(self._engine.begin) as connection:
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


def _set_state(connection: Connection, **values: Any) -> None:
    if connection.execute(update(index_state).values(**values)).rowcount == 0:
        connection.execute(insert(index_state).values(**{"id": 1, "encoder": None, "version": 0, "stage": None, **values}))


def _record(row: RowMapping) -> DocumentRecord:
    values = {name: row[name] for name in ("location", "source", "title", "language", "fingerprint")}
    return DocumentRecord(**values, skipped=tuple(Skipped(**skipped) for skipped in row["skipped"]))
