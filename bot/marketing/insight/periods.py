"""The days that a report is about, and those before them that it is held against."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import SettingsError

LONGEST = 3660
"""Days that can be counted back."""
_BETWEEN = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Days:
    """The days from ``first`` to ``last``, both counted."""

    first: date
    last: date

    @property
    def before(self) -> Days:
        """The days just before: as many, or the whole month before where these are a whole month."""
        last = self.first - timedelta(days=1)
        if self.first.day == 1 and self.last == _end_of_month(self.first):
            return Days(last.replace(day=1), last)
        return Days(self.first - (self.last - last), last)

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


def days_of(period: str, today: date) -> Days:
    """The days that ``period`` names.

    ``week`` is the last whole week from Monday to Sunday, ``month`` the last whole month, a number so many days with today
    as the last one, ``2026-11-23..2026-11-29`` these days.

    Raises:
        SettingsError: it is none of these.
    """
    named = period.strip().lower()
    if named == "week":
        sunday = today - timedelta(days=today.weekday() + 1)
        return Days(sunday - timedelta(days=6), sunday)
    if named == "month":
        last = today.replace(day=1) - timedelta(days=1)
        return Days(last.replace(day=1), last)
    if named.isascii() and named.isdigit() and 0 < int(named[:6]) <= LONGEST:
        return Days(today - timedelta(days=int(named) - 1), today)
    if (between := _BETWEEN.fullmatch(named)) and (days := _between(*between.groups())):
        return days
    raise SettingsError(
        f"{period!r} is no period: write week, month, a number of days such as 30, or 2026-11-23..2026-11-29.",
        zh=f"{period!r} 不是时间范围：请写 week（上一整周）、month（上一整月）、天数（如 30），或 2026-11-23..2026-11-29。",
    )


def _between(first: str, last: str) -> Days | None:
    try:
        days = Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return days if days.first <= days.last and days.first.year > 1 else None


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
