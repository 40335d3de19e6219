"""What happened in the conversations of a period, counted in SQL. Each figure's definition stands at its query.

A conversation belongs to the day (UTC) on which it began.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Engine, Select, and_, case, exists, func, select

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.csat import csat
from bot.store.handover_log import handovers

UNHELPFUL = ("small_talk", "decline", "handover", "clarify")
"""Actions that answer nothing by themselves."""
_DAY = func.date(conversations.c.created_at)
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
    """The days from ``first`` to ``last``, both counted, of one language, site or channel where given."""

    first: date
    last: date
    language: str | None = None
    site: str | None = None
    channel: Channel | None = None

    @classmethod
    def of_days(cls, days: int, language: str | None = None, site: str | None = None, channel: Channel | None = None) -> Period:
        """The last ``days`` days, today counted."""
        today = datetime.now(UTC).date()
        return cls(today - timedelta(days=days - 1), today, language, site, channel)

    @property
    def where(self) -> ColumnElement[bool]:
        """The conversations of the period that hold a turn."""
        said = [_said.c.conversation_id == conversations.c.id]
        if self.language:
            said.append(_said.c.language == self.language)
        return and_(self.began, exists().where(*said).correlate(conversations))

    @property
    def where_joined(self) -> ColumnElement[bool]:
        """The same for a query that joins the turns, which need not be looked for then."""
        return self.where if self.language else self.began

    @property
    def began(self) -> ColumnElement[bool]:
        """The conversations that began in the period, on its site and channel, in whatever language."""
        begins, ends = (datetime.combine(day, time(), UTC) for day in (self.first, self.last + timedelta(days=1)))
        return and_(conversations.c.created_at >= begins, conversations.c.created_at < ends, *self.narrowed)

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
    - ``turns_each``: mean number of turns; ``first_reply_ms``, ``reply_ms``: mean milliseconds of first and of all replies.
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
    first_reply_ms: float | None
    reply_ms: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Statistics:
    """Counts conversations; nothing is kept between calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def outcomes(self, period: Period) -> Outcomes:
        """The figures of the period."""
        ratings = (
            select(func.count().label("all"), func.count().filter(feedback.c.rating == "up").label("up"))
            .select_from(feedback)
            .where(exists().where(conversations.c.id == feedback.c.conversation_id, period.where).correlate(feedback))
        )
        of_period = exists().where(conversations.c.id == csat.c.conversation_id, period.where).correlate(csat)
        mean = select(func.avg(csat.c.score)).where(of_period)
        with self._engine.connect() as connection:
            began, rated = connection.execute(self._conversations(period)).one(), connection.execute(ratings).one()
            marks = connection.execute(mean).scalar()
        return Outcomes(
            conversations=began.all,
            turns=began.turns or 0,
            contained=_share(began.all - began.handed_over, began.all),
            self_served=_share(began.served, began.all),
            unanswered=_share(began.abstained, began.turns),
            rated_up=_share(rated.up, rated.all),
            csat=marks,
            returned=_share(began.returned, began.known),
            turns_each=_share(began.turns, began.all),
            first_reply_ms=_share(began.first_ms, began.first),
            reply_ms=_share(began.ms, began.turns),
        )

    def _conversations(self, period: Period) -> Select[*tuple[Any, ...]]:
        later = conversations.alias("later")
        known = conversations.c.customer_id.is_not(None)
        again = exists().where(
            later.c.customer_id == conversations.c.customer_id,
            later.c.id != conversations.c.id,
            later.c.created_at > conversations.c.created_at,
            later.c.created_at <= _plus_days(conversations.c.created_at, 7, self._engine.dialect.name),
        )
        first, helpful = turns.c.number == 1, and_(~turns.c.abstained, turns.c.action.not_in(UNHELPFUL))
        of_each = (
            select(
                HANDED_OVER.label("handed_over"),
                and_(func.count().filter(helpful) > 0, ~RATED_DOWN).label("helped"),
                known.label("known"),
                and_(known, again).label("returned"),
                func.count().label("turns"),
                func.count().filter(turns.c.abstained).label("abstained"),
                func.sum(turns.c.total_ms).label("ms"),
                func.count().filter(first).label("first"),
                func.sum(case((first, turns.c.total_ms))).label("first_ms"),
            )
            .select_from(conversations.join(turns))
            .where(period.where_joined)
            .group_by(conversations.c.created_at, conversations.c.id)
            .offset(0)  # else each count would look everything up again
            .subquery()
        )
        sums = (func.sum(of_each.c[name]).label(name) for name in ("turns", "abstained", "ms", "first", "first_ms"))
        return select(
            func.count().label("all"),
            func.count().filter(of_each.c.handed_over).label("handed_over"),
            func.count().filter(and_(~of_each.c.handed_over, of_each.c.helped)).label("served"),
            func.count().filter(of_each.c.known).label("known"),
            func.count().filter(of_each.c.returned).label("returned"),
            *sums,
        )

    def by_day(self, period: Period) -> list[dict[str, Any]]:
        """For every ``day``: its ``conversations``, those ``handed_over``, and its turns ``unanswered`` and ``negative``."""
        query = (
            select(
                _DAY.label("day"),
                func.count(conversations.c.id.distinct()).label("conversations"),
                func.count(conversations.c.id.distinct()).filter(HANDED_OVER).label("handed_over"),
                func.count().filter(turns.c.abstained).label("unanswered"),
                func.count().filter(turns.c.sentiment == "negative").label("negative"),
            )
            .select_from(conversations.join(turns))
            .where(period.where_joined)
            .group_by(_DAY)
            .order_by(_DAY)
        )
        with self._engine.connect() as connection:
            counted = {str(row["day"]): dict(row) for row in connection.execute(query).mappings()}
        days = ((period.first + timedelta(days=n)).isoformat() for n in range((period.last - period.first).days + 1))
        nothing = dict.fromkeys(("conversations", "handed_over", "unanswered", "negative"), 0)
        return [{**nothing, **counted.get(day, {}), "day": day} for day in days]

    def counts(self, period: Period, what: str, limit: int = 15) -> list[tuple[str, int]]:
        """How many turns have each ``intent``, ``language``, ``sentiment`` or ``action``, commonest first."""
        column = {name: turns.c[name] for name in ("intent", "language", "sentiment", "action")}[what]
        query = (
            select(column, func.count())
            .select_from(conversations.join(turns))
            .where(period.where_joined)
            .group_by(column)
            .order_by(func.count().desc(), column)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [(str(name), number) for name, number in connection.execute(query)]

    def questions(self, period: Period, limit: int = 100) -> list[tuple[str, int, int]]:
        """What customers wrote most often, letter for letter but for case: the words, how often, and how often in vain."""
        words = func.lower(turns.c.text)
        query = (
            select(func.min(turns.c.text), func.count(), func.count().filter(turns.c.abstained))
            .select_from(conversations.join(turns))
            .where(period.where_joined)
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


def _share(part: float | None, whole: int | None) -> float | None:
    return float(part or 0) / float(whole) if whole else None  # PostgreSQL sums to decimals


def _plus_days(column: ColumnElement[datetime], days: int, dialect: str) -> ColumnElement[Any]:
    """SQLite keeps times as text."""
    if dialect == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f", column, f"+{days} days")
    return column + timedelta(days=days)
