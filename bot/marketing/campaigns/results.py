"""What an experiment has shown so far, readable at any time without spoiling it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Select, select, update

from bot.marketing.campaigns import bandit
from bot.marketing.campaigns.adjustment import arms_of
from bot.marketing.campaigns.experiment import GUARDRAILS, Experiment
from bot.marketing.campaigns.sequential import Arm, compare, mismatch, mixture_variance
from bot.store.campaigns import experiments, exposures, unit_events
from bot.store.conversation_tables import conversations, turns
from bot.store.database import aware
from bot.store.handover_log import handovers
from bot.store.shop import orders

ALPHA = 0.05
ALARM = 0.01
"""The p-value from which on units count as not dealt as they should be."""


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm: its units, how many reached the goal, what they spent, and how it compares with the first arm.

    ``low`` and ``high`` bound the difference of rates at all times at once; None while there is too little data and of the
    first arm itself. ``best`` is the probability of being the best variant, of a bandit only.
    """

    name: str
    units: int
    reached: int
    rate: float
    amount: float
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    amount_difference: float | None = None
    amount_low: float | None = None
    amount_high: float | None = None
    best: float | None = None
    credible: tuple[float, float] | None = None
    harms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All arms. ``mismatch`` is the p-value that they were dealt as planned, None of a bandit; ``verdict`` sums it up."""

    name: str
    version: int
    state: str
    arms: tuple[ArmResult, ...]
    mismatch: float | None
    explained: float
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def report(engine: Engine, found: Experiment) -> Report:
    """The results of now; the least p-values so far are kept, so that the next look counts with this one."""
    with engine.begin() as connection:
        dealt = _dealt(connection, found)
        known = _known(connection, found, dealt)
        least = dict(connection.execute(select(experiments.c.least_p).where(experiments.c.id == found.id)).scalar_one())
        results, explained = _compared(found, dealt, known, least)
        connection.execute(update(experiments).where(experiments.c.id == found.id).values(least_p=least))
    counts = [result.units for result in results]
    wrong = None
    if found.specification.mode == "test":
        wrong = float(mismatch(np.array(counts), np.array(found.shares)))
    return Report(
        found.specification.name, found.version, found.state, tuple(results), wrong, explained, _verdict(results, wrong)
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Of each unit: what it did after it was dealt an arm, what it spent since, and what it had spent before."""

    events: Mapping[str, frozenset[str]]
    spent: Mapping[str, float]
    before: Mapping[str, float]


def _dealt(connection: Connection, found: Experiment) -> dict[str, dict[str, datetime]]:
    arms: dict[str, dict[str, datetime]] = {name: {} for name in found.arms}
    for row in connection.execute(select(exposures).where(exposures.c.experiment == found.id)):
        arms.setdefault(row.arm, {})[row.unit] = aware(row.at)
    return arms


def _known(connection: Connection, found: Experiment, dealt: Mapping[str, Mapping[str, datetime]]) -> _Known:
    since = {unit: at for units in dealt.values() for unit, at in units.items()}
    events: dict[str, set[str]] = defaultdict(set)
    spent: dict[str, float] = defaultdict(float)
    before: dict[str, float] = defaultdict(float)
    mine = select(exposures.c.unit).where(exposures.c.experiment == found.id)
    for row in connection.execute(select(unit_events).where(unit_events.c.unit.in_(mine))):
        if aware(row.at) >= since[row.unit]:
            events[row.unit].add(row.event)
            spent[row.unit] += row.amount if row.event == "purchase" else 0.0
    for unit, event, at in _in_conversations(connection, mine):
        if aware(at) >= since[unit]:
            events[unit].add(event)
    for unit, placed_at, total in _orders(connection, mine):
        placed = _moment(placed_at)
        if placed is None:
            continue
        if placed >= since[unit]:
            events[unit].add("purchase")
            spent[unit] += total or 0.0
        else:
            before[unit] += total or 0.0
    return _Known({unit: frozenset(names) for unit, names in events.items()}, spent, before)


def _orders(connection: Connection, mine: Select[tuple[str]]) -> Iterator[tuple[str, str | None, float | None]]:
    """When each unit ordered, and for how much; a unit is a customer, or a conversation of one who is known."""
    held = select(orders.c.placed_at, orders.c.total).where(orders.c.status.is_distinct_from("cancelled"))
    by_customer = held.add_columns(orders.c.customer_id.label("unit")).where(orders.c.customer_id.in_(mine))
    in_conversation = (
        held.add_columns(conversations.c.id.label("unit"))
        .join(conversations, conversations.c.customer_id == orders.c.customer_id)
        .where(conversations.c.id.in_(mine))
    )
    for query in (by_customer, in_conversation):
        yield from ((row.unit, row.placed_at, row.total) for row in connection.execute(query))


