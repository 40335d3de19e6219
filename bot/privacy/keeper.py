"""What is kept on customers: given out, erased, or deleted when old; each is noted in the audit log, without their names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Engine

from bot.settings.privacy import PrivacySettings
from bot.store.expiry import Expiry, Periods
from bot.store.personal_data import PersonalData
from bot.store.users import UserStore

PROGRAM = "shopdesk"
"""Who did what nobody signed in for, in the audit log."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """``by`` is whom the audit log names."""

    _personal: PersonalData
    _expiry: Expiry
    _users: UserStore

    @classmethod
    def open(cls, engine: Engine) -> Self:
        """Over the shop's database."""
        return cls(PersonalData(engine), Expiry(engine), UserStore(engine))

    def export(self, customer: str, by: str = PROGRAM) -> dict[str, list[dict[str, Any]]]:
        """See :meth:`PersonalData.export`."""
        found = self._personal.export(customer)
        self._users.record(by, "customer exported", customer=pseudonym(customer))
        return found

    def erase(self, customer: str, by: str = PROGRAM) -> dict[str, int]:
        """See :meth:`PersonalData.erase`."""
        erased = self._personal.erase(customer)
        self._users.record(by, "customer erased", customer=pseudonym(customer), rows=sum(erased.values()))
        return erased

    def expire(self, settings: PrivacySettings, by: str = PROGRAM) -> dict[str, int]:
        """Deletes what is older than the settings let it be kept; table → rows that went."""
        days = (settings.keep_conversations_days, settings.keep_events_days, settings.keep_records_days)
        gone = self._expiry.expire(Periods(*days))
        if gone:
            self._users.record(by, "old data deleted", **gone)
        return gone


def pseudonym(customer: str) -> str:
    """What stands for a customer in the audit log, where the id itself must not stand: its SHA-256, shortened."""
    return hashlib.sha256(customer.encode("utf-8", "surrogatepass")).hexdigest()[:16]
