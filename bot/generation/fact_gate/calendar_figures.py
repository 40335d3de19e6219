"""Dates, times of day and weekdays in Chinese and English notation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.generation.fact_gate.figure import Figure

_MONTHS = {name: i for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORD = r"(?:st|nd|rd|th)?"
_YEAR = r"((?:19|20)\d\d)"
_SEP = r"\s?(?:-|~|—|至|到|to|until|till|through)\s?"

DATES = tuple(
    re.compile(pattern, re.I | re.A)
    for pattern in (
        rf"(?<![\w-]){_YEAR}[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?![\d])",
        rf"(?:{_YEAR}\s?年\s?)?(?<!\d)(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?[日号]?(?:{_SEP}(\d{{1,2}})\s?[日号])?",
        rf"{_YEAR}\s?年(?:\s?(\d{{1,2}})\s?月(?:份|底|初)?)?",
        r"(?<![\d.])(\d{1,2})\s?月(?:份|底|初|中旬|上旬|下旬)?(?![\d个])",
        rf"\b{_MONTH}\s(\d{{1,2}}){_ORD}(?:{_SEP}(\d{{1,2}}){_ORD})?(?:,?\s{_YEAR})?(?!\d)",
        rf"(?<!\d)(?:(\d{{1,2}}){_ORD}{_SEP})?(\d{{1,2}}){_ORD}(?:\sof)?\s{_MONTH}(?:,?\s{_YEAR})?\b",
        rf"\b{_MONTH},?\s{_YEAR}\b",
        r"(?<![\d/.-])(\d{1,2})[/.](\d{1,2})[/.]((?:20)?\d\d)(?![\d/])",
        r"(?:每月|本月|下月|当月|这个月)\s?(\d{1,2})\s?[日号]",
    )
)


def dates(text: str) -> Iterator[tuple[re.Match[str], list[Figure]]]:
    """Each date with its figures: two for "11月1日-11日"; "03/04/2026" has two readings."""
    for index, pattern in enumerate(DATES):
        for match in pattern.finditer(text):
            readings = _readings(index, match)
            if readings and all(_possible(option) for reading in readings for option in reading):
                yield match, [_figure("date", match, frozenset[tuple[int, ...]](reading)) for reading in readings]


def _readings(index: int, match: re.Match[str]) -> list[list[tuple[int, int, int]]]:
    g = [int(x) if x and x.isdigit() else _MONTHS.get(x[:3].lower(), 0) if x else 0 for x in match.groups()]
    match index:
        case 0:
            return [[(g[0], g[1], g[2])]]
        case 1:
            return [[(g[0], g[1], g[2])]] + ([[(g[0], g[1], g[3])]] if g[3] else [])
        case 2:
            return [[(g[0], g[1], 0)]]
        case 3:
            return [[(0, g[0], 0)]]
        case 4:
            return [[(g[3], g[0], g[1])]] + ([[(g[3], g[0], g[2])]] if g[2] else [])
        case 5:
            return ([[(g[3], g[2], g[0])]] if g[0] else []) + [[(g[3], g[2], g[1])]]
        case 6:
            return [[(g[1], g[0], 0)]]
        case 7:
            year = g[2] if g[2] > 99 else 2000 + g[2]
            return [[option for option in ((year, g[1], g[0]), (year, g[0], g[1])) if _possible(option)]]
        case _:
            return [[(0, 0, g[0])]]


def _possible(date: tuple[int, int, int]) -> bool:
    return date[1] <= 12 and date[2] <= 31


def _figure(kind: str, match: re.Match[str], options: frozenset[tuple[int, ...]]) -> Figure:
    return Figure(kind, match[0].strip(), match.start(), match.end(), options=options)


_HALF = r"\s?(am|pm|a\.m\.?|p\.m\.?|noon|o'clock)"
_PART = r"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|早|晚)?\s?"
_CLOCK = rf"{_PART}(\d{{1,2}})(?:[:点时]\s?(\d{{2}}|半|\d{{1,2}}(?=分))?分?整?)"
_TIMES = (
    re.compile(rf"(?<![\d:.]){_CLOCK}(?:{_HALF}\b)?{_SEP}{_CLOCK}(?:{_HALF}\b)?(?!\d)", re.I | re.A),
    re.compile(
        rf"(?<![\d:.])()(\d{{1,2}})(?:[:.](\d\d))?(?:{_HALF})?{_SEP}()(\d{{1,2}})(?:[:.](\d\d))?{_HALF}(?![a-z])", re.I | re.A
    ),
    re.compile(rf"(?<![\d:.]){_CLOCK}(?:{_HALF}(?![a-z]))?(?!\d)", re.I | re.A),
    re.compile(rf"(?<![\d:.])()(\d{{1,2}})()(?:{_HALF})(?![a-z])", re.I | re.A),
    re.compile(r"\b(?:at|until|till|by|before|to) (noon|midnight)\b", re.I | re.A),
)


def times(text: str) -> Iterator[tuple[re.Match[str], list[Figure]]]:
    """Times of day and ranges of them, in minutes; "6点" alone may be morning or evening."""
    for pattern in _TIMES:
        for match in pattern.finditer(text):
            options = _clock_options(match)
            if options:
                yield match, [_figure("time", match, options)]


def _clock_options(match: re.Match[str]) -> frozenset[tuple[int, ...]]:
    groups = match.groups()
    if len(groups) == 1:
        return frozenset({(720, 720)} if groups[0].lower() == "noon" else {(0, 0)})
    first = groups[:4]
    if len(groups) == 8:
        low = _minutes(
            groups[0], groups[1], groups[2], groups[3] or (groups[7] if not groups[0] and ":" not in match[0] else None)
        )
        high = _minutes(groups[4], groups[5], groups[6], groups[7])
        if groups[3] is None and groups[7] and groups[7][0] in "pP":  # "9-6 pm" starts in the morning
            low |= _minutes(groups[0], groups[1], groups[2], "am")
        return frozenset((one, two) for one in low for two in high if one < two or two == 0)
    return frozenset((one, one) for one in _minutes(*first))


def _minutes(part: str | None, hour: str, minute: str | None, half: str | None) -> set[int]:
    h, m = int(hour), 30 if minute == "半" else int(minute or 0)
    if h > 24 or m > 59:
        return set()
    half = (half or "").lower().replace(".", "")
    if half in ("am", "pm"):
        return {(h % 12 + (12 if half == "pm" else 0)) * 60 + m} if h <= 12 else set()
    if part in ("下午", "傍晚", "晚上", "晚间", "晚"):
        return {((h % 12 + 12) % 24) * 60 + m} if h <= 12 else {(h % 24) * 60 + m}
    if part in ("凌晨", "早上", "早晨", "上午", "早"):
        return {h % 24 * 60 + m}
    if part == "中午":
        return {(h if h >= 10 else h + 12) * 60 + m}
    plain = h % 24 * 60 + m
    return {plain, (plain + 720) % 1440} if h <= 12 and minute in (None, "", "半") else {plain}


_DAYS = "mon tue wed thu fri sat sun".split()
_ENGLISH_DAY = (
    r"(?:(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?|(?:Mon|"
    r"Tues?|Wed|Thurs?|Fri|Sat|Sun)\b\.?)"
)
_HAN_DAY = r"(?:周|星期|礼拜|週)([一二三四五六日天])"
_WEEKDAYS = (
    re.compile(rf"\b({_ENGLISH_DAY})(?:{_SEP}({_ENGLISH_DAY}))?", re.A),
    re.compile(rf"{_HAN_DAY}(?:{_SEP}(?:周|星期|礼拜|週)?([一二三四五六日天])(?!个))?"),
    re.compile(r"(?i:\bweekends?\b)|周末|双休日()()"),
)


def weekdays(text: str) -> Iterator[tuple[re.Match[str], list[Figure]]]:
    """Weekdays and ranges of them, Monday 1 to Sunday 7."""
    for pattern in _WEEKDAYS:
        for match in pattern.finditer(text):
            first, last = (match.group(1), match.group(2)) if match.re.groups >= 2 and match.group(1) else (None, None)
            low = _day(first) if first else 6
            high = _day(last) if last else (low if first else 7)
            yield match, [_figure("weekday", match, frozenset({(low, high)}))]


def _day(name: str) -> int:
    if name[0] in "一二三四五六日天":
        return min("一二三四五六日".find(name[0].replace("天", "日")) + 1, 7)
    return _DAYS.index(name[:3].lower()) + 1
