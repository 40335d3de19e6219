"""Conversations in the hands of persons: called for, taken, answered in, given back; each step atomic among all writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, select, update

from bot.errors import InputError
from bot.store.conversation_tables import conversations, turns
from bot.store.database import aware
from bot.store.handover_log import IS_OPEN, LONGEST_NAME, HandoverLog, handover_events, handovers, open_handover
from bot.store.handover_records import Event, Handover, Held, Outcome, Over, handover_of, hash_of


class HandoverStore:
    """Reads and writes handovers. A person's words are in one order with the turns; a turn never comes into their midst.

    Each write first changes the conversation's row, so that a turn that is being stored and a takeover come one after the
    other: a reply of the assistant is either stored before the takeover or not at all.
    """

    def __init__(self, engine: Engine, log: HandoverLog) -> None:
        self._engine, self._log = engine, log

    def request(self, conversation: str, reason: str) -> bool:
        """Calls for a person; False when one is called already, which changes nothing."""
        with self._write(conversation) as connection:
            return self._log.request(connection, conversation, reason, _last_turn(connection, conversation))

    def current(self, conversation: str) -> Handover | None:
        """The handover that is not over."""
        with self._engine.connect() as connection:
            handover = open_handover(connection, conversation)
            return None if handover is None else _find(connection, handover)

    def find(self, handover: int) -> Handover | None:
        """One handover by its id."""
        with self._engine.connect() as connection:
            return _find(connection, handover)

    def before(self, handover: Handover) -> list[Handover]:
        """The conversation's earlier handovers, newest first."""
        with self._engine.connect() as connection:
            query = select(handovers).where(handovers.c.conversation_id == handover.conversation, handovers.c.id < handover.id)
            return [handover_of(row) for row in connection.execute(query.order_by(handovers.c.id.desc())).all()]

    def take(self, handover: int, name: str, secret: str, over: bool = False) -> Handover:
        """Gives the conversation to a person; the assistant is silent from now on. Taking twice changes nothing.

        Args:
            handover: its id.
            name: the person's, as the customer sees it.
            secret: known to this person's browser only; the hash is stored.
            over: takes it from a person who has it.

        Raises:
            Held: another person has it, and ``over`` is not set.
            Over: it was given back or closed.
        """
        with self._write_handover(handover) as (connection, before):
            if before.held_by(secret):
                return before
            if before.agent is not None and not over:
                raise Held(before.agent)
            now, turn = datetime.now(UTC), _last_turn(connection, before.conversation)
            values = {"agent": name[:LONGEST_NAME], "holder_hash": hash_of(secret), "active_at": now}
            connection.execute(
                update(handovers).where(handovers.c.id == handover).values(**values, taken_at=before.taken_at or now)
            )
            if before.agent is None:
                _change_hands(connection, before.conversation)
            else:
                self._log.add(connection, before.conversation, handover, "agent_left", turn, before.agent)
            self._log.add(connection, before.conversation, handover, "agent_joined", turn, name[:LONGEST_NAME])
            after = _find(connection, handover)
        assert after is not None
        return after

    def say(self, handover: int, secret: str, text: str, key: str | None = None) -> int:
        """Stores a person's message and returns the id of its event; the one of before when ``key`` was used before.

        Raises:
            Held: the person does not have the conversation.
            Over: it was given back or closed.
        """
        with self._write_handover(handover) as (connection, before):
            known = (
                key
                and connection.execute(
                    select(handover_events.c.id).where(handover_events.c.handover_id == handover, handover_events.c.key == key)
                ).scalar_one_or_none()
            )
            if known:
                return int(known)
            _must_hold(before, secret)
            connection.execute(update(handovers).where(handovers.c.id == handover).values(active_at=datetime.now(UTC)))
            turn = _last_turn(connection, before.conversation)
            return self._log.add(connection, before.conversation, handover, "agent_message", turn, before.agent, text, key)

    def release(self, handover: int, secret: str, outcome: Outcome = "released", note: str | None = None) -> None:
        """Gives the conversation back to the assistant, or closes the matter; the link opens nothing any more.

        Raises:
            Held: the person does not have the conversation.
            Over: it was given back or closed.
        """
        with self._write_handover(handover) as (connection, before):
            _must_hold(before, secret)
            values = {"released_at": datetime.now(UTC), "outcome": outcome, "note": note}
            connection.execute(update(handovers).where(handovers.c.id == handover).values(**values))
            self._leave(connection, before)

    def tell_nobody_came(self, waited: timedelta) -> list[Handover]:
        """The handovers that nobody took in time, each once; the customer's events say so from now on."""
        late = and_(IS_OPEN, handovers.c.taken_at.is_(None), handovers.c.nobody_at.is_(None))
        return [
            handover
            for handover in self._matching(late, handovers.c.requested_at < datetime.now(UTC) - waited)
            if self._tell(handover)
        ]

    def _tell(self, handover: Handover) -> bool:
        with self._write(handover.conversation) as connection:
            untold = and_(handovers.c.id == handover.id, handovers.c.taken_at.is_(None), handovers.c.nobody_at.is_(None))
            told = connection.execute(update(handovers).where(untold, IS_OPEN).values(nobody_at=datetime.now(UTC)))
            if told.rowcount:
                turn = _last_turn(connection, handover.conversation)
                self._log.add(connection, handover.conversation, handover.id, "agent_unavailable", turn)
            return bool(told.rowcount)

    def release_forgotten(self, idle: timedelta) -> list[Handover]:
        """Gives back to the assistant what a person took and forgot: the customer wrote, and has waited so long.

        The handover stays open, so that the link still works and another person, or the same one, can take it again.
        """
        quiet = datetime.now(UTC) - idle
        held = and_(IS_OPEN, handovers.c.taken_at.is_not(None), handovers.c.active_at < quiet)
        waits = (
            select(turns.c.number)
            .where(
                turns.c.conversation_id == handovers.c.conversation_id,
                turns.c.created_at > handovers.c.active_at,
                turns.c.created_at < quiet,
            )
            .exists()
        )
        forgotten = []
        for handover in self._matching(held, waits):
            with self._write(handover.conversation) as connection:
                still = and_(handovers.c.id == handover.id, IS_OPEN, handovers.c.taken_at.is_not(None))
                values = {"taken_at": None, "agent": None, "holder_hash": None, "active_at": None, "nobody_at": None}
                if connection.execute(update(handovers).where(still, handovers.c.active_at < quiet).values(**values)).rowcount:
                    self._leave(connection, handover)
                    forgotten.append(handover)
        return forgotten

    def end_expired(self, life: timedelta) -> list[Handover]:
        """Ends the calls that are older than their links are valid: nobody could take them, and no person be called anew."""
        ended = []
        for handover in self._matching(IS_OPEN, handovers.c.requested_at < datetime.now(UTC) - life):
            with self._write(handover.conversation) as connection:
                still = and_(handovers.c.id == handover.id, IS_OPEN)
                if connection.execute(update(handovers).where(still).values(released_at=datetime.now(UTC))).rowcount:
                    if handover.agent is not None:
                        self._leave(connection, handover)
                    ended.append(handover)
        return ended

    def leave_email(self, conversation: str, email: str) -> bool:
        """Keeps where the customer can be written to and tells the owner; False when no person is called. Again replaces it."""
        with self._write(conversation) as connection:
            handover = open_handover(connection, conversation)
            if handover is None:
                return False
            known = connection.execute(select(handovers.c.email).where(handovers.c.id == handover)).scalar_one()
            if known != email:
                connection.execute(update(handovers).where(handovers.c.id == handover).values(email=email))
                self._log.notify(connection, handover, "email")
            return True

    def events(self, conversation: str, after: int = 0, since_turn: int = 0, limit: int = 500) -> list[Event]:
        """What happened after the event ``after`` and not before the turn ``since_turn``, oldest first."""
        columns = handover_events.c
        query = select(columns.id, columns.kind, columns.turn, columns.name, columns.text, columns.created_at).where(
            columns.conversation_id == conversation, columns.id > after, columns.turn >= since_turn
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(columns.id).limit(limit)).all()
        return [Event(*row[:5], aware(row[5])) for row in rows]

    def turns(self, conversation: str) -> list[dict[str, Any]]:
        """All turns as ``number, text, understanding, reply``, oldest first."""
        columns = (turns.c.number, turns.c.text, turns.c.understanding, turns.c.reply)
        query = select(*columns).where(turns.c.conversation_id == conversation).order_by(turns.c.number)
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(query).all()]

    def called_after(self, handover: int) -> int:
        """The number of the turn after which the person was called."""
        query = select(func.min(handover_events.c.turn)).where(
            handover_events.c.handover_id == handover, handover_events.c.kind == "handover"
        )
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def changed(self, after: int) -> list[tuple[int, str]]:
        """Id and conversation of all events after ``after``, in any conversation."""
        query = select(handover_events.c.id, handover_events.c.conversation_id).where(handover_events.c.id > after)
        with self._engine.connect() as connection:
            return [(row[0], row[1]) for row in connection.execute(query.order_by(handover_events.c.id)).all()]

    def newest(self) -> int:
        """The id of the newest event of all; 0 when there is none."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(handover_events.c.id))).scalar() or 0

    def _matching(self, *conditions: Any) -> list[Handover]:
        with self._engine.connect() as connection:
            return [handover_of(row) for row in connection.execute(select(handovers).where(*conditions)).all()]

    def _leave(self, connection: Connection, handover: Handover) -> None:
        _change_hands(connection, handover.conversation)
        turn = _last_turn(connection, handover.conversation)
        self._log.add(connection, handover.conversation, handover.id, "agent_left", turn, handover.agent)

    @contextmanager
    def _write(self, conversation: str) -> Iterator[Connection]:
        """A transaction that has the conversation for itself; who watches it is told afterwards."""
        with self._engine.begin() as connection:
            mine = update(conversations).where(conversations.c.id == conversation)
            if not connection.execute(mine.values(updated_at=datetime.now(UTC))).rowcount:
                raise InputError(f"There is no conversation {conversation[:64]!r}.")
            yield connection
        self._log.changes.publish(conversation)

    @contextmanager
    def _write_handover(self, handover: int) -> Iterator[tuple[Connection, Handover]]:
        known = self.find(handover)
        if known is None:
            raise Over("There is no such handover any more.")
        with self._write(known.conversation) as connection:
            now = _find(connection, handover)
            if now is None or now.released_at is not None:
                raise Over("The handover is over.")
            yield connection, now


def _must_hold(handover: Handover, secret: str) -> None:
    if not handover.held_by(secret):
        raise Held(handover.agent)


def _change_hands(connection: Connection, conversation: str) -> None:
    mine = update(conversations).where(conversations.c.id == conversation)
    connection.execute(mine.values(hands=conversations.c.hands + 1))


def _last_turn(connection: Connection, conversation: str) -> int:
    return connection.execute(select(func.max(turns.c.number)).where(turns.c.conversation_id == conversation)).scalar() or 0


def _find(connection: Connection, handover: int) -> Handover | None:
    row = connection.execute(select(handovers).where(handovers.c.id == handover)).one_or_none()
    return None if row is None else handover_of(row)
