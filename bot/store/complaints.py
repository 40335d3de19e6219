"""Whether a customer's last conversation ended on a complaint."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select

from bot.store.conversation_tables import conversations, turns


def left_unhappy(engine: Engine, customer: str, conversation: str, since: datetime) -> bool:
    """Whether the last turn of the customer's last other conversation, later than ``since``, was a complaint or unhappy."""
    others = (conversations.c.customer_id == customer) & (conversations.c.id != conversation) & (turns.c.created_at > since)
    last = (
        select(turns.c.intent, turns.c.sentiment)
        .select_from(turns.join(conversations))
        .where(others)
        .order_by(turns.c.created_at.desc(), turns.c.number.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        row = connection.execute(last).first()
    return row is not None and (row.intent == "complaint" or row.sentiment == "negative")
