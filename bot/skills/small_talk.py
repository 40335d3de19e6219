"""Greetings, thanks and chat in the shop's voice; no facts of the shop are stated here."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.brief import Line
from bot.order_desk.state import DeskState
from bot.policy.idle import gives_up, says_nothing
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.types import DialogueState, Understanding
from bot.understanding.chat import chat_topic


class SmallTalkSkill:
    """The note of the brief is the intent, which picks the phrase."""

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """A brief without evidence; what the assistant was waiting for stays open, and a proposal is recalled."""
        open_still = (Line.of("still_open"),) if DeskState.of(state.desk).proposal else ()
        idle = "empty" if says_nothing(understanding) else "given_up" if gives_up(understanding.text) else None
        note = idle or chat_topic(understanding.text) or understanding.intent.name
        brief = brief_for("small_talk", understanding, context, note=note)
        return Outcome(replace(brief, lines=open_still), state)
