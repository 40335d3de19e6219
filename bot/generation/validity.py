"""Until when a passage holds, by its column or by its own words, and which edition of a document holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bot.generation.fact_gate.calendar_figures import dates
from bot.generation.fact_gate.numerals import spell_digits
from knowledge_base.loading.edition import IN_FORCE, says_only_when
from knowledge_base.types import Chunk, SearchHit

_ENDS_BEFORE = re.compile(
    r"(?:until|till|through|thru|expires?(?: on)?|ends?(?: on)?|closes?(?: on)?|no later than|valid (?:to|until|through)"
    r"|截止(?:到|至|日期为?)?|有效期(?:至|到)?|期限(?:为|至|到)?|结束于|至|到)\s*[:：]?\s*(?:the )?$",
    re.IGNORECASE,
)
_ENDS_AFTER = re.compile(r"^\s*(?:止|截止|结束|到期|失效|之?前有效)")
_OF_AN_EDITION = re.compile(r"[\W\d_]+|年|旧版|新版|修订版?|版|\b(?:old|new|edition|version|v)\b", re.IGNORECASE)


def of_the_edition_in_force(hits: Sequence[SearchHit], today: date) -> list[SearchHit]:
    """``hits`` without passages of documents that another one of the same title replaces, or is yet to be replaced by.

    Nor are there passages that say nothing but from when on the document holds.

    Documents say themselves from when on they hold: see :func:`knowledge_base.loading.edition.in_force`.
    """
    editions: dict[str, set[str]] = {}
    for hit in hits:
        if since := hit.chunk.metadata.get(IN_FORCE):
            editions.setdefault(_work(hit.chunk), set()).add(since)
    holding = {
        work: max([since for since in days if since <= today.isoformat()] or [min(days)]) for work, days in editions.items()
    }
    return [
        hit
        for hit in hits
        if (since := hit.chunk.metadata.get(IN_FORCE)) is None
        or (since == holding[_work(hit.chunk)] and not says_only_when(hit.chunk.text))
    ]


def _work(chunk: Chunk) -> str:
    """What a document is called, whichever edition of it it is."""
    return f"{chunk.language} {_OF_AN_EDITION.sub('', chunk.title.lower())}"


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
