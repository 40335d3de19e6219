"""One figure of a text, normalised so that notations and languages compare, and when one figure supports another."""

from __future__ import annotations

import math
from dataclasses import dataclass

NO_OPTIONS: frozenset[tuple[int, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact of one kind as it stands at ``[start, end)`` of the digit-spelled text.

    ``kind`` is a quantity of :mod:`bot.generation.fact_gate.units`, or ``money``, ``percent``, ``number``, ``date``, ``time``,
    ``weekday``, ``code``, ``url``, ``email``, ``phone``. Numeric kinds have ``low`` and ``high`` (equal but for a range) in
    the base unit; ``raw`` holds them as written. Dates, times and weekdays list their possible readings in ``options``; the
    rest compare by ``key``. ``bound`` is ``max`` ("up to"), ``min`` ("at least") or empty.
    """

    kind: str
    text: str
    start: int
    end: int
    low: float = 0.0
    high: float = 0.0
    raw: tuple[float, ...] = ()
    key: str = ""
    currencies: frozenset[str] = frozenset()
    options: frozenset[tuple[int, ...]] = NO_OPTIONS
    bound: str = ""
    imperial: bool = False

    @property
    def is_range(self) -> bool:
        """Whether two different ends were given."""
        return self.low != self.high


def supports(evidence: Figure, claim: Figure) -> bool:
    """Whether ``evidence`` states the value of ``claim``: the same kind and value after conversion, no wider range.

    A plain number supports any numeric kind of equal digits where the caller knows the unit; see :func:`same_digits`.
    """
    if claim.bound and evidence.bound and claim.bound != evidence.bound and not evidence.is_range:
        return False
    if evidence.kind != claim.kind:
        return _across_kinds(evidence, claim)
    if claim.kind == "date":
        return any(
            all(not c or c == e for c, e in zip(one, two, strict=True)) for one in claim.options for two in evidence.options
        )
    if claim.kind in ("time", "weekday"):
        return any(_within_ends(one, two) for one in claim.options for two in evidence.options)
    if claim.key or evidence.key:
        return _same_key(evidence, claim)
    if claim.kind == "money" and not (claim.currencies & evidence.currencies):
        return False
    return _same_value(evidence, claim)


def same_digits(evidence: Figure, claim: Figure) -> bool:
    """Whether both were written with the same numbers, whatever the unit."""
    return bool(claim.raw) and claim.raw == evidence.raw


def _across_kinds(evidence: Figure, claim: Figure) -> bool:
    kinds = {evidence.kind, claim.kind}
    if claim.kind == "number":  # a number without its unit says less than one with it
        return same_digits(evidence, claim) and evidence.kind not in (
            "code",
            "url",
            "email",
            "phone",
            "date",
            "time",
            "weekday",
        )
    return kinds == {"code", "phone"} and _same_key(evidence, claim)


def _within_ends(claim: tuple[int, ...], evidence: tuple[int, ...]) -> bool:
    return claim == evidence or (claim[0] == claim[1] and claim[0] in evidence)


def _same_key(evidence: Figure, claim: Figure) -> bool:
    if evidence.key == claim.key:
        return True
    if claim.kind == "url":  # a bare host is less than an address on it
        return evidence.key.split("/")[0] == claim.key
    if claim.key.isdigit() and evidence.key.isdigit() and "phone" in (claim.kind, evidence.kind):
        short, long = sorted((claim.key, evidence.key), key=len)
        return len(short) >= 7 and long.endswith(short) and len(long) - len(short) <= 3
    return False


def _same_value(evidence: Figure, claim: Figure) -> bool:
    tolerance = 0.012 if evidence.imperial != claim.imperial else 1e-9
    close_low = math.isclose(claim.low, evidence.low, rel_tol=tolerance)
    close_high = math.isclose(claim.high, evidence.high, rel_tol=tolerance)
    if close_low and close_high:
        return True
    if claim.is_range or not evidence.is_range:
        return False
    end = {"max": evidence.high, "min": evidence.low}.get(claim.bound)
    return end is not None and math.isclose(claim.low, end, rel_tol=tolerance)
