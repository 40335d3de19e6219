"""Questions that went wrong, gathered by what they ask, whatever the language; the costliest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, and_, or_, select

from bot.store.conversation_tables import feedback, turns
from bot.store.database import aware
from bot.store.entries import Entry
from bot.types import PERSON

Failure = Literal["unanswered", "rated_down", "handed_over"]
COST: dict[Failure, float] = {"unanswered": 1.0, "rated_down": 2.0, "handed_over": 3.0}
"""What a failed question costs the shop, in unanswered ones: a wrong answer annoys more, a person's time costs most."""
SAME, SAME_ACROSS = 0.66, 0.54
"""Cosines from which a question joins a group of its own and of the other language. On pairs of our own shop questions
(``benchmarks/training/shop_answers.jsonl``) nine in ten that are as near ask the same."""
MOST = 5000
_WORD, _DIGIT, _EMAIL = re.compile(r"[^\W_](?:[\w#-]*\w)?"), re.compile(r"\d"), re.compile(r"(?<!\S)\S+@\S+")
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Miss:
    """One question that went wrong: where it was asked, and how it failed."""

    conversation: str
    turn: int
    question: str
    language: str
    failure: Failure
    at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask the same. ``question`` is the most typical of them."""

    question: str
    language: str
    misses: tuple[Miss, ...]

    @property
    def cost(self) -> float:
        """What they cost together, in unanswered questions."""
        return sum(COST[miss.failure] for miss in self.misses)


def misses(engine: Engine, days: int = 30) -> list[Miss]:
    """What customers asked in vain in the last ``days`` days, newest first, ``MOST`` at most.

    A person who was asked for by name is no failure; one that was called because nothing else helped is.
    """
    since = datetime.now(UTC) - timedelta(days=days)
    helpless = and_(turns.c.action == "handover", turns.c.intent != "human_agent")
    query = (
        select(
            turns.c.conversation_id, turns.c.number, turns.c.understanding, turns.c.language, turns.c.action,
            turns.c.abstained, feedback.c.rating, turns.c.created_at,
        )
        .select_from(turns.outerjoin(feedback))
        .where(turns.c.created_at >= since, turns.c.writer != PERSON)
        .where(or_(turns.c.abstained, helpless, feedback.c.rating == "down"))
        .order_by(turns.c.created_at.desc())
        .limit(MOST)
    )  # fmt: skip
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [
        Miss(row.conversation_id, row.number, row.understanding["question"], row.language, _failure(row), row.created_at)
        for row in rows
        if _asks(row.understanding["question"])
    ]


def _asks(question: str) -> bool:
    """Whether anything is said beside numbers of orders, phones and addresses of e-mail: those alone no entry can answer."""
    return any(not _DIGIT.search(word) for word in _WORD.findall(_EMAIL.sub(" ", question)))


def _failure(row: object) -> Failure:
    if getattr(row, "action", None) == "handover":
        return "handed_over"
    return "rated_down" if getattr(row, "rating", None) == "down" else "unanswered"


def gaps(found: Sequence[Miss], encode: Encode) -> list[Gap]:
    """The misses gathered by meaning, costliest first; ``encode`` gives unit vectors in one space for all languages."""
    if not found:
        return []
    texts = list(dict.fromkeys(miss.question for miss in found))
    vectors = dict(zip(texts, encode(texts), strict=True))
    sums: list[NDArray[np.float32]] = []
    groups: list[list[Miss]] = []
    for miss in found:
        vector = vectors[miss.question]
        nearest, cosine = _nearest(vector, sums)
        if groups and cosine >= (SAME if groups[nearest][0].language == miss.language else SAME_ACROSS):
            groups[nearest].append(miss)
            sums[nearest] = sums[nearest] + vector
        else:
            groups.append([miss])
            sums.append(vector)
    made = [_gap(group, total, vectors) for group, total in zip(groups, sums, strict=True)]
    return sorted(made, key=lambda gap: (-gap.cost, gap.question))


def missed_since(entries: Iterable[Entry], found: Sequence[Miss], encode: Encode) -> dict[str, int]:
    """How often each live entry's question was asked in vain since it went live, by its id: 0 when it closed its gap."""
    live = [entry for entry in entries if entry.state == "live"]
    if not live or not found:
        return {entry.id: 0 for entry in live}
    cosines = encode([entry.question for entry in live]) @ encode([miss.question for miss in found]).T
    return {
        entry.id: sum(
            aware(miss.at) > aware(entry.changed_at) and cosine >= (SAME if entry.language == miss.language else SAME_ACROSS)
            for miss, cosine in zip(found, row, strict=True)
        )
        for entry, row in zip(live, cosines, strict=True)
    }


def entry_of(gap: Gap, entries: Iterable[Entry]) -> Entry | None:
    """The first of ``entries`` that was written for one of the gap's questions, a withdrawn one left out."""
    asked = {(miss.conversation, miss.turn) for miss in gap.misses}
    return next((entry for entry in entries if entry.state != "withdrawn" and asked & set(entry.asked_in)), None)


def _nearest(vector: NDArray[np.float32], sums: Sequence[NDArray[np.float32]]) -> tuple[int, float]:
    if not sums:
        return -1, -1.0
    means = np.stack(sums)
    cosines = means @ vector / np.maximum(np.linalg.norm(means, axis=1), 1e-6)
    best = int(cosines.argmax())
    return best, float(cosines[best])


def _gap(group: Sequence[Miss], total: NDArray[np.float32], vectors: dict[str, NDArray[np.float32]]) -> Gap:
    typical = max(group, key=lambda miss: float(vectors[miss.question] @ total))
    return Gap(typical.question, typical.language, tuple(group))
