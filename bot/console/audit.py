"""The details of the audit log in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.console.operator import texts_of
from bot.types import LanguageCode

_NAMED = ("role", "intent", "sentiment")
"""Details whose values have names of their own in each language."""


def details_in(language: LanguageCode, details: Mapping[str, Any]) -> str:
    """What was done in detail, as ``Name: ann · Role: agent``; settings and counts by the names that they have in files."""
    fields = texts_of(language, "audit")
    pair = fields["pair"]
    return " · ".join(
        pair.format(name=fields.get(key, key), value=_told(language, key, value)) for key, value in details.items()
    )


def _told(language: LanguageCode, key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_told(language, name, each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return texts_of(language, "audit")["comma"].join(_told(language, key, each) for each in value) or "–"
    if isinstance(value, bool):
        return texts_of(language, "audit")["yes" if value else "no"]
    if key in _NAMED and isinstance(value, str):
        return (texts_of(language, "console") | texts_of(language, "names")).get(value, value)
    if key == "kind":
        return texts_of(language, "copy").get(str(value), str(value))
    return "–" if value in (None, "") else str(value)
