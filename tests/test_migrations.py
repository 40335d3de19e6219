"""Numbered changes of the database: from nothing to the newest tables, back again, and what a newer one is told."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from threading import Timer

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import bot
from bot.errors import DataDirectoryError, SettingsError
from bot.store.conversations import ConversationStore
from bot.store.database import metadata, open_database
from bot.store.schema import HEAD, upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path) -> Engine:
    """A database without tables, of each kind in turn."""
    with ExitStack() as made:
        if request.param == "postgresql":
            url = made.enter_context(request.getfixturevalue("postgres").database())
        else:
            url = f"sqlite:///{tmp_path / 'shop.db'}"
        engine = open_database(url)
        yield engine
        engine.dispose()


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(files("bot.store").joinpath("migrations")))
    return made


def migrated_to(engine: Engine, revision: str) -> None:
    made = config()
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, revision)


@pytest.mark.parametrize("first", [None, "0001"], ids=["an empty one", "the oldest"])
def test_a_database_is_brought_to_the_tables_of_the_code(engine, first):
    from alembic.autogenerate import compare_metadata

    if first:
        migrated_to(engine, first)
    upgrade(engine)
    with engine.connect() as connection:
        comparable = connection.dialect.name == "sqlite"  # PostgreSQL cannot compare defaults of JSON
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": comparable})
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []
        assert {"conversations", "turns", "feedback", "knowledge_documents", "knowledge_chunks", "products", "orders"} <= set(
            metadata.tables
        )


def test_tables_that_are_made_at_once_are_those_that_the_migrations_make(tmp_path):
    made = {}
    for way in ("at once", "step by step"):
        engine = open_database(f"sqlite:///{tmp_path / way}.db")
        if way == "step by step":
            migrated_to(engine, "head")
        upgrade(engine)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
            made[way] = {name: sorted(re.findall(r"[^\s\",()]+", sql)) for name, sql in rows}  # columns stand in another order
        engine.dispose()
    assert len(made["at once"]) > 40
    assert made["at once"] == made["step by step"]


def test_tables_of_which_nobody_knows_how_old_they_are_are_not_taken_for_the_newest(engine):
    migrated_to(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(DataDirectoryError, match="already exists"):
        upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == []


def test_programs_that_start_at_once_on_an_empty_database_make_its_tables_once(engine):
    others = [open_database(engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, others))
    for other in others:
        other.dispose()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [(HEAD,)]


def test_a_new_file_that_another_program_writes_in_is_waited_for(tmp_path):
    other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    writes = Timer(0.3, other.execute, ["ROLLBACK"])
    writes.start()
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    writes.join()
    other.close()
    engine.dispose()


def test_the_head_is_the_newest_migration_and_there_is_one_line_of_them():
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_every_migration_can_be_taken_back(engine):
    upgrade(engine)
    made = config()
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.downgrade(made, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_second_upgrade_keeps_what_is_stored(engine):
    upgrade(engine)
    conversation = ConversationStore(engine).open(None).conversation
    upgrade(engine)
    assert ConversationStore(engine).open(conversation)[0] == conversation


def test_a_database_of_a_newer_program_is_refused_with_the_remedy(tmp_path):
    bot.open(tmp_path).close()
    engine = open_database(f"sqlite:///{tmp_path / 'shopdesk.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DataDirectoryError, match="made by a newer Shopdesk: install that one") as caught:
        bot.open(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_no_opening_imports_a_migration_tool_where_nothing_is_to_be_migrated(tmp_path):
    code = f"import sys, bot; bot.open({str(tmp_path)!r}).close(); print('alembic' in sys.modules)"
    run = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert [done.stdout.strip() for done in run] == ["False", "False"]


def test_sqlite_keeps_foreign_keys_and_lets_readers_read_while_one_writes(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    with engine.connect() as connection:
        pragmas = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")}
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1}


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("nonsense", SettingsError, "no database URL"),
        ("oracle+nodriver://u:sekret@host/db", SettingsError, "no database URL|needs the Python package"),
        ("sqlite:////no/such/directory/x.db", DataDirectoryError, "cannot be opened"),
        ("postgresql+psycopg://u:sekret@127.0.0.1:1/db", DataDirectoryError, "cannot be opened .*127.0.0.1"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_one_sentence(tmp_path, url, error, words):
    with pytest.raises(error, match=words) as caught:
        bot.open(tmp_path, database_url=url)
    assert "\n" not in str(caught.value) and "sekret" not in str(caught.value)


def test_a_file_that_is_no_database_is_told_in_one_sentence_and_left_alone(tmp_path):
    path = Path(tmp_path) / "shopdesk.db"
    path.write_bytes(b"somebody's own file" * 100)
    with pytest.raises(DataDirectoryError, match="file is not a database"):
        bot.open(tmp_path)
    assert path.read_bytes() == b"somebody's own file" * 100


def test_a_database_from_before_tokens_keeps_its_conversations(engine):
    migrated_to(engine, "0001")
    with engine.connect() as connection:
        row = {"id": "old", "state": "{}", "at": "2026-01-01 00:00:00"}
        connection.execute(
            text("INSERT INTO conversations (id, state, created_at, updated_at) VALUES (:id, :state, :at, :at)"), row
        )
        connection.commit()
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, token_hash FROM conversations")).all() == [("old", None)]
