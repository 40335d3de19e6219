"""The cells of the order policy's table: values in the words of the page, and those words, or the file's own, read again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.console.operator import Texts
from bot.errors import SettingsError
from bot.shop.status import status_code, status_words
from bot.types import LanguageCode

COLUMNS = ("how", "statuses", "within_days", "person_above", "fee", "refund_days", "undo_minutes")
NUMBERS = ("within_days", "person_above", "fee", "undo_minutes")
WAYS = ("yes", "person", "no")
_SEPARATORS = re.compile(r"[,，、;；\n]+")
_RANGE = re.compile(r"\s*(?:至|到|–|—|~|～)\s*")


def cell_of(name: str, value: Any, texts: Texts, language: LanguageCode) -> str:
    """What stands in the column ``name`` for a value of the file."""
    if value is None:
        return ""
    if name == "statuses":
        return texts["listed"].join(_status(each, language) for each in value)
    if name == "how":
        return texts.get(f"how_{value}", str(value))
    return str(value).replace(" to ", texts["range"]) if name == "refund_days" else str(value)


def rule_of(cells: Sequence[Any], texts: Texts) -> dict[str, Any]:
    """The values that a row's cells stand for; None for an empty one.

    Raises:
        SettingsError: a number is expected and something else stands there.
    """
    rule: dict[str, Any] = {}
    for name, cell in zip(COLUMNS, cells, strict=True):
        text = "" if cell is None or cell != cell else str(cell).strip()
        if name == "statuses":
            rule[name] = _statuses(text)
        elif name in NUMBERS and text:
            rule[name] = _number(text, name)
        elif name == "how":
            rule[name] = next((way for way in WAYS if text == texts[f"how_{way}"]), text) or None
        else:
            rule[name] = _RANGE.sub(" to ", text) or None
    return rule


def _status(code: str, language: LanguageCode) -> str:
    """Without commas, which part statuses here."""
    known = status_code(code) or code
    return status_words(known, "zh").replace("，", "") if language == "zh" else known.replace("_", " ")


def _statuses(text: str) -> list[str]:
    """Codes where the words are known; others as they are written, to be refused by name."""
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    words = [word for part in parts for word in ([part] if status_code(part) else part.split())]
    return list(dict.fromkeys(status_code(word) or word for word in words))


def _number(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(
            f"{name} cannot be {text!r}: write a number, or leave the cell empty.",
            zh=f"{name} 不能是 {text!r}：请填数字，或留空。",
        ) from None
    return int(value) if value.is_integer() else value