def _in_conversations(connection: Connection, mine: Select[tuple[str]]) -> Iterator[tuple[str, str, datetime]]:
    """Who called for a person or complained, and when; a unit is the conversation itself or its customer."""
    for unit in (conversations.c.id, conversations.c.customer_id):
        called = select(unit, handovers.c.requested_at).join(handovers, handovers.c.conversation_id == conversations.c.id)
        complained = select(unit, turns.c.created_at).join(turns).where(turns.c.intent == "complaint")
        for event, query in (("handover", called), ("complaint", complained)):
            yield from ((row[0], event, row[1]) for row in connection.execute(query.where(unit.in_(mine))))


def _compared(
    found: Experiment, dealt: Mapping[str, Mapping[str, datetime]], known: _Known, least: dict[str, float]
) -> tuple[list[ArmResult], float]:
    names, goal = found.arms, found.specification.goal
    units = [list(dealt[name]) for name in names]
    rates = [_rate(arm, known, goal) for arm in units]
    amounts, explained = arms_of([[known.spent.get(unit, 0.0) for unit in arm] for arm in units], _history(units, known))
    alpha = ALPHA / max(len(names) - 1, 1)
    planned = [max(found.specification.planned_units, 100)] * 2
    expected = found.specification.expected_rate
    mixture = mixture_variance(expected * (1 - expected), planned[0], planned[1], alpha)
    best = _best(found, units, rates)
    results = []
    for number, name in enumerate(names):
        told: dict[str, Any] = {"best": best.get(name), "credible": None}
        if found.specification.mode == "bandit":
            told["credible"] = bandit.interval(int(rates[number].units), int(rates[number].events))
        elif number:
            told |= _difference(rates[0], rates[number], mixture, alpha, name, least)
            told |= _amount_difference(amounts[0], amounts[number], planned, alpha)
        if number:
            told["harms"] = tuple(_harms(units[0], units[number], known, mixture, alpha))
        spent = sum(known.spent.get(unit, 0.0) for unit in units[number]) / max(len(units[number]), 1)
        results.append(ArmResult(name, len(units[number]), int(rates[number].events), float(rates[number].mean), spent, **told))
    return results, explained


def _rate(units: Sequence[str], known: _Known, event: str) -> Arm:
    return Arm.of_rate(len(units), sum(event in known.events.get(unit, ()) for unit in units))


def _history(units: Sequence[Sequence[str]], known: _Known) -> list[list[float]] | None:
    return [[known.before.get(unit, 0.0) for unit in arm] for arm in units] if known.before else None


def _difference(
    control: Arm, variant: Arm, mixture: float, alpha: float, name: str, least: dict[str, float]
) -> dict[str, float | None]:
    seen = compare(control, variant, mixture, alpha)
    corrected = min(1.0, float(seen.p) * ALPHA / alpha)
    least[name] = min(least.get(name, 1.0), corrected)
    known = bool(np.isfinite(seen.low))
    bounds = (float(seen.low), float(seen.high)) if known else (None, None)
    return {"difference": float(seen.estimate), "low": bounds[0], "high": bounds[1], "p": least[name]}


def _amount_difference(control: Arm, variant: Arm, planned: Sequence[int], alpha: float) -> dict[str, float | None]:
    variance = max(float(control.variance), float(variant.variance))
    if variance == 0:
        return {}
    seen = compare(control, variant, mixture_variance(variance, planned[0], planned[1], alpha), alpha)
    if not np.isfinite(seen.low):
        return {}
    return {
        "amount_difference": float(seen.estimate), "amount_low": float(seen.low), "amount_high": float(seen.high)
    }  # fmt: skip


def _harms(control: Sequence[str], variant: Sequence[str], known: _Known, mixture: float, alpha: float) -> list[str]:
    """The guardrails of which the variant certainly brings more."""
    seen = {event: compare(_rate(control, known, event), _rate(variant, known, event), mixture, alpha) for event in GUARDRAILS}
    return [event for event, difference in seen.items() if difference.low > 0]


def _best(found: Experiment, units: Sequence[Sequence[str]], rates: Sequence[Arm]) -> dict[str, float]:
    if found.specification.mode != "bandit":
        return {}
    learnt = [(name, rate) for name, rate in zip(found.arms, rates, strict=True) if found.variant(name)]
    shares = bandit.shares([int(rate.units) for _, rate in learnt], [int(rate.events) for _, rate in learnt], found.id)
    return {name: share for (name, _), share in zip(learnt, shares, strict=True)}


def _verdict(results: Sequence[ArmResult], wrong: float | None) -> str:
    if wrong is not None and wrong <= ALARM:
        return "mismatch"
    if any(result.harms for result in results):
        return "harm"
    sure = [result for result in results if result.p is not None and result.p <= ALPHA]
    if not sure:
        return "undecided"
    return "better" if any((result.difference or 0) > 0 for result in sure) else "worse"


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC) if written else None
