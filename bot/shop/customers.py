"""What is known of the shop's customers as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, String, cast, exists, select

from bot.store.retention import unsubscriptions
from bot.store.shop import customers


def has_accounts(engine: Engine) -> bool:
    """Whether any customer has ways to pay on file."""
    kept = select(customers.c.customer_id).where(cast(customers.c.payment_methods, String) != "[]").limit(1)
    with engine.connect() as connection:
        return connection.execute(kept).first() is not None


def contacts(engine: Engine) -> dict[str, tuple[str, str]]:
    """Customer's id → name and e-mail address, of those whom the shop's list holds."""
    with engine.connect() as connection:
        rows = connection.execute(select(customers.c.customer_id, customers.c.name, customers.c.email))
        return {row.customer_id: (row.name, row.email or "") for row in rows}


def may_be_written_to(engine: Engine, customer: str) -> bool:
    """Whether a customer agreed to messages, can be reached, and has not unsubscribed."""
    known = select(customers.c.email, customers.c.phone, customers.c.consent_ways).where(
        customers.c.customer_id == customer,
        customers.c.consent,
        ~exists().where(unsubscriptions.c.customer_id == customer),
    )
    with engine.connect() as connection:
        row = connection.execute(known).first()
    return row is not None and any(reachable(row.email, row.phone, row.consent_ways))


def reachable(email: str | None, phone: str | None, ways: Sequence[str]) -> tuple[str | None, str | None]:
    """The e-mail address and the telephone number by which a customer agreed to be written to; no ``ways`` are any."""
    return (email or None if not ways or "email" in ways else None), (phone or None if not ways or "sms" in ways else None)
