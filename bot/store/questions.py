"""What customers really asked: the questions of stored turns that the shop's knowledge answers."""

from __future__ import annotations

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
            text = str(understanding.get("question") or understanding.get("text") or "")
            if text and len(found) < count:
                found.setdefault(text, AskedQuestion(text, reply.get("language", "en"), reply))
    return list(found.values())
