"""Looks after what is due while the server runs: handovers that nobody takes, messages to send, data to delete."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from bot.running.steady_clock import SteadyClock
from bot.store.database import clear_words
from bot.store.outbox import Notification, Outbox
from bot.takeover.delivery import Delivery, NotTaken
from bot.takeover.notice import Notice
from bot.takeover.summary import summarise

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

POLL_S = 5.0
TOGETHER_S = 0.1
"""What changes within this time is looked at once."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 3600.0
MOST_TRIES = 14
"""Together with the pauses about ten hours."""
EXPIRE_S = 3600.0
"""Between two looks at what is older than it may be kept."""
logger = logging.getLogger(__name__)


class Attendant:
    """A thread that works through the outbox and the clock. A channel that fails disturbs no customer and no other one."""

    def __init__(
        self,
        shopdesk: Shopdesk,
        outbox: Outbox,
        delivery: Delivery,
        poll_s: float = POLL_S,
        clock: SteadyClock | None = None,
    ) -> None:
        self._shopdesk, self._outbox, self._delivery, self._poll_s = shopdesk, outbox, delivery, poll_s
        self._wake, self._stopped = Event(), Event()
        self._thread: Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._expire_at = 0.0
        self._clock = clock or SteadyClock()

    def start(self) -> None:
        """Begins."""
        self._unsubscribe = self._shopdesk.changes.subscribe(lambda _: self._wake.set())
        self._thread = Thread(target=self._run, name="attendant", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> None:
        """Ends; what is not sent by then is sent after the next start."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with clear_words():
                    self.look()
            except Exception as error:
                logger.error("Handovers could not be looked after: %s", error)
            if self._wake.wait(self._poll_s):
                self._stopped.wait(TOGETHER_S)
            self._wake.clear()

    def look(self) -> None:
        """Does once all that is due."""
        settings, handovers = self._shopdesk.settings, self._shopdesk.handovers
        handovers.tell_nobody_came(timedelta(minutes=settings.handover_wait_minutes))
        handovers.release_forgotten(timedelta(minutes=settings.handover_idle_minutes))
        handovers.end_expired(self._shopdesk.links.life)
        trusted = self._clock.trusted()
        if settings.outbox_auto and trusted:
            self._shopdesk.promotion.outbox.work()
        if trusted and time.monotonic() >= self._expire_at:
            self._expire_at = time.monotonic() + EXPIRE_S
            self._shopdesk.keeper.expire()
        while due := self._outbox.claim():
            by_channel: dict[str, list[Notification]] = {}
            for notification in due:
                by_channel.setdefault(notification.channel, []).append(notification)
            with ThreadPoolExecutor(len(by_channel)) as pool:
                list(pool.map(self._deliver_all, by_channel.values()))

    def _deliver_all(self, notifications: Iterable[Notification]) -> None:
        for notification in notifications:
            try:
                self._deliver(notification)
            except Exception as error:  # a mistake of ours costs this notification a try, and no other one anything
                logger.exception("A notification could not be made")
                self._failed(notification, f"{type(error).__name__}")

    def _deliver(self, notification: Notification) -> None:
        notice = self._notice(notification)
        if notice is None:
            self._outbox.give_up(notification, "dropped", "The handover was over before.")
            return
        try:
            self._delivery.send(notification.channel, notice)
        except NotTaken as error:
            self._failed(notification, str(error))
        else:
            self._outbox.sent(notification)

    def _failed(self, notification: Notification, error: str) -> None:
        logger.warning(
            "The channel %r did not take a notification (try %d): %s", notification.channel, notification.tries, error
        )
        if notification.tries >= MOST_TRIES:
            self._outbox.give_up(notification, "failed", error)
            return
        pause = min(FIRST_PAUSE_S * 2 ** (notification.tries - 1), LONGEST_PAUSE_S) * random.uniform(0.8, 1.2)
        self._outbox.try_again(notification, timedelta(seconds=pause), error)

    def _notice(self, notification: Notification) -> Notice | None:
        shopdesk = self._shopdesk
        handover = shopdesk.handovers.find(notification.handover)
        if handover is None or (handover.released_at is not None and notification.kind == "handover"):
            return None
        turns = shopdesk.handovers.turns(handover.conversation)
        summary = summarise(turns, shopdesk.handovers.called_after(handover.id), shopdesk.language)
        return Notice(
            id=notification.id,
            kind=notification.kind,
            handover=handover,
            summary=summary,
            shop=shopdesk.shop,
            language=shopdesk.settings.notification_language or summary.language,
            url=shopdesk.links.url(handover),
            expires_at=handover.requested_at + shopdesk.links.life,
            zone=shopdesk.settings.zone,
        )
