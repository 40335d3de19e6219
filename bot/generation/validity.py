"""Until when a passage holds, by its column or by its own words."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from bot.generation.fact_gate.calendar_figures import dates
from bot.generation.fact_gate.numerals import spell_digits
from knowledge_base.types import Chunk

_ENDS_BEFORE = re.compile(
    r"(?:until|till|through|thru|expires?(?: on)?|ends?(?: on)?|closes?(?: on)?|no later than|valid (?:to|until|through)"
    r"|截止(?:到|至|日期为?)?|有效期(?:至|到)?|期限(?:为|至|到)?|结束于|至|到)\s*[:：]?\s*(?:the )?$",
    re.IGNORECASE,
)
_ENDS_AFTER = re.compile(r"^\s*(?:止|截止|结束|到期|失效|之?前有效)")


def ended(chunk: Chunk, today: date) -> str | None:
    """The day, as ISO 8601, until which a passage was to hold, where that is past."""
    until = chunk.metadata.get("valid_until") or ((day := last_day(chunk.text)) and day.isoformat())
    return until if until and until < today.isoformat() else None


@lru_cache(maxsize=4096)
def last_day(text: str) -> date | None:
    """The latest day, year included, that ``text`` says something ends on."""
    plain = spell_digits(text)
    days = []
    for match, figures in dates(plain):
        before, after = plain[max(match.start() - 30, 0) : match.start()], plain[match.end() : match.end() + 8]
        if _ENDS_BEFORE.search(before) or _ENDS_AFTER.match(after):
            days += [option for figure in figures for option in figure.options if all(option)]
    try:
        return max((date(*option[:3]) for option in days), default=None)
    except ValueError:
        return None
