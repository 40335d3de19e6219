"""A copy of SQLite's database as it is at one moment, while others read and write it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import clear_words, open_database


def copied(url: str, path: Path) -> Path:
    """Writes a compact copy of the database to the new file ``path``.

    Raises:
        DataDirectoryError: it cannot be read or written.
    """
    engine = open_database(url)
    try:
        with clear_words(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM INTO :path"), {"path": str(path)})
    finally:
        engine.dispose()
    return path


def sound(path: Path) -> bool:
    """Whether the file is a database of SQLite without a fault."""
    engine = open_database(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
