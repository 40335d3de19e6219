"""What each call of a language model took: tokens, and the money at the prices of that day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, DateTime, Engine, Float, Integer, String, Table, func, insert, select

from bot.store.database import metadata
from bot.store.statistics import Period

_MILLION = 1_000_000
model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("model", String(200), nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("answer_tokens", Integer, nullable=False),
    Column("cost", Float),
)


@dataclass(frozen=True, slots=True)
class ModelCosts:
    """The calls of one model; ``cost`` is in the money of the prices, None where no call had prices."""

    model: str
    calls: int
    prompt_tokens: int
    answer_tokens: int
    cost: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


class ModelCalls:
    """Writes down every call, those whose answer was not used too, and adds them up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, model: str, prompt: int, answer: int, prices: tuple[float | None, float | None]) -> None:
        """A call of ``prompt`` and ``answer`` tokens; ``prices`` are for a million of each."""
        asked, answered = prices
        cost = None if asked is None or answered is None else (prompt * asked + answer * answered) / _MILLION
        row = {"model": model[:200], "prompt_tokens": prompt, "answer_tokens": answer, "cost": cost, "at": datetime.now(UTC)}
        with self._engine.begin() as connection:
            connection.execute(insert(model_calls), row)

    def by_model(self, period: Period) -> list[ModelCosts]:
        """The calls on the days of the period, by model; language, site and channel do not narrow them."""
        begins, ends = (datetime.combine(day, time(), UTC) for day in (period.first, period.last + timedelta(days=1)))
        query = (
            select(
                model_calls.c.model,
                func.count(),
                func.sum(model_calls.c.prompt_tokens),
                func.sum(model_calls.c.answer_tokens),
                func.sum(model_calls.c.cost),
            )
            .where(model_calls.c.at >= begins, model_calls.c.at < ends)
            .group_by(model_calls.c.model)
            .order_by(model_calls.c.model)
        )
        with self._engine.connect() as connection:
            return [ModelCosts(*row) for row in connection.execute(query)]
