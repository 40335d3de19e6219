"""What the owner is told of a handover, whatever the channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.localisation.times import minute, zone_told
from bot.settings.profile import ShopProfile
from bot.store.handover_log import NoticeKind
from bot.store.handover_records import Handover
from bot.takeover.summary import Summary
from bot.takeover.words import reason_words, words
from bot.types import LanguageCode

LONGEST_QUOTE = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. ``id`` is the same at every try, so that a receiver can tell that it has it already."""

    id: int
    kind: NoticeKind
    handover: Handover
    summary: Summary
    shop: ShopProfile
    language: LanguageCode
    url: str
    expires_at: datetime
    zone: ZoneInfo | None = None

    @property
    def title(self) -> str:
        """One line that says what it is about."""
        shop = self.shop.named(self.language)
        if self.kind == "email":
            return str(words(self.language)["notice_email"]).format(shop=shop)
        return str(words(self.language)["subject"]).format(shop=shop, reason=reason_words(self.handover.reason, self.language))

    def facts(self) -> Iterator[tuple[str, str]]:
        """What is known, as name and value; values may hold the customer's own words."""
        known, summary = words(self.language), self.summary
        if self.handover.email:
            yield known["email"], self.handover.email
        if summary.wants:
            yield known["wants"], _quoted(summary.wants)
        if summary.intent:
            yield known["about"], known["intents"].get(summary.intent, summary.intent)
        moods = [summary.sentiment, *(["angry"] if summary.angry else []), *(["urgent"] if summary.urgent else [])]
        yield known["mood"], ", ".join(known[mood] for mood in moods)
        yield known["language"], known[summary.language]
        if summary.orders:
            yield known["orders"], ", ".join(summary.orders)
        if summary.products:
            yield known["products"], ", ".join(title for _, title in summary.products[:3])

    @property
    def button(self) -> str:
        """The words of the link."""
        return str(words(self.language)["open"])

    @property
    def valid(self) -> str:
        """Whom the link is for, and for how long."""
        until, zone = minute(self.expires_at, self.zone), zone_told(self.zone, self.expires_at)
        return str(words(self.language)["valid"]).format(until=until, zone=zone)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
