"""How old somebody is whom goods are for, and for which ages goods are."""

from __future__ import annotations

import re

from bot.shop.attributes import find_value
from bot.types import Product

_TOLD = re.compile(
    r"\b(?P<en>\d{1,2}(?:\.5)?)[ -]?(?P<unit>years?|yrs?|months?|mths?|yo)(?:[ -]?olds?\b|\b(?= old| of age))?"
    r"|\b(?:aged?|(?:s?he|who)(?:'?s| is)|turns|turning) (?P<is>\d{1,2})(?![\d.])(?! ?(?:cm|kg|feet|foot|ft|m\b|%))"
    r"|(?P<han>\d{1,2}|[一二两三四五六七八九十])(?P<hanunit>岁|周岁|个月大)",
    re.IGNORECASE,
)
_OLD = re.compile(r"\byo\b|old|of age", re.IGNORECASE)
_DIGITS = "零一二三四五六七八九十"
_SPAN = re.compile(r"(\d{1,3}(?:\.\d)?)\s*(months?|mths?|m\b|years?|yrs?|y\b|个?月|周?岁)?(\s*\+)?", re.IGNORECASE)
_CHILDRENS = re.compile(
    r"\b(?:kids?|child(?:ren)?|junior|toddlers?|bab(?:y|ies)|boys?|girls?)\b|儿童|宝宝|婴儿|少儿|童(?:车|装|鞋|帽|款)", re.I
)
GROWN_UP = 14.0  # years


def age_in(text: str) -> float | None:
    """The age in years that a text tells of somebody; None where it tells none."""
    for match in _TOLD.finditer(text[:300]):
        if match["en"] and not _OLD.search(text[match.start() : match.end() + 8]):
            continue  # "a 2 year guarantee"
        written = match["en"] or match["is"] or match["han"]
        number = float(written) if written[0].isdigit() else float(_DIGITS.index(written.replace("两", "二")))
        return number / 12 if (match["unit"] or match["hanunit"] or "").lower().startswith(("m", "个")) else number
    return None


def for_children(product: Product) -> bool:
    """Whether goods are called children's."""
    return _CHILDRENS.search(f"{product.title} {product.category}") is not None


def for_another_age(product: Product, age: float) -> bool:
    """Whether goods say for which ages they are, and ``age`` is none of them."""
    spans = [match for match in _SPAN.finditer(find_value(product.attributes, "age") or "")]
    if not spans:
        return False
    units = [match[2] for match in spans]
    years = [_years(match, next((unit for unit in units[place:] if unit), "")) for place, match in enumerate(spans)]
    open_ended = len(years) == 1 or spans[-1][3]
    return age < years[0] or (not open_ended and age > years[-1])


def _years(match: re.Match[str], unit: str) -> float:
    return float(match[1]) / 12 if (match[2] or unit).lower().startswith(("m", "月", "个")) else float(match[1])
