"""What each feed held before: kept whenever it is something else, so that changes can be told however long ago they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select

from bot.marketing.market.offers import Offer
from bot.store.database import aware
from bot.store.market_feeds import market_snapshots

KEPT = 60
"""Snapshots of a feed that are kept, the last ones."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A feed as it is, and as it was the last time that it was something else (``before``, read at ``since``)."""

    feed: str
    offers: tuple[Offer, ...]
    before: tuple[Offer, ...] | None = None
    since: date | None = None


class FeedHistory:
    """Keeps feeds in SQL."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._clock = engine, clock

    def take(self, feed: str, offers: Sequence[Offer]) -> Reading:
        """Keeps what ``feed`` holds now unless it is the same as the last time, and gives it with what it held before."""
        rows = [_plain(offer) for offer in offers]
        mine = select(market_snapshots).where(market_snapshots.c.feed == feed).order_by(market_snapshots.c.id.desc()).limit(2)
        with self._engine.begin() as connection:
            known = list(connection.execute(mine).mappings())
            if known and _said(known[0]["offers"]) == _said(rows):
                known = known[1:]
            else:
                connection.execute(insert(market_snapshots).values(feed=feed, read_at=self._clock(), offers=rows))
                own = select(market_snapshots.c.id).where(market_snapshots.c.feed == feed)
                last = own.order_by(market_snapshots.c.id.desc()).limit(KEPT)
                gone = (market_snapshots.c.feed == feed) & market_snapshots.c.id.not_in(last)
                connection.execute(delete(market_snapshots).where(gone))
        if not known:
            return Reading(feed, tuple(offers))
        return Reading(feed, tuple(offers), tuple(map(_offer, known[0]["offers"])), aware(known[0]["read_at"]).date())

    def all(self) -> list[dict[str, Any]]:
        """Every snapshot as plain JSON types: its feed, when it was read, and how much it held; the newest first."""
        of = market_snapshots.c
        query = select(of.feed, of.read_at, func.json_array_length(of.offers).label("offers")).order_by(of.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [{"feed": row.feed, "read_at": aware(row.read_at).isoformat(), "offers": row.offers} for row in rows]


def _plain(offer: Offer) -> dict[str, Any]:
    return {**asdict(offer), "day": str(offer.day) if offer.day else None}


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(**{**row, "day": date.fromisoformat(row["day"]) if row["day"] else None})


def _said(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The offers whatever row they stand in."""
    return sorted(({name: value for name, value in row.items() if name != "where"} for row in rows), key=str)
