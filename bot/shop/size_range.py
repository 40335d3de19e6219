"""Sizes as catalogues write them, single or as a range (``UK 3-11 / EU 36–42``): whether one asked for is among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.shop.attributes import mentions

_SYSTEM = re.compile(r"(?<![a-z])(uk|eur?|us|英码|欧码|美码)(?![a-z])", re.IGNORECASE)
_CALLED = {"eur": "eu", "英码": "uk", "欧码": "eu", "美码": "us"}
_TO = r"\s*(?:-|–|—|~|～|\bto\b|至|到)\s*"
_NUMBERS = re.compile(rf"(?<![\d.])(\d{{1,3}}(?:\.5)?){_TO}(\d{{1,3}}(?:\.5)?)(?![\d.])")
_LETTER = r"(?:[2-6]X[SL]|X{0,3}[SL]|M)"
_LETTERS = re.compile(rf"(?<![a-z\d])({_LETTER}){_TO}({_LETTER})(?![a-z\d])", re.IGNORECASE)


def holds_size(written: str, size: str, asked: str) -> bool:
    """Whether the sizes ``written`` in a catalogue have ``size``, which the customer named as ``asked`` (``a UK 8``).

    Where both say whose sizes they are, only those of the same are meant.
    """
    system = _system(asked)
    parts = list(_by_system(written))
    told = {own for own, _ in parts} - {None}
    meant = (text for own, text in parts if not (system and told) or own == system)
    return any(mentions(text, size) or _within(text, size) for text in meant)


def is_range(written: str) -> bool:
    """Whether sizes are written from one to another."""
    return any(pattern.search(written) for pattern in (_NUMBERS, _LETTERS))


def _system(text: str) -> str | None:
    found = _SYSTEM.search(text)
    return _CALLED.get(found[1].lower(), found[1].lower()) if found else None


def _by_system(written: str) -> Iterator[tuple[str | None, str]]:
    """The parts of a cell, each with the system that stands beside it."""
    first, *others = _SYSTEM.split(written)
    if len(others) == 2 and not others[1].strip():
        yield _system(others[0]), first  # 41 EU
        return
    if first.strip():
        yield None, first
    for system, text in zip(others[::2], others[1::2], strict=True):
        yield _system(system), text


def _within(written: str, size: str) -> bool:
    if re.fullmatch(r"\d{1,3}(?:\.\d)?", size):
        return any(float(low) <= float(size) <= float(high) for low, high in _NUMBERS.findall(written))
    place = _place(size)
    ends = ((_place(low), _place(high)) for low, high in _LETTERS.findall(written))
    return place is not None and any(low <= place <= high for low, high in ends if low is not None and high is not None)


def _place(letters: str) -> int | None:
    """Where a size in letters stands from the smallest to the largest, M in the middle."""
    if not re.fullmatch(_LETTER, letters, re.IGNORECASE):
        return None
    size = letters.upper()
    if size == "M":
        return 0
    steps = 1 + (int(size[0]) if size[0].isdigit() else size.count("X"))
    return steps if size[-1] == "L" else -steps
