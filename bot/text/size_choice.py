"""What a message tells of sizes: that one of two is asked for, and the measures that a size table goes by."""

from __future__ import annotations

import re

from bot.types import LanguageCode

_SIZE = r"(?:[2-6]?XS|XXS|S|M|[2-6]?X{0,3}L)"
_BETWEEN = re.compile(rf"(?<![a-z\d]){_SIZE}(?:码|号)? ?(?:\bor\b|还是|或者?) ?(?:size )?{_SIZE}(?![a-z\d])", re.IGNORECASE)
_NAMED = re.compile(rf"(?<![a-z\d]){_SIZE}(?![a-z\d])", re.IGNORECASE)
_TOLD = re.compile(r"\d")
ASKS_SIZE = re.compile(
    r"\b(?:what|which) size\b|\b(?:xs|s|m|l|xl) or (?:s|m|l|xl|xxl)\b"
    r"|穿(?:多大|什么|几|哪)|(?:什么|几|哪个?|多大)的?(?:尺?码|号)(?![码段])|(?:XS|S|M|L|XL)码?还是",
    re.IGNORECASE,
)
_HEIGHT = re.compile(
    r"(?<!\d)(\d{2,3}) ?(?:cm|厘米|公分)|(?:我|身高|^|[，,\s])是?(1[3-9]\d|20\d)(?!\d| ?(?:斤|kg|公斤|元|块|码|号|ml|毫升))",
    re.IGNORECASE,
)
_WEIGHT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d)?) ?(?:kg|kilos?|公斤|千克)", re.IGNORECASE)


def between_sizes(text: str) -> tuple[str, ...]:
    """The sizes that a message asks to choose from, in capitals: M码还是L码; none for any other message."""
    found = _BETWEEN.search(text)
    return tuple(dict.fromkeys(size.upper() for size in _NAMED.findall(found[0]))) if found else ()


def tells_measure(text: str) -> bool:
    """Whether a message holds a figure by which a size may be told."""
    return _TOLD.search(text) is not None


def as_tables_answer(question: str, language: LanguageCode) -> str | None:
    """A question for a size as size tables answer it: by the height and the weight that it tells; None where it tells none."""
    height, weight = _HEIGHT.search(question), _WEIGHT.search(question)
    if not ASKS_SIZE.search(question) or not (height or weight):
        return None
    tall, heavy = height and (height[1] or height[2]), weight and weight[1]
    if language == "zh":
        return f"{f'身高{tall}厘米' if tall else ''}{f'体重{heavy}公斤' if heavy else ''}穿什么码"
    told = (f"height {tall} cm" if tall else "", f"weight {heavy} kg" if heavy else "")
    return f"Which size for {' and '.join(filter(None, told))}?"
