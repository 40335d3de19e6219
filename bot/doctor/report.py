"""What a check found, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.errors import ShopdeskError

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``remedy`` is empty where nothing needs to be done."""

    name: str
    state: State
    found: str
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The check as plain JSON types."""
        return asdict(self)


def ok(name: str, found: str) -> Check:
    """A check that found nothing wrong."""
    return Check(name, "ok", found)


def warning(name: str, found: str, remedy: str) -> Check:
    """A check that found something to improve."""
    return Check(name, "warning", found, remedy)


def failed(name: str, found: str, remedy: str) -> Check:
    """A check that found something broken."""
    return Check(name, "failed", found, remedy)


def tried(name: str, look: Callable[[], Check]) -> Check:
    """What ``look`` finds; what it raises for the owner is a failed check, whose sentence says the remedy itself."""
    try:
        return look()
    except ShopdeskError as error:
        found, _, remedy = str(error).partition(": ")
        return failed(name, found.rstrip("."), (remedy[:1].upper() + remedy[1:]) or "See the log of the server.")
