"""What is kept on customers: given out, erased, or deleted when old; each is noted in the audit log, without their names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Engine

from bot.localisation.clear_words import clear_words
from bot.settings.privacy import PrivacySettings
from bot.shop.profile.profiles import Profiles
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
    _profiles: Profiles
    _settings: Callable[[], PrivacySettings]
    _erased: Callable[[], object]

    @classmethod
    def open(
        cls, engine: Engine, profiles: Profiles, settings: Callable[[], PrivacySettings], erased: Callable[[], object]
    ) -> Self:
        """Over the shop's database; ``erased`` is called when a customer's data is gone, which others had learned from."""
        return cls(PersonalData(engine), Expiry(engine), UserStore(engine), profiles, settings, erased)

    def export(self, customer: str, by: str = PROGRAM) -> dict[str, list[dict[str, Any]]]:
        """Everything that is kept on a customer, table by table, and the ``profile`` drawn from it.

        Raises:
            InputError: when nothing is known of ``customer``.
        """
        with clear_words():
            found = self._personal.export(customer)
            self._users.record(by, "customer exported", customer=pseudonym(customer))
            return {**found, "profile": [self._profiles.of(customer).to_dict()]}

    def erase(self, customer: str, by: str = PROGRAM) -> dict[str, int]:
        """Deletes everything that is kept on a customer, for good; table → rows deleted.

        Raises:
            InputError: when nothing is known of ``customer``.
        """
        with clear_words():
            gone = self._personal.erase(customer)
            self._users.record(by, "customer erased", customer=pseudonym(customer), rows=sum(gone.values()))
            self._erased()
            return gone

    def expire(self, by: str = PROGRAM) -> dict[str, int]:
        """Deletes what is older than the settings let it be kept; table → rows that went."""
        settings = self._settings()
        days = (settings.keep_conversations_days, settings.keep_events_days, settings.keep_records_days)
        with clear_words():
            gone = self._expiry.expire(Periods(*days))
            if gone:
                self._users.record(by, "old data deleted", **gone)
            return gone


def pseudonym(customer: str) -> str:
    """What stands for a customer in the audit log, where the id itself must not stand: its SHA-256, shortened."""
    return hashlib.sha256(customer.encode("utf-8", "surrogatepass")).hexdigest()[:16]
