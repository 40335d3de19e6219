"""Options asked for by comparison with what the present item has: "a longer battery", "one size up", 大一号."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.order_desk.words import forms, words

_SCALES = (
    ("none", "low", "medium", "high"), ("xs", "s", "m", "l", "xl", "xxl", "xxxl"), ("small", "medium", "large"),
    ("beginner", "intermediate", "expert"), ("basic", "professional"),
)  # fmt: skip
_MORE = (
    r"longer|bigger|larger|greater|more|higher|stronger|taller|wider|heavier|brighter|harder|next size|(?:one )?size up"
    r"|大一[号码点些]|大[点些]|更[大长高多亮重难]|[长高多亮重难]一?[点些]|加大"
)
_LESS = (
    r"shorter|smaller|less|lower|lighter|fewer|narrower|dimmer|easier|(?:one )?size down"
    r"|小一[号码点些]|小[点些]|更[小短低少暗轻易]|[短低少暗轻]一?[点些]"
)
_COMPARED = re.compile(rf"(?<!\w)(?:(?P<more>{_MORE})|(?P<less>{_LESS}))(?![a-z])", re.IGNORECASE)
_STEP = re.compile(r"size|号|码", re.IGNORECASE)
_HINTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("long|short|长|短", ("length",)), ("tall|高|低", ("height",)), ("heav|light|重|轻", ("weight", "weight range")),
    ("bright|dim|亮|暗", ("brightness",)), ("hard|eas|难|易", ("difficulty level", "difficulty")), ("size|号|码", ("size",)),
    ("big|larg|small|大|小", ("size", "capacity", "screen size", "diameter", "room size")),
)  # fmt: skip
"""What a comparative is of where no option is named beside it."""
_NEAR, _NUMBER = 24, re.compile(r"\d+(?:\.\d+)?")


def compared(text: str, values: Mapping[str, Sequence[str]], current: Mapping[str, str]) -> dict[str, str]:
    """The values that ``text`` asks for by comparison, where only one can be meant: the next, or all there is beyond.

    ``values`` are those of each option among the variants.
    """
    found = {}
    for match in _COMPARED.finditer(text):
        name = _option(text, match, list(values))
        beyond = list(_beyond(current.get(name, ""), values[name], match["more"] is not None)) if name else []
        if name and beyond and (len(beyond) == 1 or _STEP.search(match[0])):
            found[name] = beyond[0]
    return found


def _option(text: str, match: re.Match[str], names: Sequence[str]) -> str | None:
    """The option whose name stands beside the comparative, else the only one that it can be of."""
    after, before = text[match.end() : match.end() + _NEAR], text[max(0, match.start() - _NEAR // 3) : match.start()]
    said = [word.text for word in words(f"{before} {after}")]
    named = [name for name in names if any(set(form) <= set(said) or form[0] in said for form in forms(name))]
    if len(named) == 1:
        return named[0]
    meant = next((options for pattern, options in _HINTS if re.search(pattern, match[0], re.IGNORECASE)), ())
    hinted = [name for name in names if name.lower() in meant]
    return hinted[0] if len(hinted) == 1 and len(named) == 0 else None


def _beyond(current: str, values: Sequence[str], more: bool) -> Iterator[str]:
    """The values on one side of the present one, the nearest first."""
    ranks = {value: rank for value in (*values, current) if (rank := _rank(value, current)) is not None}
    here = ranks.get(current)
    sides = [] if here is None else [value for value in values if value in ranks and (ranks[value] > here) is more]
    yield from sorted((value for value in sides if ranks[value] != here), key=lambda value: abs(ranks[value] - (here or 0)))


def _rank(value: str, like: str) -> float | None:
    """Where a value stands among those of its kind: on a scale of words, or by its first number."""
    for scale in _SCALES:
        if like.lower() in scale:
            return float(scale.index(value.lower())) if value.lower() in scale else None
    number = _NUMBER.search(value)
    return float(number[0]) if number else None
