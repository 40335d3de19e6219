"""How often something may be done in a minute, counted for all processes that share a PostgreSQL server."""

from __future__ import annotations

import hashlib
import random

from sqlalchemy import Column, Engine, Float, String, Table, text

from bot.store.database import metadata

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("whole_at", Float, nullable=False),
)
"""``key`` is the SHA-256 of an address, a conversation or a name, which is whole again ``whole_at`` seconds after 1970."""

# excluded.whole_at - :interval is now, by the server's clock. A row that is due later than in two minutes was written before
# that clock was set back; it counts for nothing.
_TAKE = text(
    """
    INSERT INTO rate_limits AS kept (name, key, whole_at)
    VALUES (:name, :key, extract(epoch FROM statement_timestamp())::float8 + :interval)
    ON CONFLICT (name, key) DO UPDATE SET whole_at = :interval + CASE
        WHEN kept.whole_at BETWEEN excluded.whole_at - :interval AND excluded.whole_at - :interval + 120 THEN kept.whole_at
        ELSE excluded.whole_at - :interval END
    WHERE kept.whole_at NOT BETWEEN excluded.whole_at - 2 * :interval + 60.000001 AND excluded.whole_at - :interval + 120
    RETURNING whole_at
    """
)
_LEFT = text(
    "SELECT whole_at - extract(epoch FROM statement_timestamp())::float8 FROM rate_limits WHERE name = :name AND key = :key"
)
_OLD = text(
    "DELETE FROM rate_limits WHERE whole_at NOT BETWEEN extract(epoch FROM statement_timestamp())::float8"
    " AND extract(epoch FROM statement_timestamp())::float8 + 120"
)
_CLEANING = 0.001


class RateLimits:
    """Keeps the counts. The algorithm is that of :class:`bot.serving.limits.RateLimiter`, in one statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def shared(self) -> bool:
        """Whether other processes may count here, too: SQLite's file is one process's."""
        return self._engine.dialect.name == "postgresql"

    def take(self, name: str, key: str, interval: float) -> float:
        """0 when allowed, else the seconds until it will be: once in ``interval`` seconds, a minute's at once if need be."""
        row = {"name": name, "key": _digest(key), "interval": interval}
        with self._engine.begin() as connection:
            if random.random() < _CLEANING:
                connection.execute(_OLD)
            allowed = connection.execute(_TAKE, row).first()
        return 0.0 if allowed else self.wait(name, key, interval) or 0.001

    def wait(self, name: str, key: str, interval: float) -> float:
        """What :meth:`take` would answer, without taking."""
        with self._engine.connect() as connection:
            left = connection.execute(_LEFT, {"name": name, "key": _digest(key)}).scalar()
        return max(float(left) + interval - 60, 0.0) if left is not None and 0 <= left <= 120 else 0.0


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
