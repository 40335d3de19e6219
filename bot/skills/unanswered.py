"""What is said where neither documents nor catalogue answer: what comes nearest, and a person after repeated failure."""

from __future__ import annotations

from dataclasses import replace

from bot.policy.decision import after_failure
from bot.policy.intents import surely_aside
from bot.policy.needs import asked_to_be_in
from bot.policy.patterns import LOOKS_FOR
from bot.skills.handover import handover
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.text.danger import accident
from bot.types import DialogueState, Evidence, LanguageCode, Understanding

NEAR, NEAR_FOREIGN, LONGEST_NEAR = 0.12, 0.18, 80
"""The probability from which on a row is told to a customer whose question has no answer; its longest, in characters."""


def without_answer(
    understanding: Understanding, state: DialogueState, context: TurnContext, related: tuple[Evidence, ...], stocked: bool
) -> Outcome:
    """A decline that tells what is nearest, or a person in its place; ``stocked``: there is a catalogue."""
    language = understanding.language.code
    hurt = accident(understanding.text) is not None
    person = after_failure(understanding, state)
    if person is not None and not hurt:
        return handover(understanding, state, context, person.reason or "repeated_failure")
    goods = understanding.entities.skus or understanding.entities.categories
    aside = surely_aside(understanding) and not goods
    missing = understanding.intent.name in ("stock", "recommendation") and not (
        understanding.entities.skus or asked_to_be_in(understanding)
    )
    looked_for = stocked and missing and LOOKS_FOR.search(understanding.text[:200])  # the catalogue's is not missing
    near = () if aside or hurt else tuple(item for item in related if _is_near(item, language))[:1]
    note = "danger" if hurt else "out_of_scope" if aside else "not_found" if looked_for else "unknown"
    brief = replace(
        brief_for("decline", understanding, context, note=note, abstained=True),
        evidence=near,
        related=() if hurt else related,
    )
    kept = understanding.entities.skus[:1] or state.skus  # what was asked about stays in view
    return Outcome(brief, replace(state, skus=kept, asks=(), failures=state.failures + 1))


def _is_near(item: Evidence, language: LanguageCode) -> bool:
    """Whether a question with its answer is short and near enough to be told instead of the answer asked for."""
    short = len(item.text) <= (LONGEST_NEAR if item.language == "zh" else 3 * LONGEST_NEAR)
    return item.question is not None and item.score >= (NEAR if item.language == language else NEAR_FOREIGN) and short
