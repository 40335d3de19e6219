"""Experiments in SQL: drafted, started, ended; units dealt once; what they did counted once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.errors import InputError
from bot.marketing.campaigns import bandit
from bot.marketing.campaigns.experiment import (
    EVENTS,
    Experiment,
    Slot,
    Specification,
    State,
    Variant,
    dealt,
    specification,
)
from bot.marketing.campaigns.plan import FOR_EVERYBODY
from bot.store.campaigns import campaigns, experiments, exposures, unit_events
from bot.store.database import aware

LONGEST_UNIT = 200
_SEGMENTS = 8
"""Campaigns whose customers are kept in memory."""
STATES_ZH: dict[State, str] = {"draft": "还是草稿", "running": "正在进行", "ended": "已经结束"}
_RUNNING = (  # asked in most turns, so it is built once
    select(experiments)
    .where(experiments.c.slot == bindparam("slot"), experiments.c.state == "running")
    .order_by(experiments.c.id)
    .limit(1)
)


class Experiments:
    """Reads and writes experiments. A unit keeps the arm that it was dealt first, whatever is learnt later."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._clock = engine, clock
        self._segment = lru_cache(_SEGMENTS)(self._read_segment)

    def draft(self, given: Specification) -> Experiment:
        """Keeps a specification; nothing is shown yet.

        Raises:
            InputError: there is an experiment of that name.
        """
        try:
            return self._insert(given, 1)
        except IntegrityError as error:
            raise InputError(
                f"There is an experiment {given.name!r} already: change it, or choose another name.",
                zh=f"已经有名为 {given.name!r} 的实验：请修改它，或换一个名称。",
            ) from error

    def change(self, name: str, changes: dict[str, Any], new_version: bool = False) -> Experiment:
        """The experiment with other values. One that ran stays as it is: what was seen would be of neither.

        Raises:
            InputError: it is running or ended and ``new_version`` is not set, it is unknown, or a value is unusable.
        """
        before = self.find(name)
        after = specification({**before.specification.model_dump(), **changes, "name": name})
        if before.state == "draft":
            with self._engine.begin() as connection:
                mine = (experiments.c.id == before.id) & (experiments.c.state == "draft")
                changed = connection.execute(update(experiments).where(mine).values(**_columns(after)))
            if changed.rowcount:
                return self.find(name)
            before = self.find(name)
        if not new_version:
            raise InputError(
                f"The experiment {name!r} (version {before.version}) is {before.state} and cannot be changed: what was seen so"
                " far would belong to neither. End it and begin version"
                f" {before.version + 1} with --new-version, which counts from zero.",
                zh=f"实验 {name!r}（第 {before.version} 版）{STATES_ZH[before.state]}，不能修改：否则之前的"
                "结果就不知属于哪一版了。请结束它，用"
                f" --new-version 开始从零计数的第 {before.version + 1} 版。",
            )
        if before.state == "running":
            self.end(name)
        return self._insert(after, before.version + 1)

    def start(self, name: str) -> Experiment:
        """Begins to deal units.

        Raises:
            InputError: it is unknown or not a draft, or another one runs in its slot.
        """
        mine = self.find(name)
        if mine.state != "draft":
            raise InputError(
                f"The experiment {name!r} is {mine.state}: only a draft can be started.",
                zh=f"实验 {name!r} {STATES_ZH[mine.state]}：只有草稿可以开始。",
            )
        slot = mine.specification.slot
        others = [one for one in self.all("running") if one.specification.slot == slot]
        if others:
            other = others[0].specification.name
            raise InputError(
                f"The experiment {other!r} runs in the slot {slot!r}: end it first.",
                zh=f"实验 {other!r} 正在 {slot!r} 位置进行：请先结束它。",
            )
        self._put(mine.id, state="running", started_at=self._clock())
        return self.find(name)

    def end(self, name: str) -> Experiment:
        """Deals no more units; what is known stays.

        Raises:
            InputError: it is unknown or does not run.
        """
        mine = self.find(name)
        if mine.state != "running":
            raise InputError(
                f"The experiment {name!r} is {mine.state}: only a running one can be ended.",
                zh=f"实验 {name!r} {STATES_ZH[mine.state]}：只有进行中的可以结束。",
            )
        self._put(mine.id, state="ended", ended_at=self._clock())
        return self.find(name)

    def find(self, name: str, version: int | None = None) -> Experiment:
        """The experiment of that name in its newest version, or the one asked for.

        Raises:
            InputError: there is none.
        """
        query = select(experiments).where(experiments.c.name == name).order_by(experiments.c.version.desc()).limit(1)
        if version is not None:
            query = query.where(experiments.c.version == version)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise InputError(
                f"There is no experiment {name[:60]!r}: 'shopdesk campaigns list' shows them.",
                zh=f"没有名为 {name[:60]!r} 的实验：请从列表里选择。",
            )
        return _experiment(row)

    def all(self, state: State | None = None) -> list[Experiment]:
        """Every version, newest first."""
        query = select(experiments).order_by(experiments.c.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query if state is None else query.where(experiments.c.state == state)).all()
        return [_experiment(row) for row in rows]

    def running(self, slot: Slot) -> bool:
        """Whether an experiment runs in a slot."""
        with self._engine.connect() as connection:
            return connection.execute(_RUNNING, {"slot": slot}).one_or_none() is not None

    def serve(self, slot: Slot, unit: str) -> Variant | None:
        """What the unit is shown in a slot, noting that it was; None for the holdout and where no experiment runs.

        The experiment of a campaign is for the customers of its plan alone; others are neither shown nor counted.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_RUNNING, {"slot": slot}).one_or_none()
        if row is None or not unit:
            return None
        found = _experiment(row)
        people = self._segment(found.specification.campaign) if found.specification.campaign else None
        return found.variant(self.arm(found, unit)) if people is None or unit in people else None

    def arm(self, found: Experiment, unit: str) -> str:
        """The arm of a unit, which is dealt one when it has none yet."""
        unit = unit[:LONGEST_UNIT]
        with self._engine.begin() as connection:
            if (kept := _kept(connection, found.id, unit)) is not None:
                return kept
            arm = dealt(found.arms, self._shares(connection, found), found.salt, unit)
            row = {"experiment": found.id, "unit": unit, "arm": arm, "at": self._clock()}
            connection.execute(_upserted(connection)(exposures).values(**row).on_conflict_do_nothing())
            return _kept(connection, found.id, unit) or arm

    def record(
        self, unit: str, event: str, key: str, amount: float = 0.0, at: datetime | None = None, most: int | None = None
    ) -> bool:
        """Notes what a unit did; False when ``key`` was noted before, or ``most`` such events today: that changes nothing.

        However often a unit does something, it counts once as one that did.

        Raises:
            InputError: the event is none of :data:`EVENTS`.
        """
        if event not in EVENTS:
            raise InputError(f"The event cannot be {event[:40]!r}: choose one of {', '.join(EVENTS)}.")
        now = at or self._clock()
        row = {"unit": unit[:LONGEST_UNIT], "event": event, "amount": amount, "key": key[:100], "at": now}
        same = (unit_events.c.unit == row["unit"]) & (unit_events.c.event == event)
        with self._engine.begin() as connection:
            if most is not None:
                today = select(func.count()).select_from(unit_events).where(same, unit_events.c.at > now - timedelta(days=1))
                if connection.execute(today).scalar_one() >= most:
                    return False
            done = connection.execute(_upserted(connection)(unit_events).values(**row).on_conflict_do_nothing())
            return done.rowcount == 1

    def _read_segment(self, campaign: str) -> frozenset[str] | None:
        """The customers whom a kept plan is for, some of them erased since; None for a plan that is for everybody."""
        with self._engine.connect() as connection:
            plan = connection.execute(select(campaigns.c.plan).where(campaigns.c.id == campaign)).scalar_one()
        return None if plan["goal"] in FOR_EVERYBODY else frozenset(plan["customers"])

    def _shares(self, connection: Connection, found: Experiment) -> tuple[float, ...]:
        if found.specification.mode == "test":
            return found.shares
        units, events = counts(connection, found)
        names = [variant.name for variant in found.specification.variants]
        learnt = bandit.shares([units.get(name, 0) for name in names], [events.get(name, 0) for name in names], found.id)
        held = found.specification.holdout
        return (held, *((1 - held) * share for share in learnt)) if held else learnt

    def _insert(self, given: Specification, version: int) -> Experiment:
        row = {"version": version, "salt": secrets.token_hex(8), "state": "draft", "least_p": {}, "created_at": self._clock()}
        with self._engine.begin() as connection:
            connection.execute(insert(experiments).values(name=given.name, **row, **_columns(given)))
        return self.find(given.name)

    def _put(self, experiment: int, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(experiments).where(experiments.c.id == experiment).values(**values))


def counts(connection: Connection, found: Experiment) -> tuple[dict[str, int], dict[str, int]]:
    """Units of each arm, and those of them that reached the goal by an event after they were dealt it."""
    mine = exposures.c.experiment == found.id
    units = connection.execute(select(exposures.c.arm, func.count()).where(mine).group_by(exposures.c.arm))
    reached = (
        select(exposures.c.arm, func.count(exposures.c.unit.distinct()))
        .join(unit_events, (unit_events.c.unit == exposures.c.unit) & (unit_events.c.at >= exposures.c.at))
        .where(mine, unit_events.c.event == found.specification.goal)
        .group_by(exposures.c.arm)
    )
    return {arm: n for arm, n in units}, {arm: n for arm, n in connection.execute(reached)}


def _kept(connection: Connection, experiment: int, unit: str) -> str | None:
    mine = (exposures.c.experiment == experiment) & (exposures.c.unit == unit)
    arm: str | None = connection.execute(select(exposures.c.arm).where(mine)).scalar()
    return arm


def _upserted(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def _columns(given: Specification) -> dict[str, Any]:
    values = given.model_dump(exclude={"name"})
    return {**values, "variants": [variant.model_dump(mode="json") for variant in given.variants]}


def _experiment(row: Row[Any]) -> Experiment:
    kept = row._mapping
    given = Specification.model_validate({name: kept[name] for name in Specification.model_fields})
    times = {name: aware(kept[name]) if kept[name] else None for name in ("started_at", "ended_at")}
    return Experiment(row.id, row.version, given, row.salt, row.state, aware(row.created_at), **times)
