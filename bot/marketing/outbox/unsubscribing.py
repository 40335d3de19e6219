"""The link by which a customer ends all messages: signed, so that nobody ends those of others."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.retention import unsubscriptions

PATH = "/unsubscribe/"
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Makes and takes links ``CUSTOMER.SIGNATURE``; the same secret signs takeover links, for another purpose."""

    engine: Engine
    secret: bytes = field(repr=False)
    address: str

    def url(self, customer: str) -> str:
        """The customer's link, always the same one."""
        name = base64.urlsafe_b64encode(customer.encode()).rstrip(b"=").decode()
        return f"{self.address}{PATH}{name}.{self._signature(customer)}"

    def read(self, token: str) -> str | None:
        """The customer whose link it is; None for a token that is none."""
        name, _, signature = token.partition(".")
        if len(token) > _LONGEST or not token.isascii():
            return None
        try:
            customer = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        return customer if hmac.compare_digest(self._signature(customer), signature) else None

    def unsubscribe(self, token: str) -> bool:
        """Ends the messages to the customer whose link it is; False for a token that is none. Twice changes nothing."""
        customer = self.read(token)
        if customer is None:
            return False
        with self.engine.begin() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            row = {"customer_id": customer, "at": datetime.now(UTC)}
            connection.execute(insert(unsubscriptions).values(**row).on_conflict_do_nothing())
        return True

    def _signature(self, customer: str) -> str:
        signed = hmac.digest(self.secret, f"unsubscribe\n{customer}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()
