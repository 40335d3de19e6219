"""The sizes that a question names: where a passage tells of the 3 L model, what it tells of the 1.6 L one is no answer."""

from __future__ import annotations

import re

from bot.text.terms import spelt_measures
from knowledge_base.terms import normalise

_SIZE = re.compile(r"(?<![\d.])(\d{1,5}(?:\.\d{1,2})?) ?(l|ml|kg|g|cm|mm|m|w|wh|mah|inch|inches|litres?|liters?)\b")
_UNITS = {"inches": "inch", "litre": "l", "litres": "l", "liter": "l", "liters": "l"}
Sizes = frozenset[tuple[float, str]]


def sizes(text: str) -> Sizes:
    """Numbers with their units, as far as these are the usual ones: 3 L, 3升 and 3 litres are one."""
    found = _SIZE.findall(spelt_measures(normalise(text)))
    return frozenset((float(number), _UNITS.get(unit, unit)) for number, unit in found)


def of_another(asked: Sizes, told: Sizes) -> bool:
    """Whether a text tells of other sizes with the units asked for, and not of those asked for."""
    units = {unit for _, unit in asked}
    return not asked & told and any(unit in units for _, unit in told)
