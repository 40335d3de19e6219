"""The one room that opens the SQL database. Tables register themselves on :data:`metadata`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import DataDirectoryError, SettingsError

PATIENCE_MS = 10_000
"""How long SQLite waits for a lock."""

CONNECTIONS = 16
"""Connections to an SQLite file that are kept open: opening one takes longer than most of what is read."""

_WRITER = "shopdesk_writer"
"""The option of an engine that holds the lock of its writers."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def open_database(url: str) -> Engine:
    """An engine for ``url``. SQLite runs in WAL mode with foreign keys on, waits 10 s for a lock, and overwrites what goes.

    PostgreSQL's sessions are in UTC, which days are counted in; a connection that its server has closed is opened anew.

    Raises:
        SettingsError: ``url`` is none, or its driver is not installed.
    """
    try:
        of_server = {"pool_pre_ping": True, "connect_args": {"options": "-c timezone=UTC"}}
        of_file = {"pool_size": CONNECTIONS, "execution_options": {_WRITER: Lock()}}
        given = of_server if make_url(url).get_backend_name() == "postgresql" else of_file
        engine = create_engine(url, hide_parameters=True, **given)  # no customer's words in a log
    except ArgumentError as error:
        raise SettingsError(
            "The setting 'database_url' is no database URL: write it like 'postgresql+psycopg://user:password@host/name'."
        ) from error
    except ImportError as error:
        raise SettingsError(
            f"The database {make_url(url).render_as_string()!r} needs the Python package {error.name!r}: install it with pip"
            " (for PostgreSQL: pip install 'shopdesk[postgres]')."
        ) from error
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes.

    SQLite lets one write at a time and has the others look again after ever longer naps. Those of this process queue up
    instead, as long as they would wait for the file.
    """
    turn: Lock | None = engine.get_execution_options().get(_WRITER)
    held = turn is not None and turn.acquire(timeout=PATIENCE_MS / 1000)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        if turn is not None and held:
            turn.release()


def _prepare_sqlite(connection: object, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (f"busy_timeout={PATIENCE_MS}", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _keep_a_log(cursor)
    cursor.close()


def _keep_a_log(cursor: sqlite3.Cursor) -> None:
    """WAL mode. Where several programs change a new file's mode at once, SQLite refuses all but one without waiting for it."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def truncate_log(engine: Engine) -> None:
    """Brings SQLite's write-ahead log into the file and empties it, so that nothing deleted is left there."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


@contextmanager
def clear_words() -> Iterator[None]:
    """Turns what the database raises meanwhile into a :class:`DataDirectoryError` of one sentence."""
    try:
        yield
    except SQLAlchemyError as error:
        raise DataDirectoryError(
            f"The database cannot be read or written ({reason(error)}): free some space or correct its permissions, then try"
            " again."
        ) from error


def aware(time: datetime) -> datetime:
    """A time as it was stored: SQLite gives times back without their zone, which is always UTC here."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def reason(error: SQLAlchemyError) -> str:
    """The first line of what the database said."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
