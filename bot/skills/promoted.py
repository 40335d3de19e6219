"""Shows the variant of a running experiment beside what another skill found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.generation.brief import Brief
from bot.marketing.campaigns.experiment import Slot, Variant
from bot.skills.outcome import Outcome, Skill, TurnContext
from bot.types import DialogueState, Understanding

Serve = Callable[[Slot, str], Variant | None]


class PromotedSkill:
    """Deals the customer, or a stranger's conversation, a variant when the reply answers; nobody upset is advertised to.

    A variant's products go first among those found and never join them; its text stands below the reply.
    """

    def __init__(self, slot: Slot, serve: Serve) -> None:
        self._slot, self._serve = slot, serve

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """The other skill's outcome with the variant."""
        outcome = otherwise.prepare(understanding, state, context)
        unit = context.customer or context.conversation
        if not unit or not _may_advertise(outcome.brief, understanding):
            return outcome
        variant = self._serve(self._slot, unit)
        if variant is None:
            return outcome
        brief = _ordered(outcome.brief, variant.first)
        words = variant.words(brief.language)
        shown = tuple(product.sku for product in brief.products)
        remembered = replace(outcome.state, skus=shown) if shown and set(shown) == set(outcome.state.skus) else outcome.state
        return replace(outcome, brief=replace(brief, announcement=words or None), state=remembered)


def _may_advertise(brief: Brief, understanding: Understanding) -> bool:
    answers = brief.action in ("answer", "recommend", "guide") and not (brief.abstained or brief.asks)
    return answers and bool(brief.evidence) and understanding.sentiment.label != "negative"


def _ordered(brief: Brief, first: tuple[str, ...]) -> Brief:
    """The brief with these SKUs before the others; one that ranks, or explains its order, keeps it."""
    if not first or brief.leader is not None or brief.set_price is not None or len(brief.evidence) < len(brief.products):
        return brief
    number = len(brief.products)
    places = sorted(range(number), key=lambda place: brief.products[place].sku not in first)
    reasons = tuple(brief.reasons[place] for place in places) if len(brief.reasons) == number else brief.reasons
    return replace(
        brief,
        products=tuple(brief.products[place] for place in places),
        evidence=(*(brief.evidence[place] for place in places), *brief.evidence[number:]),
        reasons=reasons,
    )
