"""Short questions that nothing answers as they stand, asked again of the one product in view: 能接手机吗 after a drum kit."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.alignment import content_words
from bot.shop.catalogue import Catalogue
from bot.skills.outcome import Outcome, Skill, TurnContext
from bot.skills.told_before import MOST_WORDS
from bot.types import DialogueState, LanguageCode, Product, Understanding


class AskedOfProductSkill:
    """Another skill's outcome; where that is none, what the record of the product spoken of last tells, if it does."""

    def __init__(self, skill: Skill, catalogue: Catalogue) -> None:
        self._skill, self._catalogue = skill, catalogue

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """See the class."""
        outcome = self._skill.prepare(understanding, state, context)
        named = understanding.rewritten or understanding.entities.skus or understanding.entities.order_ids
        if outcome.brief.action != "decline" or named or len(content_words(understanding.text)) > MOST_WORDS:
            return outcome
        product = self._in_view(state, understanding.language.code)
        if product is None:
            return outcome
        entities = replace(understanding.entities, skus=(product.sku,), categories=())
        question = f"{product.title} {understanding.text}"
        again = replace(understanding, question=question, entities=entities, rewritten=True)
        found = self._skill.prepare(again, state, context)
        told = found.brief.action == "answer" and all(item.source == product.sku for item in found.brief.evidence)
        return found if told and found.brief.evidence else outcome

    def _in_view(self, state: DialogueState, language: LanguageCode) -> Product | None:
        """The only product shown, or the only one of these that the last question named."""
        shown = self._catalogue.get_many(state.skus, language)
        asked = (state.last_question or "").lower()
        meant = [one for one in shown if one.title.lower() in asked] or list(shown)
        return meant[0] if len(meant) == 1 else None
