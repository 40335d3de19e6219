"""The outbox of the owner's notifications: each is sent until it was taken once, whichever process does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Engine, select, update

from bot.store.handover_log import NoticeKind, notifications

LEASE = timedelta(minutes=2)
"""How long one try may take; if its process ends meanwhile, another try is due after that."""
LONGEST_WAIT = timedelta(hours=2)
"""Longer than any wait between two tries: whatever is due later was written before the clock was set back."""
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one channel. ``tries`` counts the try that is being made."""

    id: int
    handover: int
    kind: NoticeKind
    channel: str
    tries: int


class Outbox:
    """Reads and writes notifications. A try is claimed before it is made, so that two processes never make it at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, most: int = 20) -> list[Notification]:
        """Notifications to try now; the caller says of each what became of it."""
        now = datetime.now(UTC)
        next_try = notifications.c.next_try_at
        due = (notifications.c.state == "waiting") & ((next_try <= now) | (next_try > now + LONGEST_WAIT))
        with self._engine.connect() as connection:
            rows = connection.execute(select(notifications).where(due).order_by(notifications.c.next_try_at).limit(most)).all()
        return [
            Notification(row.id, row.handover_id, row.kind, row.channel, row.tries + 1)
            for row in rows
            if self._claim(row.id, row.tries, now)
        ]

    def _claim(self, notification: int, tries: int, now: datetime) -> bool:
        mine = (notifications.c.id == notification) & (notifications.c.tries == tries) & (notifications.c.state == "waiting")
        with self._engine.begin() as connection:
            claimed = update(notifications).where(mine).values(tries=tries + 1, next_try_at=now + LEASE)
            return connection.execute(claimed).rowcount == 1

    def sent(self, notification: Notification) -> None:
        """It was taken: it is not sent again."""
        self._end(notification, "sent", sent_at=datetime.now(UTC), last_error=None)

    def give_up(self, notification: Notification, state: Literal["failed", "dropped"], error: str) -> None:
        """It is not tried again."""
        self._end(notification, state, last_error=error[:LONGEST_ERROR])

    def try_again(self, notification: Notification, after: timedelta, error: str) -> None:
        """It was not taken: another try is due after a while."""
        self._end(notification, "waiting", next_try_at=datetime.now(UTC) + after, last_error=error[:LONGEST_ERROR])

    def _end(self, notification: Notification, state: str, **values: object) -> None:
        mine = (notifications.c.id == notification.id) & (notifications.c.tries == notification.tries)
        with self._engine.begin() as connection:
            connection.execute(update(notifications).where(mine).values(state=state, **values))
