"""Everything that the database holds on one customer: given out whole, or erased for good."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, or_, select, text, update

from bot.errors import InputError
from bot.store.campaigns import exposures, leave_plans, plans_for, unit_events
from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.corrections import label_corrections
from bot.store.csat import csat
from bot.store.database import metadata, truncate_log
from bot.store.model_calls import model_calls
from bot.store.order_changes import order_changes
from bot.store.product_events import product_events
from bot.store.profile_choices import profile_choices, profile_corrections
from bot.store.retention import messages, unsubscriptions
from bot.store.shop import bump, customers, interactions, orders, reviews

_OF_ORIGIN = frozenset({"location", "fingerprint", "token_hash"})
_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class _Traces:
    """What tells that a row is about the customer."""

    customer: str
    emails: frozenset[str]
    phones: frozenset[str]
    order_keys: frozenset[str]
    order_ids: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """What names the customer in running text: no order number, which others may type by mistake."""
        digits = (re.sub(r"\D", "", phone) for phone in self.phones)
        return self.emails | self.phones | {number for number in digits if len(number) >= _SHORTEST_PHONE}


class PersonalData:
    """Reads and erases what belongs to a customer: by id, and by the e-mail and telephone that the shop has for them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def export(self, customer: str) -> dict[str, list[dict[str, Any]]]:
        """Table → rows as plain JSON types; conversations hold their turns.

        Raises:
            InputError: when nothing is known of ``customer``.
        """
        with self._engine.connect() as connection:
            traces = _traces(connection, customer)
            talks = _conversations(connection, traces)
            found = {table.name: _rows(connection, table, condition) for table, condition in _own(traces, talks)}
            found["campaigns"] = plans_for(connection, customer)
            found["conversations"] = _rows(connection, conversations, conversations.c.id.in_(talks))
            for kept in found["conversations"]:
                kept["turns"] = _rows(connection, turns, turns.c.conversation_id == kept["id"])
                kept["feedback"] = _rows(connection, feedback, feedback.c.conversation_id == kept["id"])
                kept["products"] = _rows(connection, product_events, product_events.c.conversation_id == kept["id"])
                kept["corrections"] = _rows(connection, label_corrections, label_corrections.c.conversation_id == kept["id"])
                kept["csat"] = _rows(connection, csat, csat.c.conversation_id == kept["id"])
        if not any(found.values()):
            raise InputError(f"Nothing is kept on the customer {customer[:64]!r}: check the id.")
        return {name: rows for name, rows in found.items() if rows}

    def erase(self, customer: str) -> dict[str, int]:
        """Deletes it all, then rewrites the database file so that no freed page still holds it. Table → rows deleted.

        Raises:
            InputError: when nothing is known of ``customer``.
        """
        with self._engine.begin() as connection:
            traces = _traces(connection, customer)
            talks = _conversations(connection, traces)
            erased = forget_conversations(connection, talks)
            attempts = metadata.tables["order_attempts"]
            leave_plans(connection, customer)
            connection.execute(delete(attempts).where(attempts.c.order_key.in_(traces.order_keys)))
            for table, condition in _own(traces, talks):
                erased[table.name] = connection.execute(delete(table).where(condition)).rowcount
                if erased[table.name]:
                    bump(connection, table.name)
        if not any(erased.values()):
            raise InputError(f"Nothing is kept on the customer {customer[:64]!r}: check the id.")
        self._rewrite()
        return {name: count for name, count in erased.items() if count}

    def _rewrite(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
        truncate_log(self._engine)


def forget_conversations(connection: Connection, ids: Sequence[str], keep: Collection[Table] = ()) -> dict[str, int]:
    """Deletes conversations with everything that tells of them, but for the tables ``keep``. Table → rows deleted."""
    gone: dict[str, int] = {}
    for table in _about_conversations():
        if table not in keep:
            column = table.c.conversation if "conversation" in table.c else table.c.conversation_id
            gone[table.name] = connection.execute(delete(table).where(column.in_(ids))).rowcount
    of_calls = update(model_calls).where(model_calls.c.for_conversation.in_(ids))
    connection.execute(of_calls.values(for_conversation=None, for_turn=None))  # what was paid for stays
    if gone.get(feedback.name):
        bump(connection, feedback.name)
    gone[conversations.name] = connection.execute(delete(conversations).where(conversations.c.id.in_(ids))).rowcount
    return gone


def _traces(connection: Connection, customer: str) -> _Traces:
    known = connection.execute(
        select(customers.c.email, customers.c.phone).where(customers.c.customer_id == customer)
    ).one_or_none()
    talked = connection.execute(select(conversations.c.customer_email).where(conversations.c.customer_id == customer)).scalars()
    emails = {email for email in (known.email if known else None, *talked) if email}
    bought = connection.execute(
        select(orders.c.order_key, orders.c.order_id, orders.c.email, orders.c.phone).where(
            or_(orders.c.customer_id == customer, orders.c.customer_id.is_(None) & orders.c.email.in_(emails))
        )
    ).all()
    phones = {phone for phone in (known.phone if known else None, *(row.phone for row in bought)) if phone}
    return _Traces(
        customer,
        frozenset(emails | {row.email for row in bought if row.email}),
        frozenset(phones),
        frozenset(row.order_key for row in bought),
        frozenset(row.order_id for row in bought),
    )


def _own(traces: _Traces, talks: Sequence[str]) -> Sequence[tuple[Table, ColumnElement[bool]]]:
    """The shop's tables with what makes a row the customer's, whose conversations are ``talks``."""
    units = (traces.customer, *talks)
    return (
        (customers, customers.c.customer_id == traces.customer),
        (orders, or_(orders.c.customer_id == traces.customer, orders.c.order_key.in_(traces.order_keys))),
        (reviews, reviews.c.customer_id == traces.customer),
        (interactions, interactions.c.customer_id == traces.customer),
        (exposures, exposures.c.unit.in_(units)),
        (unit_events, unit_events.c.unit.in_(units)),
        (messages, messages.c.customer_id == traces.customer),
        (unsubscriptions, unsubscriptions.c.customer_id == traces.customer),
        (profile_choices, profile_choices.c.customer_id == traces.customer),
        (profile_corrections, profile_corrections.c.customer_id == traces.customer),
        (
            order_changes,
            or_(order_changes.c.customer_id == traces.customer, order_changes.c.order_id.in_(traces.order_ids)),
        ),
    )


def _conversations(connection: Connection, traces: _Traces) -> list[str]:
    """The customer's conversations, and those in which a stranger typed the customer's e-mail or telephone."""
    mine = set(connection.execute(select(conversations.c.id).where(conversations.c.customer_id == traces.customer)).scalars())
    named = [turns.c.text.contains(word, autoescape=True) for word in sorted(traces.words)]
    if named:
        strangers = (
            select(turns.c.conversation_id).join(conversations).where(conversations.c.customer_id.is_(None), or_(*named))
        )
        mine |= set(connection.execute(strangers).scalars())
    return sorted(mine)


def _about_conversations() -> list[Table]:
    """Every table that tells of a conversation, those that others point to last."""
    others = (table for table in reversed(metadata.sorted_tables) if table is not conversations)
    return [table for table in others if "conversation_id" in table.c or "conversation" in table.c]


def _rows(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns if column.name not in _OF_ORIGIN]
    found = connection.execute(select(*(table.c[name] for name in names)).where(condition))
    return [json.loads(json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False)) for row in found]
