"""Ranges in a table (sizes, weights, prices): whether one holds the number that is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.generation.passage import Unit
from bot.text.terms import terms
from knowledge_base.terms import normalise

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RANGE = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s*(?:-|–|—|~|～|至|到|to)\s*(\d+(?:\.\d+)?)")
_UP_TO = re.compile(r"\b(?:up to|at most|under|below) (\d+(?:\.\d+)?)|(\d+(?:\.\d+)?) ?[a-z]{0,2} ?(?:以内|以下)", re.I)
_JIN = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?) ?斤")  # half a kilogram
_SIGN = re.compile(r"公斤|千克|厘米|公分|(?<![a-z])(?:kg|cm)(?![a-z])")
_MEASURED = re.compile(r"(\d+(?:\.\d+)?)(?: ?(公斤|千克|厘米|公分|(?:kg|cm)(?![a-z])))?")
_SIGNS = {"公斤": "kg", "千克": "kg", "厘米": "cm", "公分": "cm"}


@dataclass(frozen=True, slots=True)
class AskedNumbers:
    """The numbers that a question names, each with its unit where columns are told apart by it, else with none."""

    measures: frozenset[tuple[float, str]]

    @classmethod
    def of(cls, question: str) -> Self:
        """Those of ``question``; 斤 counts as half a kilogram."""
        measured = _JIN.sub(lambda match: f"{float(match[1]) / 2:g}公斤", normalise(question))
        return cls(frozenset((float(number), _SIGNS.get(sign, sign)) for number, sign in _MEASURED.findall(measured)))

    def held_by(self, unit: Unit, asked: Sequence[str], named: str = "") -> bool | None:
        """Whether a row of ranges holds a number asked about; None where there are no ranges to tell.

        The numbers of ``named``, such as a product's title, are none that is asked about. Where the terms ``asked`` name a
        column of ranges (chest, 胸围), or its unit is among the question's, those of the others don't count; kilograms are
        never held by centimetres.
        """
        titled = _numbers(normalise(named))
        wanted = {(number, sign) for number, sign in self.measures if number not in titled}
        cells = self._cells_meant(unit, asked) if wanted and unit.kind == "row" else []
        told = "\n".join(value for _, value in cells)
        if not _ranges(told) or {number for number, _ in wanted} & _numbers(_RANGE.sub(" ", normalise(told))):
            return None  # "20-49 boxes: 95 % of the price" has the number itself
        return any(
            low <= number <= high and (not sign or not (told_in := _signs(f"{name} {value}")) or sign in told_in)
            for name, value in cells
            for low, high in _ranges(value)
            for number, sign in wanted
        )

    def _cells_meant(self, unit: Unit, asked: Sequence[str]) -> list[tuple[str, str]]:
        """The cells of a row in the columns of ranges that the question means, all where it means none: "which size"."""
        signs = {sign for _, sign in self.measures} - {""}
        named = [(name, value) for name, value in unit.pairs if _ranges(value) and frozenset(terms(name)) & frozenset(asked)]
        return named or [(name, value) for name, value in unit.pairs if signs & _signs(name)] or list(unit.pairs)


def _signs(text: str) -> frozenset[str]:
    return frozenset(_SIGNS.get(sign, sign) for sign in _SIGN.findall(normalise(text)))


def holds_number(question: str, cell: str) -> bool:
    """Whether a number of the question lies in the only range that a cell names."""
    numbers, ranges = _numbers(normalise(question)), _ranges(cell)
    return len(ranges) == 1 and any(ranges[0][0] <= number <= ranges[0][1] for number in numbers)


def names_range(text: str) -> bool:
    """Whether a text names a range with both its ends."""
    return _RANGE.search(text) is not None


def _numbers(text: str) -> frozenset[float]:
    return frozenset(map(float, _NUMBER.findall(text)))


def _ranges(text: str) -> list[tuple[float, float]]:
    """The ranges that a text names, and the bounds from nothing: 160-167 cm, up to 175 cm, 175 cm 以内."""
    bounded = [(float(low), float(high)) for low, high in _RANGE.findall(text)]
    return bounded + [(0.0, float(below or within)) for below, within in _UP_TO.findall(text)]
