"""Which rows of a list in prose hold a measure that a customer tells: 120 到 140 厘米 1/2 for 身高 125."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from bot.text.numerals import from_han
from bot.text.prose_rows import Told, lists
from knowledge_base.terms import normalise

_UNITS = {
    "cm": "厘米|公分|centimet(?:re|er)s?|cms?",
    "kg": "公斤|千克|kilos?|kilograms?|kgs?",
    "jin": "斤",
    "month": "个月大?|月龄|-?months?(?:[ -]old)?",
    "year": "周岁|岁|-?(?:years?|yrs?)(?:[ -]old)?|y/?o",
    "inch": "英寸|寸|inch(?:es)?",
    "people": "个?人|people|persons?",
    "area": "平方?米|平方|㎡|m²|m2|sq\\.? ?m",
}
_SCALE = {"jin": ("kg", 0.5), "year": ("month", 12.0)}
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_MEASURED = re.compile(rf"(?<![\d./])(?P<number>\d+(?:\.\d+)?)\s?(?:{_UNIT})(?![a-z])")
_N = r"(?<![\d./])(\d+(?:\.\d+)?)(?![\d/])"
_ANY = "|".join(_UNITS.values())
_RANGE = re.compile(rf"{_N}\s?(?:{_ANY})?\s?(?:-|–|—|~|至|到|\bto\b|\band\b)\s?{_N}\s?(?P<unit>{_ANY})?(?![a-z])")
_OTHERWISE = re.compile(
    r"[\s-]?(?:working |business |calendar )?(?:days?|nights?|hours?|weeks?|min(?:ute)?s?|times"
    r"|yuan|cny|rmb|pcs|pieces|items|points)\b"
    r"|\s?(?:天|个?工作日|个?小时|周|分钟?|元|块|次|件|包|片|折|号|点|%|[$£€])"
)
"""What makes a range none of a measure."""
_BELOW = re.compile(
    rf"{_N}\s?(?P<unit>{_ANY})?\s?(?:及?以[下内]|以?及以下|(?:and|or) (?:under|below|less|younger|smaller))"
    rf"|(?:不足|低于|小于|不到|\b(?:under|below|up to|less than|at most))\s?{_N}\s?(?P<unit_>{_ANY})?(?![a-z])"
)
_ABOVE = re.compile(
    rf"{_N}\s?(?P<unit>{_ANY})?\s?(?:及?以上|起|\+|(?:and|or) (?:over|above|up|more|older|taller|larger))"
    rf"|(?:超过|高于|大于|\b(?:over|above|more than|at least))\s?{_N}\s?(?P<unit_>{_ANY})?(?![a-z])"
)
_METRES = re.compile(r"(?<![\d.])([12])\s?(?:米|m(?![a-z²2])\s?)(\d{1,2})?(?!\d)")
_METRES_POINT = re.compile(r"(?<![\d.])([012]\.\d{1,2})\s?(?:米|m|metres?|meters?)(?![a-z²2方])")
_FEET = re.compile(r"(?<![\d.])([3-7])\s?(?:'|ft|foot|feet)\s?(\d{1,2})?(?!\d)")
_HAN_METRES = re.compile(r"([一二两])米([零一二三四五六七八九])([一二三四五六七八九])?")
_HAN_AGE = re.compile(r"([一二两三四五六七八九十]{1,3})(?=周?岁|个月)")
_PLAIN = re.compile(
    r"(?:身高|体重|[胸腰臀头脚]围|\b(?:tall|height|weighs?|weight|chest|waist|head))\W{0,2}(?:是|is|of|about|around|大概|约)?\s?"
    rf"{_N}"
    + r"(?!\d|\s?(?:[件个元块天只条款套双次米%]|岁|月|日|点|号|小时|周))"
)  # fmt: skip

_OF_BODY = re.compile(
    r"(?:我|[他她]|孩子|宝宝|女儿|儿子|娃|\b(?:i am|i'm|(?:he|she) is|(?:he|she)'s))\D{0,2}((?:[5-9]|1\d|2[0-2])\d)"
    r"(?!\d|\s?(?:[件个元块天只条款套双次%斤]|岁|月|日|点|号|小时|周|years?\b|kg|公斤))"
)


@dataclass(frozen=True, slots=True)
class _Range:
    low: float
    high: float
    unit: str


@lru_cache(maxsize=1024)
def rows_of_measure(question: str, text: str) -> Told | None:
    """The rows of a list in ``text`` whose ranges hold most of the measures that ``question`` tells; None where none does.

    A number without a unit counts where the name of a measure stands before it. Two rows hold where one ends and the next
    begins.
    """
    asked = _asked(normalise(question))
    found: list[tuple[int, Told]] = []
    for rows in lists(text, _ranges, lambda clause: False) if asked else ():
        unit = next((one.unit for row in rows for one in row.of if one.unit), "")
        held = [(sum(any(_holds(one, measure, unit) for one in row.of) for measure in asked), row) for row in rows if unit]
        most = max((count for count, _ in held), default=0)
        best = [row for count, row in held if count == most > 0]
        best = [row for row in best if not any(_ends_at(one, asked) for one in row.of)] or best
        if best:
            spans = tuple((row.start, row.end) for row in best)
            found.append((most, Told(spans, (rows[0].start, rows[-1].end), rows[0].label)))
    return max(found, key=lambda one: one[0])[1] if found else None


def _ends_at(one: _Range, asked: Collection[tuple[float, str]]) -> bool:
    """Whether a range without a second end ends at a measure: 105 belongs to 105-120 rather than to 105 以下."""
    by = _SCALE.get(one.unit, ("", 1.0))[1]
    return (one.low == 0.0 or one.high == inf) and any(number in (one.low * by, one.high * by) for number, _ in asked)


def _holds(one: _Range, measure: tuple[float, str], of_list: str) -> bool:
    number, sign = measure
    unit, by = _SCALE.get(one.unit or of_list, (one.unit or of_list, 1.0))
    return sign in ("", unit) and one.low * by <= number <= one.high * by


def _asked(question: str) -> frozenset[tuple[float, str]]:
    """The measures that a question tells, in centimetres, kilograms and months; without a unit where it has none."""
    spelt = _HAN_METRES.sub(lambda match: f"{_digit(match[1])}米{_digit(match[2])}{_digit(match[3] or '零')}", question)
    spelt = _HAN_AGE.sub(lambda match: str(int(from_han(match[1])[0] or 0)), spelt)
    metres = {(100.0 * int(one) + int((rest or "0").ljust(2, "0")), "cm") for one, rest in _METRES.findall(spelt)}
    metres |= {(round(100 * float(one), 1), "cm") for one in _METRES_POINT.findall(spelt)}
    feet = {(round((12 * int(one) + int(rest or 0)) * 2.54, 1), "cm") for one, rest in _FEET.findall(spelt)}
    named = set()
    for match in _MEASURED.finditer(spelt):
        unit, by = _SCALE.get(str(match.lastgroup), (str(match.lastgroup), 1.0))
        named.add((float(match["number"]) * by, unit))
    plain = (
        {(float(number), "") for pattern in (_PLAIN, _OF_BODY) for number in pattern.findall(spelt)}
        if not any(unit == "cm" for _, unit in named)
        else set()
    )
    return frozenset(metres | feet | named | plain)


def _digit(han: str) -> int:
    return "零一二三四五六七八九".index(han.replace("两", "二"))


@lru_cache(maxsize=4096)
def _ranges(clause: str) -> tuple[_Range, ...] | None:
    text = normalise(clause)
    found = [
        _Range(float(m[1]), float(m[2]), _unit(m["unit"]))
        for m in _RANGE.finditer(text)
        if float(m[1]) < float(m[2]) and not _OTHERWISE.match(text, m.end())
    ]
    rest = _RANGE.sub(" ", text)
    for pattern, ends in ((_BELOW, (0.0, None)), (_ABOVE, (None, inf))):
        for match in (one for one in pattern.finditer(rest) if not _OTHERWISE.match(rest, one.end())):
            number = float(match[1] or match[3])
            low, high = (number if end is None else end for end in ends)
            found.append(_Range(low, high, _unit(match["unit"] or match["unit_"])))
    return tuple(found) or None


def _unit(written: str | None) -> str:
    return next((name for name, pattern in _UNITS.items() if written and re.fullmatch(pattern, written)), "")
