"""A handover and its events as records, and the two reasons why a person's step is refused."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.errors import InputError
from bot.store.database import aware
from bot.store.handover_log import EventKind

Outcome = Literal["released", "resolved"]
EMAIL = re.compile(r"(?=.{3,254}$)[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@,;<>()\"]+")
"""What an address that a customer leaves looks like: one, and nothing that would be more in a mail's header."""


class Over(InputError):
    """Raised when the handover is over: the conversation was given back or closed."""


class Held(InputError):
    """Raised when another person has the conversation; ``holder`` is their name, None when nobody has it."""

    def __init__(self, holder: str | None) -> None:
        super().__init__(f"{holder} has the conversation." if holder else "Nobody has taken the conversation over yet.")
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Handover:
    """A call for a person and what became of it. ``agent`` is the name of the person who has the conversation now."""

    id: int
    conversation: str
    reason: str
    requested_at: datetime
    taken_at: datetime | None
    agent: str | None
    nobody_at: datetime | None
    email: str | None
    released_at: datetime | None
    outcome: Outcome | None
    note: str | None
    holder_hash: str | None

    def held_by(self, secret: str) -> bool:
        """Whether the person whose browser has ``secret`` has the conversation."""
        return self.taken_at is not None and hmac.compare_digest(hash_of(secret), self.holder_hash or "")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. ``turn`` is the last turn stored before it, of the kind ``turn`` that turn."""

    id: int
    kind: EventKind
    turn: int
    name: str | None
    text: str | None
    at: datetime


def handover_of(row: Any) -> Handover:
    """The record of a row of the table."""
    return Handover(
        row.id, row.conversation_id, row.reason, aware(row.requested_at), row.taken_at and aware(row.taken_at), row.agent,
        row.nobody_at and aware(row.nobody_at), row.email, row.released_at and aware(row.released_at), row.outcome, row.note,
        row.holder_hash,
    )  # fmt: skip


def hash_of(secret: str) -> str:
    """What is stored of a person's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
