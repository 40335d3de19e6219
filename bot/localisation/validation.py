"""What a checked value may be, as the rest of a sentence in both languages: pydantic speaks English alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError

NO_NAMES: Mapping[str, str] = MappingProxyType({})
_ZH = {
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "须不小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "须不大于 {le}",
    "string_too_short": "至少要有 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "要符合格式 {pattern}",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "literal_error": "只能是 {expected}",
    "missing": "必须填写",
    "extra_forbidden": "没有这一项",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "float_parsing", "float_type"), "须是数字"),
}


_PATTERNS = {
    r"^[\w-]{1,60}$": ("write 1 to 60 letters, digits, - and _", "要写 1 到 60 个字母、数字、- 或 _"),
    r"^\d{4}-\d{2}-\d{2}$": ("write a day as 2026-12-31", "要写成 2026-12-31 这样的日期"),
}


class Unfit(ValueError):
    """Raised by a validator for a value that cannot be used, in both languages."""

    def __init__(self, message: str, zh: str) -> None:
        super().__init__(message)
        self.zh = zh


class Complaint(NamedTuple):
    """The first thing that is wrong: the value's name, ``given`` as it was written, and why it cannot be."""

    name: str
    name_zh: str
    given: str
    why: str
    why_zh: str


def complaint(error: ValidationError, names_zh: Mapping[str, str] = NO_NAMES) -> Complaint:
    """The first thing that ``error`` names; ``names_zh`` are the values' names in Chinese."""
    first = error.errors()[0]
    why, why_zh = _why(first["type"], first["msg"].removeprefix("Value error, "), first.get("ctx", {}))
    name = ".".join(str(part) for part in first["loc"])
    name_zh = " ".join(names_zh.get(part, part) if isinstance(part, str) else str(part + 1) for part in first["loc"])
    return Complaint(name, name_zh, str(first["input"])[:80], why[:1].lower() + why[1:], why_zh)


def _why(kind: str, said: str, context: Mapping[str, Any]) -> tuple[str, str]:
    if isinstance(cause := context.get("error"), Unfit):
        return said, cause.zh
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    return said, _ZH.get(kind, said).format(**context)
