"""What customers really asked: the questions of stored turns that the shop's knowledge answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from bot.store.conversation_tables import turns
from bot.types import LanguageCode

_KNOWLEDGE = ("answer", "decline", "recommend", "guide", "compare", "clarify")
_LOOKED_AT = 20
"""Turns that are looked at for each question wanted: many ask the same."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it stands alone, and the reply object that it got."""

    text: str
    language: LanguageCode
    reply: dict[str, Any]


def last_questions(engine: Engine, count: int) -> list[AskedQuestion]:
    """The last ``count`` different questions, newest first; fewer where the last turns hold no more."""
    statement = (
        select(turns.c.understanding, turns.c.reply)
        .where(turns.c.action.in_(_KNOWLEDGE))
        .order_by(turns.c.created_at.desc())
        .limit(_LOOKED_AT * count)
    )
    found: dict[str, AskedQuestion] = {}
    with engine.connect() as connection:
        for understanding, reply in connection.execute(statement):
            asked = _asked(understanding, reply)
            if asked.text:
                found.setdefault(asked.text, asked)
            if len(found) == count:
                break
    return list(found.values())


def questions_of(engine: Engine, asked_in: Sequence[tuple[str, int]]) -> list[AskedQuestion]:
    """The different questions of these turns (conversation, number), in their order; unknown turns are left out."""
    columns = (turns.c.conversation_id, turns.c.number, turns.c.understanding, turns.c.reply)
    statement = select(*columns).where(turns.c.conversation_id.in_({conversation for conversation, _ in asked_in}))
    with engine.connect() as connection:
        held = {
            (row.conversation_id, row.number): _asked(row.understanding, row.reply) for row in connection.execute(statement)
        }
    asked = (held[turn] for turn in asked_in if turn in held)
    return list({each.text: each for each in asked if each.text}.values())


def _asked(understanding: dict[str, Any], reply: dict[str, Any]) -> AskedQuestion:
    text = str(understanding.get("question") or understanding.get("text") or "")
    return AskedQuestion(text, reply.get("language", "en"), reply)
