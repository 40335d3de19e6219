"""Hands the conversation to a person of the shop, saying why."""

from __future__ import annotations

from dataclasses import replace

from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.types import DialogueState, Handover, Understanding


def handover(understanding: Understanding, state: DialogueState, context: TurnContext, reason: str) -> Outcome:
    """The outcome of a handover for ``reason``; the state remembers it and the count of failures starts again."""
    brief = replace(brief_for("handover", understanding, context, note=reason), handover=Handover(reason))
    return Outcome(brief, replace(state, handed_over=True, asks=(), failures=0))
