"""Times as the shop's people read them: in the shop's time zone. What is stored, and what programs read, is in UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.store.database import aware


def minute(at: datetime, zone: ZoneInfo | None) -> str:
    """A time to the minute in ``zone``; in the machine's where there is None."""
    return aware(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def zone_told(zone: ZoneInfo | None, at: datetime) -> str:
    """The zone's name, where it has one, and how far it is from UTC at that time."""
    ahead = aware(at).astimezone(zone).isoformat()[-6:]
    from_utc = "UTC" if ahead == "+00:00" else f"UTC{ahead}"
    return from_utc if zone is None or zone.key == from_utc else f"{zone.key} {from_utc}"
