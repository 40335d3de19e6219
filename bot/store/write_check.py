"""Whether the database takes what is written: a full or read-only disk, or a lock, lets it be read all the same."""

from __future__ import annotations

from sqlalchemy import Engine, text

from bot.store.database import PATIENCE_MS
from bot.store.shop import bump

WAIT_MS = 1000
CHECKED = "readiness"


def check_writing(engine: Engine) -> None:
    """Writes one number for good, waiting a second at most for whoever else writes.

    Raises:
        SQLAlchemyError: it cannot be written.
    """
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        try:
            connection.execute(text(f"PRAGMA busy_timeout={WAIT_MS}" if sqlite else f"SET LOCAL lock_timeout={WAIT_MS}"))
            bump(connection, CHECKED)
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                connection.execute(text(f"PRAGMA busy_timeout={PATIENCE_MS}"))
