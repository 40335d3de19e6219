"""Quantities with units, in Chinese and English, brought to one unit per dimension so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "g": (
        ("mg 毫克", 0.001),
        ("g gram grams 克", 1),
        ("kg kgs kilo kilos kilogram kilograms 千克 公斤", 1000),
        ("斤", 500),
        ("两", 50),
        ("oz ounce ounces 盎司", 28.349523125),
        ("lb lbs pound pounds 磅", 453.59237),
        ("t ton tons 吨", 1_000_000),
    ),
    "mm": (
        ("mm millimeter millimeters millimetre millimetres 毫米", 1),
        ("cm centimeter centimeters centimetre centimetres 厘米 公分", 10),
        ("m meter meters metre metres 米", 1000),
        ("km kilometer kilometers kilometre kilometres 公里 千米", 1_000_000),
        ('in inch inches " ″ 英寸 吋 寸', 25.4),
        ("ft foot feet ′ 英尺", 304.8),
    ),
    "ml": (
        ("ml millilitre millilitres milliliter milliliters 毫升", 1),
        ("cl", 10),
        ("l litre litres liter liters 升 公升", 1000),
    ),
    "s": (
        ("s sec second seconds 秒", 1),
        ("min mins minute minutes 分钟", 60),
        ("h hr hrs hour hours 小时 个小时", 3600),
        ("d day days 天 日", 86_400),
        ("week weeks 周 星期", 604_800),
        ("month months 个月 月", 2_629_800),
        ("y yr yrs year years 年", 31_557_600),
    ),
    "W": (("mw", 0.001), ("w watt watts 瓦 瓦特", 1), ("kw kilowatt kilowatts 千瓦", 1000), ("匹", 735.5)),
    "Wh": (("wh", 1), ("kwh 度", 1000)),
    "mAh": (("mah 毫安 毫安时", 1), ("ah", 1000)),
    "V": (("v volt volts 伏", 1),),
    "byte": (("mb", 1e6), ("gb", 1e9), ("tb", 1e12)),
    "Hz": (("hz 赫兹", 1), ("khz", 1e3), ("mhz", 1e6), ("ghz", 1e9)),
    "dB": (("db 分贝", 1),),
    "°C": (("°c ℃ 摄氏度", 1), ("°f ℉ 华氏度", 1)),
    "lm": (("lm lumen lumens 流明", 1),),
    "%": (("% percent", 1),),
    "K": (("k kelvin", 1),),
    "atm": (("atm", 1), ("bar", 0.986923)),
    "m²": (("m² m2 sqm 平方米 平米 平", 1),),
}
UNITS: dict[str, tuple[str, float]] = {
    name: (dimension, factor) for dimension, rows in _UNITS.items() for names, factor in rows for name in names.split()
}
_FAHRENHEIT = frozenset({"°f", "℉", "华氏度"})
_LEXICON = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d+)?|\d+(?:\.\d+)?"
_QUANTITY = re.compile(rf"(?<![\w.])({_NUMBER})[\s-]{{0,2}}({_LEXICON})?(?![a-z])", re.IGNORECASE)
_RANGE = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?(?:[-–~]|to|至|到)\s?({_NUMBER})[\s-]{{0,2}}({_LEXICON})?(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the base unit of its dimension; ``dimension`` is None for a bare number."""

    value: float
    dimension: str | None


def quantity(number: float, unit: str | None) -> Quantity:
    """``number`` of ``unit`` in base units. An unknown unit is a dimension of its own."""
    if not unit:
        return Quantity(number, None)
    name = unicodedata.normalize("NFKC", unit).strip().lower()
    if name in _FAHRENHEIT:
        return Quantity(celsius(number), "°C")
    dimension, factor = UNITS.get(name) or UNITS.get(unit.strip().lower()) or (name, 1.0)
    return Quantity(number * factor, dimension)


@lru_cache(maxsize=65_536)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of ``text`` (its first 500 characters) with the unit that follows it, in base units.

    A minus counts before degrees alone: elsewhere it stands between the ends of a range.
    """
    folded = unicodedata.normalize("NFKC", text[:500])
    return tuple(_signed(match, folded) for match in _QUANTITY.finditer(folded))


def _signed(match: re.Match[str], text: str) -> Quantity:
    number = float(match[1].replace(",", ""))
    found = quantity(number, match[2] or None)
    below_zero = found.dimension == "°C" and re.search(r"(?<!\d)[-−–]\s?$", text[: match.start()])
    return quantity(-number, match[2]) if below_zero else found


def celsius(fahrenheit: float) -> float:
    """Degrees Celsius from degrees Fahrenheit."""
    return (fahrenheit - 32) / 1.8


@lru_cache(maxsize=65_536)
def intervals(text: str) -> tuple[tuple[Quantity, Quantity], ...]:
    """Every figure of ``text`` as its least and its most: ``2-4`` is from 2 to 4, ``4 L`` is from 4 L to 4 L."""
    folded = unicodedata.normalize("NFKC", text[:500])
    if match := _RANGE.search(folded):
        low, high = (quantity(float(match[place].replace(",", "")), match[3] or None) for place in (1, 2))
        if low.value < high.value:
            return ((low, high), *((one, one) for one in quantities(folded[match.end() :])))
    return tuple((one, one) for one in quantities(folded))
