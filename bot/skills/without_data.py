"""What a skill works with may not be loaded at all: then the documents answer, or the assistant says that it does not know."""

from __future__ import annotations

from collections.abc import Callable

from bot.skills.outcome import Outcome, Skill, TurnContext
from bot.types import DialogueState, Understanding


class WithoutDataSkill:
    """A skill's outcome, and ``otherwise``'s while the shop has nothing loaded that the skill could look at."""

    def __init__(self, skill: Skill, otherwise: Skill, there: Callable[[], bool]) -> None:
        """``there`` says whether what the skill looks at is loaded, or kept by a system of the shop's."""
        self._skill, self._otherwise, self._there = skill, otherwise, there

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """One of the two outcomes."""
        return (self._skill if self._there() else self._otherwise).prepare(understanding, state, context)
