"""The keys that a site's shop signs identities with. Several at a time, so that they can be changed without a gap."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Engine, ForeignKey, String, Table, Text, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.access.identity import SigningKey
from bot.errors import InputError
from bot.store.database import aware, metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("site_key", ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
    Column("kid", String(64), primary_key=True),
    Column("algorithm", String(8), nullable=False),
    Column("key", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
MOST = 10


class SigningKeyStore:
    """Reads and writes signing keys. HS256 is a shared secret, so the database holds it as it is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, site: str) -> tuple[SigningKey, ...]:
        """The keys of a site, oldest first."""
        return tuple(SigningKey(row.kid, row.algorithm, row.key) for row in self._rows(site))

    def listed(self, site: str) -> list[dict[str, Any]]:
        """What may be shown of them: ``kid``, ``algorithm`` and ``created_at``."""
        return [
            {"kid": row.kid, "algorithm": row.algorithm, "created_at": aware(row.created_at).isoformat()}
            for row in self._rows(site)
        ]

    def add(self, site: str, key: SigningKey) -> None:
        """Adds a key to a site that exists.

        Raises:
            InputError: for an unusable or used ``kid``, or too many keys.
        """
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", key.kid):
            raise InputError(f"A 'kid' has 1 to 64 letters, digits, dots or dashes: {key.kid[:80]!r} cannot be one.")
        if len(self._rows(site)) >= MOST:
            raise InputError(f"The site has {MOST} keys already: remove one that is no longer used.")
        row = {"site_key": site, "kid": key.kid, "algorithm": key.algorithm, "key": key.key, "created_at": datetime.now(UTC)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(signing_keys).values(**row))
        except IntegrityError:
            raise InputError(f"The site has a key {key.kid!r} already: remove it first, or choose another --kid.") from None

    def remove(self, site: str, kid: str) -> None:
        """Forgets a key: what it signed proves nothing from now on.

        Raises:
            InputError: when the site has no such key.
        """
        wanted = (signing_keys.c.site_key == site) & (signing_keys.c.kid == kid)
        with self._engine.begin() as connection:
            if connection.execute(delete(signing_keys).where(wanted)).rowcount == 0:
                raise InputError(f"The site has no key {kid[:80]!r}: 'shopdesk site keys KEY' shows those it has.")

    def _rows(self, site: str) -> list[Any]:
        query = select(signing_keys).where(signing_keys.c.site_key == site).order_by(signing_keys.c.created_at)
        with self._engine.connect() as connection:
            return list(connection.execute(query).all())
