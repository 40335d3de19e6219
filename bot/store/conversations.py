"""Conversations, their turns and the feedback on them, in SQL."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.errors import InputError
from bot.store.conversation_tables import LONGEST_FEEDBACK, conversations, feedback, turns
from bot.store.database import writing
from bot.store.handover_log import HandoverLog, handover_events
from bot.store.product_events import products_shown
from bot.store.shop import bump, upsert
from bot.types import Constraint, DialogueState, LanguageCode, Message, Reply, Understanding

# The statements of every turn, built once: SQLAlchemy takes a good part of a turn's time to build them anew.
_OF: BindParameter[str] = bindparam("conversation")
_OPEN = (
    select(
        conversations.c.state,
        conversations.c.hands,
        conversations.c.customer_id,
        func.coalesce(func.max(turns.c.number), 0).label("last"),
    )
    .select_from(conversations.outerjoin(turns))
    .where(conversations.c.id == _OF)
    .group_by(conversations.c.id)
)
_LATEST = (
    select(turns.c.number, turns.c.text, turns.c.reply)
    .where(turns.c.conversation_id == _OF)
    .order_by(turns.c.number.desc())
    .limit(bindparam("last"))
)
_SAID = (
    select(handover_events.c.turn, handover_events.c.text)
    .where(
        handover_events.c.conversation_id == _OF,
        handover_events.c.kind == "agent_message",
        handover_events.c.turn >= bindparam("first"),
    )
    .order_by(handover_events.c.id)
)
_KEEP_STATE = (
    update(conversations)
    .where(conversations.c.id == _OF, conversations.c.hands == bindparam("held"))
    .values(state=bindparam("state"), updated_at=bindparam("updated_at"))
    .returning(conversations.c.created_at)
)
_INSERT_TURN = insert(turns)


def state_of(stored: dict[str, Any]) -> DialogueState:
    """The state that a conversation's row holds."""
    pairs: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
    pairs["constraints"] = tuple(Constraint(**item) for item in stored["constraints"])
    return DialogueState(**pairs)


class Opened(NamedTuple):
    """A conversation at the beginning of a turn: the number of that turn (from 1), and whose hands it is in."""

    conversation: str
    state: DialogueState
    turn: int
    hands: int = 0

    @property
    def with_person(self) -> bool:
        """Whether a person of the shop has the conversation, so that the assistant is silent."""
        return self.hands % 2 == 1


