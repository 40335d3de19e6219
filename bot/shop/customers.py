"""The shop's customers, read one at a time."""

from __future__ import annotations

from sqlalchemy import Engine, select

from bot.shop.records import Customer
from bot.store.shop import customers


class Customers:
    """Looks customers up by the id that the server proved; there is no search over them for a conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(customers).where(customers.c.customer_id == customer_id)).mappings().first()
        if row is None:
            return None
        fields = {name: value for name, value in row.items() if name not in ("location", "fingerprint", "tags")}
        return Customer(tags=tuple(row["tags"]), **fields)
