"""What customers decided about their profiles: whether they may be used, what is wrong in them, and from when they begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Boolean, Column, Connection, DateTime, Engine, String, Table, delete, select

from bot.store.database import aware, metadata
from bot.store.shop import customers, upsert

profile_choices = Table(
    "profile_choices",
    metadata,
    Column("customer_id", String(200), primary_key=True),
    Column("consent", Boolean),
    Column("forgotten_at", DateTime(timezone=True)),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
"""``consent``, where it is told, stands in place of the loaded one. What is older than ``forgotten_at`` counts no more."""

profile_corrections = Table(
    "profile_corrections",
    metadata,
    Column("customer_id", String(200), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("holds", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """``consent`` to the profile's use, and since when it begins, where the customer had it deleted."""

    consent: bool
    since: datetime | None = None


def choice_of(connection: Connection, customer: str) -> Choice:
    """What holds for the customer: what they decided, else what the shop's list of customers says."""
    decided = connection.execute(select(profile_choices).where(profile_choices.c.customer_id == customer)).one_or_none()
    if decided is not None and decided.consent is not None:
        agreed = bool(decided.consent)
    else:
        agreed = bool(connection.scalar(select(customers.c.consent).where(customers.c.customer_id == customer)))
    since = decided.forgotten_at if decided is not None else None
    return Choice(agreed, aware(since) if since else None)


class ProfileChoices:
    """Reads and keeps them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def corrections(self, connection: Connection, customer: str) -> list[tuple[str, str, bool]]:
        """Name, value and whether it holds, the newest last."""
        rows = connection.execute(
            select(profile_corrections)
            .where(profile_corrections.c.customer_id == customer)
            .order_by(profile_corrections.c.at, profile_corrections.c.value)
        )
        return [(row.name, row.value, row.holds) for row in rows]

    def consent(self, customer: str, agreed: bool) -> None:
        """Keeps whether the profile may be used."""
        with self._engine.begin() as connection:
            self._decide(connection, customer, agreed, choice_of(connection, customer).since)

    def correct(self, customer: str, name: str, value: str, holds: bool, instead_of: Sequence[str] = ()) -> None:
        """Keeps a correction; what the customer said before of the same, and ``instead_of``, is replaced."""
        with self._engine.begin() as connection:
            if instead_of:
                self._drop(connection, customer, name, instead_of)
            row = {"customer_id": customer, "name": name, "value": value, "holds": holds, "at": datetime.now(UTC)}
            upsert(connection, profile_corrections, [row])

    def forget(self, customer: str) -> None:
        """Deletes what was corrected, withdraws the consent, and lets nothing of before count any more."""
        with self._engine.begin() as connection:
            connection.execute(delete(profile_corrections).where(profile_corrections.c.customer_id == customer))
            self._decide(connection, customer, False, datetime.now(UTC))

    def _decide(self, connection: Connection, customer: str, agreed: bool, since: datetime | None) -> None:
        row = {"customer_id": customer, "consent": agreed, "forgotten_at": since, "changed_at": datetime.now(UTC)}
        upsert(connection, profile_choices, [row])

    def _drop(self, connection: Connection, customer: str, name: str, values: Sequence[str]) -> None:
        mine = (profile_corrections.c.customer_id == customer) & (profile_corrections.c.name == name)
        connection.execute(delete(profile_corrections).where(mine & profile_corrections.c.value.in_(values)))
