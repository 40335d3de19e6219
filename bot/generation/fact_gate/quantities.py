"""Money, percentages, discounts and quantities with units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.generation.fact_gate.figure import Figure
from bot.generation.fact_gate.units import CURRENCIES, UNITS, Unit

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,3}(?:\.\d{3}){1,4},\d{2}|\d{1,3}(?: "
    r"\d{3})(?=\s?€)|\d{1,15}(?:,\d{1,2}(?=\s?[A-Za-z€]))?(?:\.\d{1,6})?|\.\d{1,4})"
)
_START = r"(?<![A-Za-z\d_])(?<!\d[.,])"
SEPARATOR = r"\s?(?:-|~|—|至|到|to|and|or|或)\s?"


def _alternatives(names: list[str]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(
        re.escape(n).replace(r"\-", "[ -]") + ("(?![A-Za-z])" if n[-1].isascii() and n[-1].isalnum() else "") for n in ordered
    )


_PREFIX = _alternatives(
    [n for n in CURRENCIES if (not n[0].isascii() and n in "¥€£₩₹") or n[-1] in "$¥" or (n.isascii() and len(n) == 3)]
)
_SUFFIX = _alternatives([n for n in CURRENCIES if n not in ("块", "$", "¥")] + ["块(?!状|头|板)"]).replace(
    r"块\(\?!状\|头\|板\)", "块(?![状头板])"
)
_UNIT = _alternatives(list(UNITS))
_MONEY_BEFORE = re.compile(
    rf"(?<![A-Za-z])({_PREFIX})\s?({NUMBER})(?:{SEPARATOR}(?:{_PREFIX})?\s?({NUMBER})(?!\s?(?:%|"
    rf"折|[a-z])))?(?:\s?({_SUFFIX}))?",
    re.I,
)
_MONEY_AFTER = re.compile(rf"{_START}({NUMBER})(?:\s?(?:{_SUFFIX})?{SEPARATOR}({NUMBER}))?\s?({_SUFFIX})", re.I)
_PERCENT = re.compile(
    rf"{_START}({NUMBER})(?:\s?%?{SEPARATOR}({NUMBER}))?\s?(%|percent|per cent|pct|个百分点)"
    r"(\s?(?:off|discount|reduction|cheaper|优惠|折扣)|\s?of the (?:\w+ )?price)?",
    re.I,
)
_FOLD = re.compile(rf"{_START}({NUMBER})(?:{SEPARATOR}({NUMBER}))?\s?折")
_DIMENSIONS = re.compile(rf"{_START}({NUMBER})\s?[x×*]\s?({NUMBER})(?:\s?[x×*]\s?({NUMBER}))?\s?({_UNIT})", re.I)
_QUANTITY = re.compile(
    rf"{_START}({NUMBER})(?:[ -]?(?:{_UNIT})?({SEPARATOR})({NUMBER}))?[ -]?(?:(?:full|"
    rf"whole|consecutive|calendar|clear) )?({_UNIT})(?!\d)",
    re.I,
)


def value(text: str) -> float:
    """The value of one written number: "1,299.00", "1.299,00", "1,5"."""
    plain = text.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}", plain):
        return float(plain.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+,\d{1,2}", plain):
        return float(plain.replace(",", "."))
    return float(plain.replace(",", ""))


def money(text: str) -> Iterator[tuple[re.Match[str], list[Figure]]]:
    """Amounts with a currency before or after; a shared sign ("$", "¥") leaves several currencies possible."""
    for match in _MONEY_BEFORE.finditer(text):
        currencies = CURRENCIES[match[1].lower()]
        if match[4]:
            currencies = currencies & CURRENCIES[match[4].lower().replace(" ", "-")] or CURRENCIES[match[4].lower()]
        yield match, [_amount(match, match[2], match[3], currencies)]
    for match in _MONEY_AFTER.finditer(text):
        yield match, [_amount(match, match[1], match[2], CURRENCIES[match[3].lower().replace(" ", "-")])]


def _amount(match: re.Match[str], first: str, second: str | None, currencies: frozenset[str]) -> Figure:
    low = value(first)
    if "EUR" in currencies and re.fullmatch(r"\d{1,3}\.\d{3}", first):
        low *= 1000
    return _numeric("money", match, low, value(second) if second else low, currencies=currencies)


def percentages(text: str) -> Iterator[tuple[re.Match[str], list[Figure]]]:
    """Percentages; "8折", "20% off" and "80% of the price" are one figure."""
    for match in _PERCENT.finditer(text):
        low, after = value(match[1]), match[4] or ""
        high = value(match[2]) if match[2] else low
        if "of the" in after.lower():
            low, high = 100 - low, 100 - high
        yield match, [_numeric("percent", match, low, high)]
    for match in _FOLD.finditer(text):
        folds = [v if (v := value(g)) < 10 else v / 10 for g in match.groups() if g]
        low, high = min(100 - 10 * f for f in folds), max(100 - 10 * f for f in folds)
        yield match, [_numeric("percent", match, low, high)]


def quantities(text: str) -> Iterator[tuple[re.Match[str], list[Figure]]]:
    """Numbers with a unit, in its base unit; "30 x 20 x 10 cm" gives three lengths, "2 or 3 kg" two weights."""
    for match in _DIMENSIONS.finditer(text):
        unit = _unit(match[4])
        yield match, [_measured(match, value(g), value(g), unit) for g in match.groups()[:3] if g]
    for match in _QUANTITY.finditer(text):
        name = match[4]
        if name == "G" and match[1] in "123456" and not match[3]:  # 4G, 5G: a network
            continue
        unit, low = _unit(name), value(match[1])
        if not match[3]:
            yield match, [_measured(match, low, low, unit)]
        elif match[2].strip().lower() in ("or", "或") or (match[2].strip() == "and" and not _between(text, match)):
            yield match, [_measured(match, low, low, unit), _measured(match, value(match[3]), value(match[3]), unit)]
        else:
            yield match, [_measured(match, low, value(match[3]), unit)]


def _between(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start() - 12) : match.start()].lower().rstrip().endswith("between")


def _unit(name: str) -> Unit:
    return UNITS.get(name.lower()) or UNITS[name.lower().replace(" ", "-")]


def _measured(match: re.Match[str], low: float, high: float, unit: Unit) -> Figure:
    return _numeric(
        unit.quantity,
        match,
        low * unit.factor,
        high * unit.factor,
        raw=(low,) if low == high else (low, high),
        imperial=unit.imperial,
    )


def _numeric(
    kind: str,
    match: re.Match[str],
    low: float,
    high: float,
    raw: tuple[float, ...] = (),
    currencies: frozenset[str] = frozenset(),
    imperial: bool = False,
) -> Figure:
    written = raw or ((low,) if low == high else (low, high))
    return Figure(kind, match[0].strip(), match.start(), match.end(), low, high, written, "", currencies, imperial=imperial)
