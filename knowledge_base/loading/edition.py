"""From when on a document holds, as its first lines say: of two editions, the one in force answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from knowledge_base.types import Section

IN_FORCE = "in_force"
"""The metadata of passages that names the day, as ISO 8601, from which their document holds."""
_HEAD = 400  # characters in which a document says so
_BESIDE_THE_DAY = 4  # words, or Chinese characters
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>20\d\d)"
_FROM_EN = (
    r"\b(?:(?:valid|effective|applies|applicable|in force|in effect)(?: as)?(?: from| of| since)?|as (?:of|from)"
    r"|(?:last )?(?:updated|revised|changed)(?: on)?|edition|version)\W{1,3}(?:date\W{1,3})?(?:the )?"
)
_FROM_ZH = r"(?:生效|施行|实施|执行|更新|修订|发布)(?:日期|时间)?(?:于|为)?[:：]?\s*"
_DATE_ZH = r"(?P<year>20\d\d)\s?年?\s?(?:(?P<number>\d{1,2})\s?月\s?(?:(?P<day>\d{1,2})\s?[日号])?)?"
_DATE_ISO = r"(?P<year>20\d\d)[-/.](?P<number>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?"
_STATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(_FROM_EN + one for one in (rf"(?:{_DAY} )?{_MONTH},? {_YEAR}", rf"{_MONTH} {_DAY},? {_YEAR}", _DATE_ISO)),
        *(_FROM_ZH + one for one in (_DATE_ISO, _DATE_ZH)),
        *(
            one + r"\s?(?:起|开始|以后)?\s?(?:正式)?(?:执行|施行|实施|实行|生效|适用|有效|修订|更新|版)"
            for one in (_DATE_ISO, _DATE_ZH)
        ),
    )
)


def in_force(title: str, sections: Iterable[Section]) -> str | None:
    """The day from which a document of these sections holds, as ISO 8601; None where its first lines name none."""
    head = title
    for section in sections:
        head = "\n".join((head, *section.path, section.text))
        if len(head) >= _HEAD:
            break
    return next(filter(None, (_day(pattern.search(head[:_HEAD])) for pattern in _STATED)), None)


def _day(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    said = found.groupdict()
    month = _MONTHS.index(said["month"][:3].lower()) + 1 if said.get("month") else int(said.get("number") or 1)
    try:
        return date(int(said["year"]), month, int(said["day"] or 1)).isoformat()
    except ValueError:
        return None


def says_only_when(text: str) -> bool:
    """Whether a text says from when on something holds, and nothing else: it answers no question."""
    found = next(filter(None, (pattern.search(text[:_HEAD]) for pattern in _STATED)), None)
    rest = text[: found.start()] + text[found.end() :] if found else text
    return found is not None and len(re.findall(r"[a-z]{2,}|[\u3400-\u9fff]", rest, re.IGNORECASE)) <= _BESIDE_THE_DAY


def holds_for(sections: Sequence[Section]) -> bool:
    """Whether a document is prose, whose first lines speak for all of it: rows hold each by itself."""
    return any(section.kind == "text" for section in sections)
