"""An embedded vector store that a disk has damaged: known without opening it, and set aside, since it can be made again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from knowledge_base.ownership import own


def set_damaged_aside(directory: Path) -> Path | None:
    """Renames the store in ``directory`` when it is damaged, so that opening makes it anew; where it lies now, else None.

    Raises:
        KnowledgeBaseLocked: another process has the directory open.
        KnowledgeBaseError: the directory cannot be written.
    """
    store, lock = directory / "chroma", own(directory)
    try:
        if not store.exists() or _is_sound(store / "chroma.sqlite3"):
            return None
        number = 1
        while (aside := directory / f"chroma-damaged-{number}").exists():
            number += 1
        return store.rename(aside)
    finally:
        lock.release()


def _is_sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
            tables = connection.execute("select count(*) from sqlite_master where name = 'collections'").fetchone()
            return bool(tables[0]) and connection.execute("pragma quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False
