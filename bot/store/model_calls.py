"""What each call of a language model took: tokens, and the money at the prices of that day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Engine,
    Float,
    Integer,
    Select,
    String,
    Table,
    and_,
    distinct,
    func,
    insert,
    select,
    true,
)

from bot.store.conversation_tables import conversations, turns
from bot.store.database import metadata
from bot.store.statistics import Period

_MILLION = 1_000_000
LOOK_EVERY_S = 10.0
_ADDED = ("prompt_tokens", "answer_tokens", "cost")
model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("model", String(200), nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("answer_tokens", Integer, nullable=False),
    Column("cost", Float),
    Column("for_conversation", String(64), index=True),
    Column("for_turn", Integer),
)
"""``for_conversation`` and ``for_turn`` name the turn that a call was made for, where it was for one."""


@dataclass(frozen=True, slots=True)
class ModelCosts:
    """The calls of one model; costs are in the money of the prices, None where no call had prices.

    ``turns`` and ``conversations`` are those that it was called for, several times for some. What one cost on the average is
    told of those with prices, and what one took (``tokens_per_turn``, prompt and answer) of all; drafts and texts of the
    console, which are for no turn, count in the totals only.
    """

    model: str
    calls: int
    prompt_tokens: int
    answer_tokens: int
    cost: float | None
    turns: int
    conversations: int
    tokens_per_turn: float | None
    cost_per_turn: float | None
    cost_per_conversation: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


class ModelCalls:
    """Writes down every call, those whose answer was not used too, and adds them up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._by_shop, self._looked_at = 0, float("-inf")

    def record(
        self,
        model: str,
        prompt: int,
        answer: int,
        prices: tuple[float | None, float | None],
        turn: tuple[str, int] | None = None,
    ) -> None:
        """A call of ``prompt`` and ``answer`` tokens, for ``turn`` of a conversation; ``prices`` are for a million of each."""
        asked, answered = prices
        cost = None if asked is None or answered is None else (prompt * asked + answer * answered) / _MILLION
        conversation, number = turn or (None, None)
        row = {
            "model": model[:200], "prompt_tokens": prompt, "answer_tokens": answer, "cost": cost, "at": datetime.now(UTC),
            "for_conversation": conversation, "for_turn": number,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(model_calls), row)

    def may(self, of_conversation: int, of_shop: int, turn: tuple[str, int] | None) -> bool:
        """Whether fewer tokens than these were taken in 24 hours, for the turn's conversation and for the shop; 0: any.

        The shop's sum is good for a few seconds, since many turns ask.
        """
        if of_shop and self._taken_by_shop() >= of_shop:
            return False
        return not (of_conversation and turn) or self._taken(model_calls.c.for_conversation == turn[0]) < of_conversation

    def _taken_by_shop(self) -> int:
        now = monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._by_shop, self._looked_at = self._taken(true()), now
        return self._by_shop

    def _taken(self, which: ColumnElement[bool]) -> int:
        tokens = func.sum(model_calls.c.prompt_tokens + model_calls.c.answer_tokens)
        lately = model_calls.c.at > datetime.now(UTC) - timedelta(days=1)
        with self._engine.connect() as connection:
            return int(connection.execute(select(tokens).where(lately, which)).scalar() or 0)

    def by_model(self, period: Period) -> list[ModelCosts]:
        """The calls on the days of the period, by model.

        With a language or channel only those for turns in that language, in conversations of that channel.
        """
        with self._engine.connect() as connection:
            return [_costs(row) for row in connection.execute(_by_model(period))]


def _by_model(period: Period) -> Select[*tuple[Any, ...]]:
    calls = model_calls.c
    made = (
        select(
            calls.model,
            calls.for_conversation,
            calls.for_turn,
            func.count().label("calls"),
            *(func.sum(calls[name]).label(name) for name in _ADDED),
        )
        .where(period.holds(calls.at))
        .group_by(calls.model, calls.for_conversation, calls.for_turn)
        .subquery()
    )
    each = made.c
    conversation, priced, of_turn = distinct(each.for_conversation), each.cost.is_not(None), each.for_turn.is_not(None)
    query = (
        select(
            each.model,
            *(func.sum(each[name]).label(name) for name in ("calls", *_ADDED)),
            func.count(each.for_turn).label("turns"),
            func.count(conversation).label("conversations"),
            func.sum(each.prompt_tokens + each.answer_tokens).filter(of_turn).label("tokens_of_turns"),
            func.sum(each.cost).filter(of_turn).label("cost_of_turns"),
            func.count(each.for_turn).filter(priced).label("priced_turns"),
            func.count(conversation).filter(priced).label("priced_conversations"),
        )
        .group_by(each.model)
        .order_by(each.model)
    )
    if period.language:
        spoken = and_(turns.c.conversation_id == each.for_conversation, turns.c.number == each.for_turn)
        query = query.join(turns, spoken).where(turns.c.language == period.language)
    if period.narrowed:
        query = query.where(each.for_conversation.in_(select(conversations.c.id).where(*period.narrowed)))
    return query


def _costs(row: Any) -> ModelCosts:
    return ModelCosts(
        row.model, int(row.calls), int(row.prompt_tokens), int(row.answer_tokens), row.cost, row.turns, row.conversations,
        _each(row.tokens_of_turns, row.turns), _each(row.cost_of_turns, row.priced_turns),
        _each(row.cost_of_turns, row.priced_conversations),
    )  # fmt: skip


def _each(total: float | None, number: int) -> float | None:
    return float(total) / number if total is not None and number else None
