"""The profile of a customer, and what a customer may say about it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, get_args

from bot.errors import InputError

TraitName = Literal["language", "interest", "brand", "size", "budget", "sentiment"]
Correctable = Literal["language", "interest", "brand", "size", "budget"]
CORRECTABLE: tuple[Correctable, ...] = get_args(Correctable)
BY_CUSTOMER = "customer"
"""The source of what the customer said about themselves."""
LONGEST_VALUE = 100
_BUDGET = re.compile(r"(?P<least>\d+(?:\.\d+)?)\s*-\s*(?P<most>\d+(?:\.\d+)?)(?:\s*(?P<currency>[A-Z]{3}))?")
_SIZE = re.compile(r"(?P<kind>[^:：]+)[:：]\s*(?P<size>\S.*)")


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing known. ``weight`` halves every 90 days without a new sign of it; ``sources`` name the tables that told it.

    ``seen`` is the day (UTC) of its newest sign, where signs are dated. What the customer corrected has the one source
    ``customer``, and a weight that does not wane.
    """

    name: TraitName
    value: str
    weight: float
    sources: tuple[str, ...]
    seen: date | None = None

    @property
    def of_customer(self) -> bool:
        """Whether the customer said so."""
        return self.sources == (BY_CUSTOMER,)


@dataclass(frozen=True, slots=True)
class Correction:
    """What the customer said: that ``value`` is true of them (``holds``), or that it is not."""

    name: Correctable
    value: str
    holds: bool


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """Drawn afresh from the shop's data whenever it is asked for, and corrected by what the customer said.

    ``stage`` is ``new``, ``active``, ``lapsing``, ``lost`` or ``visitor`` (bought nothing); ``segment`` is ``frequent``,
    ``regular``, ``single`` or ``none`` by the number of orders. ``consent``: whether it may be used at all.
    ``denied`` are names and values that the customer took out.
    """

    customer: str
    consent: bool
    stage: str
    segment: str
    traits: tuple[Trait, ...]
    denied: tuple[tuple[Correctable, str], ...] = ()

    def values(self, name: TraitName) -> tuple[str, ...]:
        """The values of a trait, strongest first."""
        return tuple(trait.value for trait in self.traits if trait.name == name)

    def to_dict(self) -> dict[str, Any]:
        """The profile as plain JSON types."""
        plain = asdict(self, dict_factory=lambda pairs: {key: [*v] if isinstance(v, tuple) else v for key, v in pairs})
        for trait in plain["traits"]:
            trait["seen"] = trait["seen"] and trait["seen"].isoformat()
        return plain | {"denied": [{"name": name, "value": value} for name, value in self.denied]}

    def sizes(self) -> dict[str, str]:
        """Category → the customer's size in it."""
        return {kind: size for kind, size in map(parted_size, reversed(self.values("size")))}


def correction(name: str, value: str, holds: bool) -> Correction:
    """What a customer (or the shop for them) says, checked and in the form in which profiles are drawn.

    Raises:
        InputError: ``name`` is nothing that can be corrected, or ``value`` is not of its form.
    """
    value = " ".join(value.split())
    if name not in CORRECTABLE:
        raise InputError(f"{name[:40]!r} cannot be corrected: choose of {', '.join(CORRECTABLE)}.")
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        raise InputError(f"The {name} has 1 to {LONGEST_VALUE} printable characters.")
    if holds and name == "language" and value not in ("en", "zh"):
        raise InputError(f"The language is 'en' or 'zh', not {value[:40]!r}.")
    if holds and name == "budget":
        value = _checked_budget(value)
    if holds and name == "size":
        if _SIZE.fullmatch(value) is None:
            raise InputError(f"A size is written like 'Jackets: M', not {value[:40]!r}.")
        value = ": ".join(parted_size(value))
    return Correction(name, value, holds)


def parted_size(value: str) -> tuple[str, str]:
    """The category and the size in it; no category where none is told."""
    parts = _SIZE.fullmatch(value)
    return (parts["kind"].strip(), parts["size"].strip()) if parts else ("", value)


def _checked_budget(value: str) -> str:
    parts = _BUDGET.fullmatch(value)
    if parts is None or float(parts["least"]) > float(parts["most"]):
        raise InputError(f"A budget is written like '100-300 CNY', the smaller amount first, not {value[:40]!r}.")
    return f"{float(parts['least']):g}-{float(parts['most']):g} {parts['currency'] or ''}".strip()
