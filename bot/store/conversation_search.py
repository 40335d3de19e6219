"""Finds conversations for the shop's people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Engine, Text, and_, cast, exists, func, or_, select

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.handover_log import IS_OPEN, handovers
from bot.store.statistics import HANDED_OVER, RATED_DOWN

Outcome = Literal["unanswered", "waiting", "handed_over", "rated_down", "negative"]
Rating = Literal["up", "down"]
_CALLED = and_(handovers.c.conversation_id == conversations.c.id, IS_OPEN)
_NOT_TAKEN = handovers.c.taken_at.is_(None)
WAITING = exists().where(_CALLED, _NOT_TAKEN).correlate(conversations)
"""Whether the customer waits for a person now."""
_AGENT = select(handovers.c.agent).where(_CALLED).correlate(conversations).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation in a list: its first question stands for it. ``agent`` is the person who has it now."""

    id: str
    began_at: datetime
    language: str
    question: str
    turns: int
    handed_over: bool
    waiting: bool
    agent: str | None
    unanswered: int
    ratings: str
    customer: str | None


class ConversationSearch:
    """Searches what was said, newest conversation first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(
        self,
        text: str = "",
        language: str | None = None,
        intent: str | None = None,
        outcome: Outcome | None = None,
        limit: int = 50,
        offset: int = 0,
        sentiment: str | None = None,
        rating: Rating | None = None,
    ) -> list[Found]:
        """Conversations in which a customer's message or a reply holds ``text``, whatever its case, and which fit the rest."""
        where = [_any(turns.c.number > 0)]
        if text.strip():
            where.append(_any(_holds(text.strip().lower())))
        if language:
            where.append(_any(turns.c.language == language))
        if intent:
            where.append(_any(turns.c.intent == intent))
        if sentiment:
            where.append(_any(turns.c.sentiment == sentiment))
        if rating:
            rated = feedback.c.conversation_id == conversations.c.id
            where.append(exists().where(rated, feedback.c.rating == rating).correlate(conversations))
        if outcome:
            where.append(_outcome(outcome))
        newest = (
            select(
                conversations.c.id,
                conversations.c.created_at,
                conversations.c.customer_id,
                HANDED_OVER.label("handed_over"),
                WAITING.label("waiting"),
                _AGENT.label("agent"),
            )
            .where(and_(*where))
            .order_by(conversations.c.created_at.desc(), conversations.c.id)
            .limit(limit)
            .offset(offset)
            .subquery()
        )
        opening = turns.alias("opening")
        first = select(opening.c.text).where(opening.c.conversation_id == newest.c.id).order_by(opening.c.number).limit(1)
        ratings = select(
            func.group_concat(feedback.c.rating)
            if self._engine.dialect.name == "sqlite"
            else func.string_agg(feedback.c.rating, ",")
        ).where(feedback.c.conversation_id == newest.c.id)
        query = (
            select(
                newest,
                func.count().label("turns"),
                func.count().filter(turns.c.abstained).label("unanswered"),
                func.min(turns.c.language).label("language"),
                first.scalar_subquery().label("question"),
                ratings.scalar_subquery().label("ratings"),
            )
            .join(turns, turns.c.conversation_id == newest.c.id)
            .group_by(*newest.c)
            .order_by(newest.c.created_at.desc(), newest.c.id)
        )
        with self._engine.connect() as connection:
            return [_found(row) for row in connection.execute(query).mappings()]

    def waiting(self) -> int:
        """How many customers wait for a person now."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(handovers).where(IS_OPEN, _NOT_TAKEN)).scalar_one()

    def names(self, conversation: str) -> list[str]:
        """What is known of who the customer is: id, name, address of e-mail."""
        columns = (conversations.c.customer_id, conversations.c.customer_name, conversations.c.customer_email)
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(conversations.c.id == conversation)).one_or_none()
        return [str(value) for value in row or () if value]

    def whole(self, conversation: str) -> list[dict[str, Any]]:
        """Every turn: ``turn, text, reply, understanding, evidence_ids, timings_ms, declined, rating, reason, at``."""
        query = (
            select(
                turns.c.number.label("turn"), turns.c.text, turns.c.reply, turns.c.understanding, turns.c.evidence_ids,
                turns.c.timings_ms, turns.c.declined, feedback.c.rating, feedback.c.reason, turns.c.created_at.label("at"),
            )
            .select_from(turns.outerjoin(feedback))
            .where(turns.c.conversation_id == conversation)
            .order_by(turns.c.number)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether some turn of the conversation fits."""
    return exists().where(turns.c.conversation_id == conversations.c.id, condition).correlate(conversations)


def _holds(words: str) -> ColumnElement[bool]:
    """Whether the message or the reply holds the words."""

    def like(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
        return func.lower(column).like(f"%{_escaped(words)}%", escape="\\")

    reply = like(turns.c.reply["text"].as_string(), words)
    if words.isascii() or words == words.upper():  # found without parsing whole replies, most of which do not hold the words
        reply = and_(like(cast(turns.c.reply, Text), json.dumps(words)[1:-1]), reply)
    return or_(like(turns.c.text, words), reply)


def _outcome(outcome: Outcome) -> ColumnElement[bool]:
    return {
        "unanswered": _any(turns.c.abstained),
        "waiting": WAITING,
        "handed_over": HANDED_OVER,
        "rated_down": RATED_DOWN,
        "negative": _any(turns.c.sentiment == "negative"),
    }[outcome]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _found(row: Any) -> Found:
    return Found(
        row["id"], row["created_at"], row["language"], row["question"], row["turns"], bool(row["handed_over"]),
        bool(row["waiting"]), row["agent"], row["unanswered"], row["ratings"] or "", row["customer_id"],
    )  # fmt: skip
