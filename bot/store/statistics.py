"""What happened in the conversations of a period, counted in SQL. Each figure's definition stands at its query.

A conversation belongs to the day of the period's time zone on which it began.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Engine, Select, and_, case, exists, extract, func, select

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.csat import csat
from bot.store.handover_log import handovers

UNHELPFUL = ("small_talk", "decline", "handover", "clarify")
"""Actions that answer nothing by themselves."""
NOON = time(12)
DAILY = ("conversations", "handed_over", "unanswered", "negative")
COUNTED = (*DAILY, "served", "turns", "ms", "first", "first_ms", "minutes")
_said, _rated = turns.alias("said"), feedback.alias("rated")
HANDED_OVER = exists().where(handovers.c.conversation_id == conversations.c.id).correlate(conversations)
RATED_DOWN = exists().where(_rated.c.conversation_id == conversations.c.id, _rated.c.rating == "down").correlate(conversations)


Channel = Literal["site", "page", "api"]
"""The widget on a web site, the chat page of this server, a program of the shop's own."""
_CHANNELS: dict[Channel, ColumnElement[bool]] = {
    "site": conversations.c.site_key.is_not(None),
    "page": and_(conversations.c.site_key.is_(None), conversations.c.token_hash.is_(None)),
    "api": and_(conversations.c.site_key.is_(None), conversations.c.token_hash.is_not(None)),
}
CHANNEL = case(*((told, name) for name, told in _CHANNELS.items()))


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both counted, of one language, site or channel where given.

    ``zone`` is the time zone in which days begin and end; None for the machine's.
    """

    first: date
    last: date
    language: str | None = None
    site: str | None = None
    channel: Channel | None = None
    zone: tzinfo | None = UTC

    @classmethod
    def of_days(
        cls, days: int, language: str | None = None, site: str | None = None, channel: Channel | None = None,
        zone: tzinfo | None = UTC,
    ) -> Period:  # fmt: skip
        """The last ``days`` days, today counted."""
        today = datetime.now(zone).date()
        return cls(today - timedelta(days=days - 1), today, language, site, channel, zone)

    @property
    def where(self) -> ColumnElement[bool]:
        """The conversations of the period that hold a turn."""
        said = [_said.c.conversation_id == conversations.c.id]
        if self.language:
            said.append(_said.c.language == self.language)
        began = and_(self.holds(conversations.c.created_at), *self.narrowed)
        return and_(began, exists().where(*said).correlate(conversations))

    @property
    def said(self) -> ColumnElement[bool]:
        """The turns of these conversations."""
        parts = [self.holds(turns.c.began)]
        if self.narrowed:
            parts.append(turns.c.conversation_id.in_(select(conversations.c.id).where(*self.narrowed)))
        if self.language:
            spoken = select(_said.c.conversation_id).where(self.holds(_said.c.began), _said.c.language == self.language)
            parts.append(turns.c.conversation_id.in_(spoken))
        return and_(*parts)

    def holds(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Whether a time lies on one of the days."""
        begins, ends = (self._at(day) for day in (self.first, self.last + timedelta(days=1)))
        return and_(column >= begins, column < ends)

    def day_of(self, column: ColumnElement[datetime], dialect: str) -> ColumnElement[Any]:
        """The day of a time that the period holds.

        Where clocks are put forward or back on a day, the distance from UTC counts from its noon on: no day changes by that.
        """
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 2)]
        ahead = [datetime.combine(day, time(), UTC) - self._at(day) for day in days]
        changes = [n for n in range(1, len(days)) if ahead[n] != ahead[n - 1]]
        until = ((column < self._at(days[n - 1], NOON), _day(column, ahead[n - 1], dialect)) for n in changes)
        last = _day(column, ahead[-1], dialect)
        return case(*until, else_=last) if changes else last

    def _at(self, day: date, at: time = time()) -> datetime:
        """That time of the day as UTC."""
        local = datetime.combine(day, at)
        return (local.astimezone() if self.zone is None else local.replace(tzinfo=self.zone)).astimezone(UTC)

    @property
    def narrowed(self) -> list[ColumnElement[bool]]:
        """What holds of the period's conversations besides their day: the site and the channel."""
        parts: list[ColumnElement[bool]] = [conversations.c.site_key == self.site] if self.site else []
        return [*parts, _CHANNELS[self.channel]] if self.channel else parts


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Figures of a period. Shares lie in [0, 1] and are None where there is nothing to divide by.

    - ``conversations``, ``turns``: how many began, and how many messages of customers they hold.
    - ``contained``: share of conversations that no person was called to.
    - ``self_served``: share with an answer that was not declined, no person called, and no turn rated down.
    - ``unanswered``: share of turns in which the assistant said that it does not know.
    - ``rated_up``: share of up among the ratings of turns; ``csat``: mean of the marks, 1 to 5, that customers gave at the end.
    - ``returned``: share of conversations of known customers who began another one within seven days.
    - ``turns_each``: mean number of turns; ``minutes_each``: mean minutes from the beginning to the last reply;
      ``first_reply_ms``, ``reply_ms``: mean milliseconds of first and of all replies.
    """

    conversations: int
    turns: int
    contained: float | None
    self_served: float | None
    unanswered: float | None
    rated_up: float | None
    csat: float | None
    returned: float | None
    turns_each: float | None
    minutes_each: float | None
    first_reply_ms: float | None
    reply_ms: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Figures(NamedTuple):
    """``by_day`` holds, for every ``day``, how many of ``DAILY`` it had: conversations, and turns unanswered and negative."""

    outcomes: Outcomes
    by_day: list[dict[str, Any]]


class Statistics:
    """Counts conversations; nothing is kept between calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def figures(self, period: Period) -> Figures:
        """The figures of the period as a whole and day by day."""
        ratings = (
            select(func.count().label("all"), func.count().filter(feedback.c.rating == "up").label("up"))
            .select_from(feedback)
            .where(exists().where(conversations.c.id == feedback.c.conversation_id, period.where).correlate(feedback))
        )
        of_period = exists().where(conversations.c.id == csat.c.conversation_id, period.where).correlate(csat)
        mean = select(func.avg(csat.c.score)).where(of_period)
        with self._engine.connect() as connection:
            days = {str(row.day): row for row in connection.execute(_of_days(period, self._engine.dialect.name))}
            rated, marks = connection.execute(ratings).one(), connection.execute(mean).scalar()
            known = connection.execute(self._known(period)).one()
        held = {name: sum(getattr(row, name) or 0 for row in days.values()) for name in COUNTED}
        outcomes = Outcomes(
            conversations=int(held["conversations"]),
            turns=int(held["turns"]),
            contained=_share(held["conversations"] - held["handed_over"], held["conversations"]),
            self_served=_share(held["served"], held["conversations"]),
            unanswered=_share(held["unanswered"], held["turns"]),
            rated_up=_share(rated.up, rated.all),
            csat=marks,
            returned=_share(known.returned, known.all),
            turns_each=_share(held["turns"], held["conversations"]),
            minutes_each=_share(held["minutes"], held["conversations"]),
            first_reply_ms=_share(held["first_ms"], held["first"]),
            reply_ms=_share(held["ms"], held["turns"]),
        )
        every = ((period.first + timedelta(days=n)).isoformat() for n in range((period.last - period.first).days + 1))
        return Figures(
            outcomes,
            [{"day": day, **{name: int(getattr(days[day], name)) if day in days else 0 for name in DAILY}} for day in every],
        )

    def _known(self, period: Period) -> Select[*tuple[Any, ...]]:
        """The conversations of known customers, and those that were followed by another one."""
        later = conversations.alias("later")
        again = exists().where(
            later.c.customer_id == conversations.c.customer_id,
            later.c.created_at > conversations.c.created_at,
            later.c.created_at <= _plus_days(conversations.c.created_at, 7, self._engine.dialect.name),
        )
        counted = select(func.count().label("all"), func.count().filter(again.correlate(conversations)).label("returned"))
        return counted.select_from(conversations).where(period.where, conversations.c.customer_id.is_not(None))

    def counts(self, period: Period, what: str, limit: int = 15) -> list[tuple[str, int]]:
        """How many turns have each ``intent``, ``language``, ``sentiment`` or ``action``, commonest first."""
        column = {name: turns.c[name] for name in ("intent", "language", "sentiment", "action")}[what]
        query = (
            select(column, func.count()).where(period.said).group_by(column).order_by(func.count().desc(), column).limit(limit)
        )
        with self._engine.connect() as connection:
            return [(str(name), number) for name, number in connection.execute(query)]

    def questions(self, period: Period, limit: int = 100) -> list[tuple[str, int, int]]:
        """What customers wrote most often, letter for letter but for case: the words, how often, and how often in vain."""
        words = func.lower(turns.c.text)
        query = (
            select(func.min(turns.c.text), func.count(), func.count().filter(turns.c.abstained))
            .where(period.said)
            .group_by(words)
            .order_by(func.count().desc(), words)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [(str(text), asked, vain) for text, asked, vain in connection.execute(query)]

    def handover_reasons(self, period: Period) -> list[tuple[str, int]]:
        """Why persons were called, commonest reason first."""
        of_period = exists().where(conversations.c.id == handovers.c.conversation_id, period.where).correlate(handovers)
        query = (
            select(handovers.c.reason, func.count())
            .where(of_period)
            .group_by(handovers.c.reason)
            .order_by(func.count().desc(), handovers.c.reason)
        )
        with self._engine.connect() as connection:
            return [(str(reason), number) for reason, number in connection.execute(query)]


def _of_days(period: Period, dialect: str) -> Select[*tuple[Any, ...]]:
    """What is counted of the turns of each day on which conversations of the period began."""
    first, helpful = turns.c.number == 1, and_(~turns.c.abstained, turns.c.action.not_in(UNHELPFUL))
    called = exists().where(handovers.c.conversation_id == turns.c.conversation_id).correlate(turns)
    down = exists().where(_rated.c.conversation_id == turns.c.conversation_id, _rated.c.rating == "down").correlate(turns)
    of_each = (
        select(
            turns.c.began,
            called.label("called"),
            and_(func.count().filter(helpful) > 0, ~down).label("helped"),
            func.count().label("turns"),
            func.count().filter(turns.c.abstained).label("unanswered"),
            func.count().filter(turns.c.sentiment == "negative").label("negative"),
            func.sum(turns.c.total_ms).label("ms"),
            func.count().filter(first).label("first"),
            func.sum(case((first, turns.c.total_ms))).label("first_ms"),
            _minutes(turns.c.began, func.max(turns.c.created_at), dialect).label("minutes"),
        )
        .where(period.said)
        .group_by(turns.c.began, turns.c.conversation_id)
        .offset(0)  # else each count would look everything up again
        .subquery()
    )
    day = period.day_of(of_each.c.began, dialect)
    added = ("turns", "unanswered", "negative", "ms", "first", "first_ms", "minutes")
    return select(
        day.label("day"),
        func.count().label("conversations"),
        func.count().filter(of_each.c.called).label("handed_over"),
        func.count().filter(and_(~of_each.c.called, of_each.c.helped)).label("served"),
        *(func.sum(of_each.c[name]).label(name) for name in added),
    ).group_by(day)


def _share(part: float | None, whole: int | None) -> float | None:
    return float(part or 0) / float(whole) if whole else None  # PostgreSQL sums to decimals


def _day(column: ColumnElement[datetime], ahead: timedelta, dialect: str) -> ColumnElement[Any]:
    """The day on which a time lies so far ahead of UTC. SQLite keeps times as text."""
    if not ahead:
        return func.date(column)
    if dialect == "sqlite":
        return func.date(column, f"{ahead.total_seconds():+.0f} seconds")
    return func.date(column + ahead)


def _plus_days(column: ColumnElement[datetime], days: int, dialect: str) -> ColumnElement[Any]:
    """SQLite keeps times as text."""
    if dialect == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f", column, f"+{days} days")
    return column + timedelta(days=days)


def _minutes(begins: ColumnElement[datetime], ends: ColumnElement[datetime], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return (func.julianday(ends) - func.julianday(begins)) * 1440
    return extract("epoch", ends - begins) / 60
