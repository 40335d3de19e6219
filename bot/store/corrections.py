"""Intents and feelings of messages as a person of the shop corrected them, and which of these the assistant has learned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    delete,
    false,
    select,
    update,
)

from bot.errors import InputError
from bot.store.conversation_tables import turns
from bot.store.database import metadata
from bot.store.shop import upsert
from bot.types import SentimentLabel

SENTIMENTS = get_args(SentimentLabel)
Label = Literal["intent", "sentiment"]
label_corrections = Table(
    "label_corrections",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("intent", String(100)),
    Column("sentiment", String(10)),
    Column("by", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("intent_learned", Boolean, nullable=False, server_default=false()),
    Column("sentiment_learned", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["conversation_id", "turn"], ["turns.conversation_id", "turns.number"], ondelete="CASCADE"),
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A customer's message with its right intent and sentiment; None: what was understood is right, or not looked at."""

    text: str
    intent: str | None
    sentiment: str | None
    by: str


class Corrections:
    """Keeps corrections with the turns that they are of; they go when these go."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def correct(
        self, conversation: str, turn: int, intent: str | None, sentiment: str | None, by: str, intents: Collection[str]
    ) -> None:
        """Notes what is right of a turn, in place of what was noted before; nothing at all takes that back.

        Raises:
            InputError: there is no such turn, intent (``intents`` are those that there are) or sentiment.
        """
        if intent is not None and intent not in intents:
            raise InputError(f"There is no intent {intent[:60]!r}: choose one of {', '.join(sorted(intents))}.")
        if sentiment is not None and sentiment not in SENTIMENTS:
            raise InputError(f"There is no sentiment {sentiment[:20]!r}: choose one of {', '.join(SENTIMENTS)}.")
        mine = (label_corrections.c.conversation_id == conversation) & (label_corrections.c.turn == turn)
        known = (turns.c.conversation_id == conversation) & (turns.c.number == turn)
        with self._engine.begin() as connection:
            if connection.execute(select(turns.c.number).where(known)).one_or_none() is None:
                raise InputError(f"Conversation {conversation[:64]!r} has no turn {turn!r} to correct.")
            if intent is None and sentiment is None:
                connection.execute(delete(label_corrections).where(mine))
                return
            row = {"conversation_id": conversation, "turn": turn, "intent": intent, "sentiment": sentiment, "by": by}
            upsert(
                connection,
                label_corrections,
                [{**row, "at": datetime.now(UTC), "intent_learned": False, "sentiment_learned": False}],
            )

    def of(self, conversation: str) -> dict[int, Corrected]:
        """The corrections of a conversation by turn."""
        columns = label_corrections.c
        query = (
            select(columns.turn, turns.c.text, columns.intent, columns.sentiment, columns.by)
            .select_from(label_corrections.join(turns))
            .where(columns.conversation_id == conversation)
        )
        with self._engine.connect() as connection:
            return {row.turn: Corrected(*row[1:]) for row in connection.execute(query)}

    def pairs(self, what: Label, learned: bool = False) -> tuple[list[str], list[str]]:
        """The messages with their right labels, of the same words the newest; only those ``learned`` if so wished."""
        label, flag = label_corrections.c[what], label_corrections.c[f"{what}_learned"]
        query = select(turns.c.text, label).select_from(label_corrections.join(turns)).where(label.is_not(None))
        with self._engine.connect() as connection:
            newest_first = query.order_by(label_corrections.c.at.desc())
            found = connection.execute(newest_first.where(flag) if learned else newest_first).all()
        newest: dict[str, str] = {}
        for text, name in found:
            newest.setdefault(text, name)
        return list(newest), list(newest.values())

    def learn(self, what: Label, learned: bool) -> None:
        """Lets the assistant go by all labels corrected so far, or by none, from its next start on."""
        label = label_corrections.c[what]
        with self._engine.begin() as connection:
            connection.execute(update(label_corrections).where(label.is_not(None)).values({f"{what}_learned": learned}))
