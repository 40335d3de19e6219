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
SAME, SAME_ACROSS = 0.71, 0.54
"""Cosines from which questions of one language, and of two, ask the same; of a group, their mean counts.

Of the pairs that such groups make of the questions of six shops (``benchmarks/data``: the lists, and those of the documents;
two ask the same where one passage alone answers both), 79 % in English and 89 % in Chinese are right, at 0.66 74 % and 83 %,
and 67 % and 71 % where the cosine with a group's mean vector counts; of those between languages (``crosslingual_shop``) 92 %.
Nothing parts them better than the cosine by itself: not the words that they share, nor the kind of answer that they ask for,
nor their intents. Two rows for one gap cost less than two gaps in one row.
"""
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
    """The misses gathered by meaning, costliest first; ``encode`` gives unit vectors in one space for all languages.

    Each joins the group whose questions it is furthest over the thresholds of, on average, or begins one.
    """
    if not found:
        return []
    texts = list(dict.fromkeys(miss.question for miss in found))
    vectors = dict(zip(texts, encode(texts), strict=True))
    sums = np.zeros((len(found), len(vectors[texts[0]])), dtype=np.float32)
    sizes, spoken = np.zeros(len(found)), {miss.language: np.zeros(len(found)) for miss in found}
    groups: list[list[Miss]] = []
    for miss in found:
        vector, made = vectors[miss.question], slice(len(groups))
        own = spoken[miss.language][made] / sizes[made]
        over = sums[made] @ vector / sizes[made] - (own * SAME + (1 - own) * SAME_ACROSS)
        place = int(over.argmax()) if groups else 0
        if not groups or over[place] < 0:
            place = len(groups)
            groups.append([])
        groups[place].append(miss)
        sums[place] += vector
        sizes[place] += 1
        spoken[miss.language][place] += 1
    found_gaps = [_gap(group, total, vectors) for group, total in zip(groups, sums, strict=False)]
    return sorted(found_gaps, key=lambda gap: (-gap.cost, gap.question))


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


def _gap(group: Sequence[Miss], total: NDArray[np.float32], vectors: dict[str, NDArray[np.float32]]) -> Gap:
    typical = max(group, key=lambda miss: float(vectors[miss.question] @ total))
    return Gap(typical.question, typical.language, tuple(group))