class ConversationStore:
    """Reads and writes conversations. Ids are unguessable; a turn is stored whole or not at all."""

    def __init__(self, engine: Engine, log: HandoverLog | None = None) -> None:
        self._engine, self._log = engine, log or HandoverLog()

    def open(self, conversation: str | None, customer: str | None = None) -> Opened:
        """The conversation as it stands; begins a new one without an id.

        A conversation is the ``customer``'s for good who is named first.

        Raises:
            InputError: when there is no conversation of that id, or it is another customer's.
        """
        if conversation is None:
            return Opened(self._begin(customer), DialogueState(), 1)
        with self._engine.connect() as connection:
            row = connection.execute(_OPEN, {"conversation": conversation}).one_or_none()
        if row is None:
            raise InputError(f"There is no conversation {conversation[:64]!r}; leave the id out to begin a new one.")
        if customer is not None and row.customer_id != customer:
            self._bind(conversation, customer)
        return Opened(conversation, state_of(row.state), row.last + 1, row.hands)

    def same_hands(self, opened: Opened) -> bool:
        """Whether nobody took the conversation over, or gave it back, since it was opened."""
        with self._engine.connect() as connection:
            now = connection.execute(select(conversations.c.hands).where(conversations.c.id == opened.conversation)).scalar()
        return now == opened.hands

    def _bind(self, conversation: str, customer: str) -> None:
        free = (conversations.c.id == conversation) & conversations.c.customer_id.is_(None)
        with self._engine.begin() as connection:
            if connection.execute(update(conversations).where(free).values(customer_id=customer)).rowcount == 0:
                raise InputError(
                    f"The conversation {conversation[:64]!r} is another customer's: leave the id out to begin a new one."
                )

    def _begin(self, customer: str | None) -> str:
        conversation, now = secrets.token_urlsafe(18), datetime.now(UTC)
        with writing(self._engine) as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation, customer_id=customer, state=asdict(DialogueState()), created_at=now, updated_at=now
                )
            )
        return conversation

    def is_anyones(self, conversation: str) -> bool:
        """Whether there is such a conversation and its id alone opens it: no token and no customer keeps it for somebody."""
        kept = conversations.c.token_hash.is_not(None) | conversations.c.customer_id.is_not(None)
        with self._engine.connect() as connection:
            query = select(conversations.c.id).where(conversations.c.id == conversation, ~kept)
            return connection.execute(query).one_or_none() is not None

    def history(self, conversation: str, last: int = 12) -> tuple[Message, ...]:
        """The messages of the ``last`` turns and what a person said after each of them, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_LATEST, {"conversation": conversation, "last": last}).all()
            first = rows[-1].number if len(rows) == last else 0
            said = connection.execute(_SAID, {"conversation": conversation, "first": first}).all()
        by_turn = {turn: [row.text for row in group] for turn, group in groupby(said, lambda row: row.turn)}
        language: LanguageCode = rows[-1].reply["language"] if rows else "en"
        messages = [Message("agent", text, language) for text in by_turn.get(0, ())]
        for number, text, reply in reversed(rows):
            language = reply["language"]
            messages.append(Message("user", text, language))
            if reply["text"]:
                messages.append(Message("assistant", reply["text"], language))
            messages += [Message("agent", words, language) for words in by_turn.get(number, ())]
        return tuple(messages)

    def replies(self, conversation: str) -> list[dict[str, Any]]:
        """Every turn as ``{"text", "reply"}``, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(turns.c.text, turns.c.reply).where(turns.c.conversation_id == conversation).order_by(turns.c.number)
            ).all()
        return [{"text": text, "reply": reply} for text, reply in rows]

    def add_turn(
        self,
        understanding: Understanding,
        reply: Reply,
        state: DialogueState,
        evidence_ids: tuple[str, ...],
        hands: int = 0,
        declined: str | None = None,
    ) -> bool:
        """Stores a finished turn and the state after it in one transaction, and calls a person where the reply hands over.

        Only in the hands that the conversation was in when it was opened: False, and nothing stored, when a person took it
        over or gave it back since then. ``declined`` is why the words of a language model that was asked were not used.

        Raises:
            InputError: when another message of the conversation was answered at the same time and came first.
        """
        now = datetime.now(UTC)
        kept = {"conversation": reply.conversation, "held": hands, "state": asdict(state), "updated_at": now}
        row = {**_row(understanding, reply, evidence_ids, now), "declined": declined}
        try:
            with writing(self._engine) as connection:
                stored, told = self._add_turn(connection, reply, kept, row)
        except IntegrityError as error:
            if hands % 2:  # two messages to a person at once: the later one takes the next number
                return False
            raise InputError(
                "Another message of this conversation was being answered: please send yours again."
                " / 同一对话里的另一条消息正在回复中，请再发送一次。"
            ) from error
        if told:
            self._log.changes.publish(reply.conversation)
        return stored

    def _add_turn(self, connection: Connection, reply: Reply, kept: dict[str, Any], row: dict[str, Any]) -> tuple[bool, bool]:
        """Whether the turn was stored, and whether a person has something new to see of it."""
        # This comes first, since it makes every other writer of the conversation wait.
        began = connection.execute(_KEEP_STATE, kept).scalar()
        if began is None:
            return False, False
        connection.execute(_INSERT_TURN, {**row, "began": began})  # as parameters: much faster than values
        products_shown(connection, reply.conversation, reply.turn, (product.sku for product in reply.products))
        followed = self._log.turn_stored(connection, reply.conversation, reply.turn)
        reason = reply.handover.reason if reply.handover else None
        return True, followed or bool(reason and self._log.request(connection, reply.conversation, reason, reply.turn))

    def rate(
        self, conversation: str, turn: int, rating: Literal["up", "down"], reason: str | None = None, text: str | None = None
    ) -> None:
        """Stores a customer's rating of one turn; a later rating of the same turn replaces it.

        Raises:
            InputError: when there is no such turn, or the rating is neither ``up`` nor ``down``.
        """
        if rating not in ("up", "down"):
            raise InputError(f"A rating is 'up' or 'down', not {rating!r}.")
        values = {
            "rating": rating,
            "reason": reason and reason[:100],
            "text": text and text[:LONGEST_FEEDBACK],
            "created_at": datetime.now(UTC),
        }
        known = (turns.c.conversation_id == conversation) & (turns.c.number == turn)
        with self._engine.begin() as connection:
            if connection.execute(select(turns.c.number).where(known)).one_or_none() is None:
                raise InputError(f"Conversation {conversation[:64]!r} has no turn {turn!r} to rate.")
            upsert(connection, feedback, [{"conversation_id": conversation, "turn": turn, **values}])
            bump(connection, feedback.name)

    def ratings(self, conversation: str) -> dict[int, str]:
        """The rating of each rated turn."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(feedback.c.turn, feedback.c.rating).where(feedback.c.conversation_id == conversation)
            ).all()
        return {turn: rating for turn, rating in rows}


def _row(understanding: Understanding, reply: Reply, evidence_ids: tuple[str, ...], now: datetime) -> dict[str, Any]:
    """A finished turn as its table holds it."""
    return {
        "conversation_id": reply.conversation,
        "number": reply.turn,
        "text": understanding.text,
        "understanding": asdict(understanding),
        "action": reply.action,
        "reply": reply.to_dict(),
        "evidence_ids": list(evidence_ids),
        "writer": reply.writer,
        "prompt_name": reply.prompt.name if reply.prompt else None,
        "prompt_hash": reply.prompt.hash if reply.prompt else None,
        "timings_ms": dict(reply.timings_ms),
        "created_at": now,
        "language": reply.language,
        "intent": reply.intent.name,
        "sentiment": reply.sentiment.label,
        "abstained": reply.abstained,
        "total_ms": reply.timings_ms.get("total", 0.0),
    }
