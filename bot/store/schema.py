"""The tables as they are today: made at once in an empty database, brought there by migrations in an older one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Engine, create_mock_engine, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DataDirectoryError
from bot.store.database import reason, writing
from bot.store.tables import METADATA

HEAD = "0032"

MIGRATOR = 0x5340_A0
"""Names the lock of the one process that migrates, among the locks of the database."""

_VERSIONS = "alembic_version"
_VERSION = "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"


def upgrade(engine: Engine) -> None:
    """Brings the database to the newest tables: an empty one at once, an older one by its migrations, with Alembic.

    Raises:
        DataDirectoryError: the database cannot be opened, or was made by a newer program.
    """
    try:
        if current_revision(engine) is None:
            _create(engine)
        if current_revision(engine) != HEAD:
            _migrate(engine)
    except SQLAlchemyError as error:
        raise DataDirectoryError(
            f"The database {engine.url.render_as_string()!r} cannot be opened ({reason(error)}):"
            " free some space, or correct its permissions or address."
        ) from error


def current_revision(engine: Engine) -> str | None:
    """The migration that the database is at; None for one without tables."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()


def _create(engine: Engine) -> None:
    """Makes all tables in one transaction, and marks them with the newest migration as Alembic does.

    Tables that no migration is told of are left alone: nobody knows how old they are.
    """
    with writing(engine) as connection:
        _wait_for_turn(connection)
        if _revision(connection) is None and METADATA.tables.keys().isdisjoint(inspect(connection).get_table_names()):
            make_tables(connection)
            connection.execute(text(f"CREATE TABLE IF NOT EXISTS {_VERSIONS} ({_VERSION})"))
            connection.execute(text(f"INSERT INTO {_VERSIONS} VALUES (:head)"), {"head": HEAD})


def make_tables(connection: Connection) -> None:
    """Makes all tables, of which there are none yet."""
    for statement in _definitions(connection.dialect.name):
        connection.exec_driver_sql(statement)


@cache
def _definitions(dialect: str) -> tuple[str, ...]:
    """What makes the tables, put into words once: a conversation that is tried has a database of its own."""
    found: list[str] = []
    writer: Any = create_mock_engine(f"{dialect}://", lambda made, *_: found.append(str(made.compile(dialect=writer.dialect))))
    METADATA.create_all(writer, checkfirst=False)
    return tuple(found)


def _wait_for_turn(connection: Connection) -> None:
    """Programs that start at the same time make or change the tables one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATOR)))
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # Python's driver begins none before it makes tables


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(files("bot.store").joinpath("migrations")))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        try:
            if connection.dialect.name == "postgresql":  # on SQLite a migration begins its own transactions
                _wait_for_turn(connection)
            command.upgrade(config, "head")
        except CommandError as error:
            raise DataDirectoryError(
                f"The database {engine.url.render_as_string()!r} was made by a newer Shopdesk: install that one."
            ) from error
