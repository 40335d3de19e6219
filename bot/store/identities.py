"""Which customer a conversation belongs to, as the shop's signed token said, and until when they count as logged in."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, select, update

from bot.access.identity import Identity
from bot.store.conversation_tables import conversations
from bot.store.database import aware


class IdentityStore:
    """Binds conversations to customers. Once bound, a conversation is that customer's for good."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def bind(self, conversation: str, identity: Identity) -> bool:
        """Makes the conversation the customer's; False, and nothing changes, when it is another customer's already."""
        free = conversations.c.customer_id.is_(None) | (conversations.c.customer_id == identity.customer)
        values = {
            "customer_id": identity.customer,
            "customer_name": identity.name,
            "customer_email": identity.email,
            "identified_until": identity.until,
        }
        with self._engine.begin() as connection:
            bound = connection.execute(
                update(conversations).where((conversations.c.id == conversation) & free).values(**values)
            )
        return bound.rowcount == 1

    def closed(self, conversation: str) -> bool:
        """Whether the conversation is a customer's who is not logged in any more."""
        columns = (conversations.c.customer_id, conversations.c.identified_until)
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(conversations.c.id == conversation)).one_or_none()
        if row is None or row.customer_id is None:
            return False
        return row.identified_until is None or aware(row.identified_until) <= datetime.now(UTC)

    def forget(self, conversation: str) -> None:
        """Ends the log-in: the conversation opens to nobody until the same customer identifies again."""
        with self._engine.begin() as connection:
            connection.execute(
                update(conversations)
                .where((conversations.c.id == conversation) & conversations.c.customer_id.is_not(None))
                .values(identified_until=datetime.now(UTC))
            )
