"""The typed, normalised figures of a text in Chinese or English: every price, number, date, duration, code and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from bot.generation.fact_gate.calendar_figures import dates, times, weekdays
from bot.generation.fact_gate.figure import Figure
from bot.generation.fact_gate.numerals import spell_digits
from bot.generation.fact_gate.quantities import NUMBER, SEPARATOR, money, percentages, quantities, value
from bot.generation.fact_gate.units import UNITS

Found = Iterator[tuple[re.Match[str], list[Figure]]]

LONGEST = 12_000
CITATION = re.compile(r"\[(\d{1,3})\](?!\()")
_URL = re.compile(r"(?:https?|ftp)://[^\s<>()\[\]\"'`{}|\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]{1,2000}", re.I)
_DOT = r"(?:\.|\[\.\]|\(\.\)|[ ]?\[dot\][ ]?|[ ]?\(dot\)[ ]?)"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PATH = r"/[^\s<>()\[\]\"'`{}|\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]{0,500}"
_HOST = re.compile(
    rf"(?<![\w@.-])(?:www\.(?:{_LABEL}\.){{0,3}}{_LABEL}|(?:{_LABEL}{_DOT}){{1,4}}(?:com|cn|net|"
    r"org|io|shop|store|co|app|dev|me|info|biz|ru|uk|de|fr|eu|xyz|top|site|online|"
    r"ly|link|club|vip|icu|cc|tv|tk|ml|ga|cf|gq|pw|ws|su|live|pro|click|buzz|win|fun|cloud|tech|website|space|page|"
    r"asia|mobi|jp|kr|hk|tw|sg|edu|gov|xn--[a-z0-9-]{1,40}|example|test|invalid|onion)"
    rf"(?![\w-])(?:{_PATH})?)|(?<![\w@.-])(?:{_LABEL}\.){{1,4}}[a-z]{{2,18}}(?=/[\w?#%]){_PATH}",
    re.I | re.A,
)
_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,18}", re.I | re.A)
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\)[ -]?)?\d{2,4}(?:[ -]\d{2,4}){1,4}(?![\w-])|"
    r"(?<![\w.])\+\d{8,15}(?!\d)",
    re.A,
)
_CODE = re.compile(r"(?<![A-Za-z0-9])#?[A-Za-z0-9]{1,30}(?:[-_/.][A-Za-z0-9]{1,30}){0,6}(?![A-Za-z0-9])")
_QUANTITY_LIKE = re.compile(
    r"\d[\d.,]*(?:-\d[\d.,]*)?-?([a-z]+)s?(?:-(?:old|long|wide|inch|in|by|day|month|year)[a-z]*)?", re.I
)
_ROUND_THE_CLOCK = re.compile(
    r"(?<!\d)24 ?[/x×*] ?7(?!\d)|(?<!\d)7 ?[/x×*] ?24(?:小时)?|7天24小时|24 hours "
    r"a day(?:, (?:7 days a week|every day))?|全天候",
    re.I,
)
_NOT_FACTS = re.compile(
    r"^\s{0,20}(?:[-*•>]\s)?\s{0,4}(?:\d{1,3}[.)、](?=\D)|\(\d{1,2}\))|\b(?:step|"
    r"option|no\.|number|part|tip|point|page)\s?#?\d{1,2}\b(?![.\d]|\s?(?:-|to)\s?\d)"
    r"|第\s?\d{1,3}(?![天年])|\b\d{1,3}(?:st|nd|rd|th)\b|步骤\s?\d{1,2}|选项\s?\d{1,2}",
    re.I | re.M | re.A,
)
_NUMBER = re.compile(rf"(?<![A-Za-z_])(?<!\d)(?<!\d[.,])({NUMBER})(?:({SEPARATOR})({NUMBER}))?(?![\d])")
_MAX = re.compile(
    r"(?:up to|at most|within|under|below|less than|(?:no|not) (?:more|later|"
    r"longer) than|maximum(?: of)?|max\.?|cheaper than)[^\d,.;]{0,12}$"
    r"|(?:不超过|最多|至多|最长|最高|最晚|低于|少于|小于|不到|未满|不满|不大于)[^\d,.;，。；]{0,2}$",
    re.I,
)
_MIN = re.compile(
    r"(?:at least|minimum(?: of)?|min\.?|over|above|more than|(?:no|not) (?:less|"
    r"fewer|sooner|earlier) than|starting (?:at|from)|starts at|exceed(?:s|ing)?)[^\d,.;]{0,8}$"
    r"|(?:至少|最少|最低|最短|(?<!不)超过|高于|大于|不低于|不少于|不小于|(?<![不未])满|多于)[^\d,.;，。；]{0,2}$",
    re.I,
)
_MAX_AFTER = re.compile(r"\s?(?:or (?:less|fewer|under|below)|以内|之内|内|以下|之下|max\b)", re.I)
_MIN_AFTER = re.compile(
    r"\s?(?:\+|or (?:more|above|over|longer)|and (?:above|over|up)|起|以上|之上|以后|及以上|minimum\b)", re.I
)


@lru_cache(maxsize=4096)
def extract(text: str) -> tuple[Figure, ...]:
    """The figures of ``text`` (its first 12,000 characters), in order. Citations, list marks and ordinals are none."""
    return extract_spelled(spell_digits(text[:LONGEST]))


def extract_spelled(text: str) -> tuple[Figure, ...]:
    """The figures of a text already passed through ``numerals.spell_digits``; spans refer to it."""
    plain = CITATION.sub(lambda m: " " * len(m[0]), text)
    rest = plain
    found: list[Figure] = []
    for finder in _FINDERS:
        rest = _consume(finder, rest, found)
    found.sort(key=lambda figure: (figure.start, figure.end))
    return tuple(replace(f, bound=_bound(plain, f)) if f.raw else f for f in found)


def _consume(finder: Callable[[str], Found], rest: str, found: list[Figure]) -> str:
    taken = bytearray(len(rest))
    spans: list[tuple[int, int]] = []
    for match, figures in finder(rest):
        start, end = match.span()
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found += figures
            spans.append((start, end))
    if not spans:
        return rest
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [rest[at:start], "\x00" * (end - start)]
        at = end
    return "".join(pieces) + rest[at:]


def _bound(text: str, figure: Figure) -> str:
    before = text[max(0, figure.start - 32) : figure.start]
    after = text[figure.end : figure.end + 12]
    if _MAX_AFTER.match(after) or _MAX.search(before):
        return "max"
    return "min" if _MIN_AFTER.match(after) or _MIN.search(before) else ""


def _keyed(kind: str, match: re.Match[str], key: str) -> tuple[re.Match[str], list[Figure]]:
    return match, [Figure(kind, match[0], match.start(), match.end(), key=key)]


def _addresses(text: str) -> Found:
    for pattern in (_URL, _EMAIL, _HOST):
        for match in pattern.finditer(text):
            kind = "email" if pattern is _EMAIL else "url"
            yield _keyed(kind, match, address_key(match[0]) if kind == "url" else match[0].lower())


def address_key(address: str) -> str:
    """A web address as compared: without scheme, ``www.`` and closing punctuation; the host in lower case, the rest exact."""
    plain = re.sub(r"^(?:https?|ftp)://(?:www\.)?|^www\.", "", address.rstrip(".,;:!?*_~"), flags=re.I)
    host, slash, path = plain.partition("/")
    return (host.lower() + slash + path).rstrip("/")


def _phones(text: str) -> Found:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 7 <= len(digits) <= 15:
            yield _keyed("phone", match, digits)


def _codes(text: str) -> Found:
    for match in _CODE.finditer(text):
        token = match[0].lstrip("#")
        if not any(c.isdigit() for c in token):
            continue
        if token.isdigit():
            if len(token) >= 7 or match[0][0] == "#":
                yield _keyed("code", match, token)
        elif any(c.isalpha() for c in token) and not _is_quantity(token):
            yield _keyed("code", match, re.sub(r"[-_/.]", "", token).upper())
        elif "-" in token and len(re.sub(r"\D", "", token)) >= 10 and "." not in token:
            yield _keyed("code", match, re.sub(r"\D", "", token))


def _is_quantity(token: str) -> bool:
    match = _QUANTITY_LIKE.fullmatch(token)
    if match is None:
        return False
    unit = match[1].lower()
    return (unit in UNITS and not re.fullmatch(r"[1-6]G", token)) or unit in _NUMBER_TAILS


_NUMBER_TAILS = frozenset("usd cny rmb eur gbp k st nd rd th am pm".split())


def _round_the_clock(text: str) -> Found:
    for match in _ROUND_THE_CLOCK.finditer(text):
        yield _keyed("hours", match, "24/7")


def _marks(text: str) -> Found:
    for match in _NOT_FACTS.finditer(text):
        yield match, []


def _numbers(text: str) -> Found:
    for match in _NUMBER.finditer(text):
        low = value(match[1])
        if match[3] and match[2].strip().lower() not in ("and", "or", "或"):
            high = value(match[3])
            yield match, [Figure("number", match[0], match.start(), match.end(), low, high, (low, high))]
        else:
            values = [low, value(match[3])] if match[3] else [low]
            yield match, [Figure("number", match[0], match.start(), match.end(), v, v, (v,)) for v in values]


_FINDERS: tuple[Callable[[str], Found], ...] = (
    _addresses,
    _round_the_clock,
    dates,
    weekdays,
    times,
    _phones,
    money,
    percentages,
    _codes,
    _marks,
    quantities,
    _numbers,
)
