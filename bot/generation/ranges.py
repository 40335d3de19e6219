"""Ranges in a table (sizes, weights, prices): whether one holds the number that is asked about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from bot.generation.passage import Unit
from bot.text.terms import terms
from knowledge_base.terms import normalise

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RANGE = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s*(?:-|–|—|~|～|至|到|to)\s*(\d+(?:\.\d+)?)")
_UP_TO = re.compile(r"\b(?:up to|at most|under|below) (\d+(?:\.\d+)?)|(\d+(?:\.\d+)?) ?[a-z]{0,2} ?(?:以内|以下)", re.I)
_SIGN = re.compile(r"公斤|千克|厘米|公分|斤|(?<![a-z])(?:kg|cm)(?![a-z])")
_MEASURED = re.compile(r"(\d+(?:\.\d+)?)(?: ?(公斤|千克|厘米|公分|斤|(?:kg|cm)(?![a-z])))?")
_SIGNS = {"公斤": "kg", "千克": "kg", "厘米": "cm", "公分": "cm"}
_STEP = re.compile(r"(\d+(?:\.\d+)?) ?(公斤|千克|厘米|公分|斤|kg|cm)")
_STEPS = 2
_HALF_KILOGRAM = "斤"


@dataclass(frozen=True, slots=True)
class AskedNumbers:
    """The numbers that a question names, each with its unit where columns are told apart by it, else with none."""

    measures: frozenset[tuple[float, str]]

    @classmethod
    def of(cls, question: str) -> Self:
        """Those of ``question``; 斤 counts as half a kilogram, too, and kilograms as two of it."""
        measured = {(float(number), _SIGNS.get(sign, sign)) for number, sign in _MEASURED.findall(normalise(question))}
        halves = {(number / 2, "kg") for number, sign in measured if sign == _HALF_KILOGRAM}
        twice = {(number * 2, _HALF_KILOGRAM) for number, sign in measured if sign == "kg"}
        return cls(frozenset(measured | halves | twice))

    def held_by(self, unit: Unit, asked: Collection[str], named: str = "") -> int | None:
        """How many of the numbers asked about a row's ranges hold; None where there are no ranges to tell.

        The numbers of ``named``, such as a product's title, are none that is asked about. Where the terms ``asked`` name a
        column of ranges (chest, 胸围), or its unit is among the question's, those of the others don't count; kilograms are
        never held by centimetres.
        """
        titled = _numbers(normalise(named))
        wanted = {(number, sign) for number, sign in self.measures if number not in titled}
        cells = self._meant(unit.pairs, asked) if wanted and unit.kind == "row" else {}
        told = "\n".join(value for each in cells.values() for _, value in each)
        if not _ranges(told) or {number for number, _ in wanted} & _numbers(_RANGE.sub(" ", normalise(told))):
            return None  # "20-49 boxes: 95 % of the price" has the number itself
        return sum(any(_holds(cell, number) for cell in cells[sign]) for number, sign in wanted)

    def cells_holding(self, pairs: Sequence[tuple[str, str]], asked: Collection[str]) -> list[tuple[str, str]]:
        """The cells whose only range holds a number asked about."""
        cells = self._meant(pairs, asked)
        holding = [cell for number, sign in self.measures for cell in cells[sign] if _holds(cell, number)]
        return [pair for pair in pairs if pair in holding and len(_ranges(pair[1])) == 1]

    def steps_around(self, keys: Sequence[str]) -> list[int]:
        """Of a table's rows, each for one measure, the places of those next below and above the number asked about.

        Nothing where a row is for that very number, or where it lies beyond them all.
        """
        steps = [
            (float(match[1]), _SIGNS.get(match[2], match[2])) for key in keys if (match := _STEP.fullmatch(normalise(key)))
        ]
        wanted = [number for number, sign in self.measures if sign and all(sign == told for _, told in steps)]
        if len(steps) < len(keys) or len(steps) < _STEPS or len(wanted) != 1:
            return []
        below = [(number, place) for place, (number, _) in enumerate(steps) if number < wanted[0]]
        above = [(number, place) for place, (number, _) in enumerate(steps) if number > wanted[0]]
        return [max(below)[1], min(above)[1]] if below and above and len(below) + len(above) == len(steps) else []

    def _meant(self, pairs: Sequence[tuple[str, str]], asked: Collection[str]) -> dict[str, list[tuple[str, str]]]:
        """For each unit of the question the cells of a row that its numbers may stand in.

        Those in the columns of ranges that the question names or whose unit is its own, all where there are none such.
        """
        signs, told = {sign for _, sign in self.measures}, frozenset(asked)
        ranged = [(pair, _signs(" ".join(pair))) for pair in pairs if _ranges(pair[1])]
        named = [(pair, own) for pair, own in ranged if told & frozenset(terms(pair[0]))]
        found = {}
        for sign in signs:
            if sign:
                own = [one for one in named if sign in one[1]] or [one for one in ranged if sign in one[1]]
                free = [one for one in named or ranged if not one[1]] if sign != _HALF_KILOGRAM else []
                found[sign] = [pair for pair, _ in own or free]
            else:
                found[sign] = [pair for pair, _ in named or [one for one in ranged if not one[1] & signs] or ranged]
        return found


def _holds(cell: tuple[str, str], number: float) -> bool:
    return any(low <= number <= high for low, high in _ranges(cell[1]))


def _signs(text: str) -> frozenset[str]:
    return frozenset(_SIGNS.get(sign, sign) for sign in _SIGN.findall(normalise(text)))


def names_range(text: str) -> bool:
    """Whether a text names a range with both its ends."""
    return _RANGE.search(text) is not None


def without_ranges(text: str) -> str:
    """``text`` without the ranges that it names."""
    return _RANGE.sub(" ", normalise(text)) if names_range(text) else text


def bounds(text: str) -> list[tuple[float, float]]:
    """The ends of the ranges that a text names, in its order; of one from nothing, 0 and its end."""
    return _ranges(normalise(text))


def ranged(text: str) -> bool:
    """Whether a text names a range, or a bound from nothing."""
    return bool(_ranges(text))


def _numbers(text: str) -> frozenset[float]:
    return frozenset(map(float, _NUMBER.findall(text)))


def _ranges(text: str) -> list[tuple[float, float]]:
    """The ranges that a text names, and the bounds from nothing: 160-167 cm, up to 175 cm, 175 cm 以内."""
    bounded = [(float(low), float(high)) for low, high in _RANGE.findall(text)]
    return bounded + [(0.0, float(below or within)) for below, within in _UP_TO.findall(text)]
