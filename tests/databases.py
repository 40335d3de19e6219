"""The databases that Shopdesk runs on: SQLite in a file, and a real PostgreSQL server that the tests start."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.tables import METADATA

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=200",
    "timezone=Asia/Shanghai",
)
ALONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
COUNT_ANEW = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
    " WHERE last_value IS NOT NULL"
)
Database = Callable[[], str]
"""Makes a database with the newest tables and nothing in them; its URL."""


@dataclass
class Postgres:
    """A running server. It listens on a socket in a directory of its own, so that no port is taken."""

    directory: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _empty: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://shopdesk@/{name}?host={self.directory}"

    def execute(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A database for as long as the block runs; its URL."""
        name = f"shop{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A database with the newest tables and nothing in them, to write rows to; its URL.

        The one before is emptied for it: to make and drop another takes the server a quarter of a second.
        """
        if not self._empty:
            self._empty.append(f"shop{next(self._numbers)}")
            self.execute(f"CREATE DATABASE {self._empty[-1]} TEMPLATE migrated")
        name = self._empty.pop()
        try:
            yield self.url(name)
        finally:
            self._clear(name)
            self._empty.append(name)

    def _clear(self, name: str) -> None:
        engine = create_engine(self.url(name), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(ALONE))
            rows = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in METADATA.tables)
            if filled := connection.scalars(text(rows)).all():
                connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))
            connection.execute(text(COUNT_ANEW))
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of this run, with a database ``migrated`` to copy."""
    if not BINARIES:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("PostgreSQL is not installed: apt install postgresql")
    commands = BINARIES[-1].parent
    owner = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    directory = Path(tempfile.mkdtemp(prefix="shopdesk-postgres-"))
    directory.chmod(0o755)
    if owner:
        shutil.chown(directory, owner)

    def run(name: str, *arguments: str) -> None:
        subprocess.run(
            [commands / name, "-D", directory / "data", *arguments], user=owner, check=True, stdout=subprocess.DEVNULL
        )

    options = " ".join(f"-c {one}" for one in FAST)
    try:
        run("initdb", "--auth=trust", "--username=shopdesk", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "--wait", f"--log={directory / 'log'}", f"--options={options} -k {directory}", "start")
        try:
            server = Postgres(directory)
            server.execute("CREATE DATABASE migrated TEMPLATE template0")
            engine = open_database(server.url("migrated"))
            upgrade(engine)
            engine.dispose()
            yield server
        finally:
            run("pg_ctl", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with the newest tables, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "shop.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Makes databases, of each kind in turn."""
    with ExitStack() as made:

        def make() -> str:
            if request.param == "postgresql":
                server: Postgres = request.getfixturevalue("postgres")
                return made.enter_context(server.empty())
            path = tmp_path_factory.mktemp("database") / "shop.db"
            shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
            return f"sqlite:///{path}"

        yield make


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """An empty database of each kind in turn, opened."""
    opened = open_database(database())
    yield opened
    opened.dispose()
