"""The customer has chosen: the way from a product in the chat to the cart."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.generation.brief import Line
from bot.policy.continuing import chooses
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish, satisfies
from bot.shop.ranking import asked_ranking, attribute_of, in_order
from bot.shop.variants import line_of
from bot.skills.care import OrderCare
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, Product, Understanding
from bot.understanding.choosing import how_to_buy
from bot.understanding.ordinals import by_place

_ALL = re.compile(
    r"\b(?:them|these|those|all|everything)\b|(?<![两俩二])(?<![两俩二]个)都(?:要|买|加|放)|全[要部都]|它们|这些", re.IGNORECASE
)
_BOTH = re.compile(r"\b(?:both|the two)\b|[两俩]个?都", re.IGNORECASE)
_MOST = 4


class ChoiceSkill:
    """Shows what the customer takes, with price and stock, and how it gets into the cart. The rest goes to ``otherwise``.

    Nothing is ordered in the chat: the shop's own page takes the order. How that goes, ``answer`` tells where the shop has
    written it down.
    """

    def __init__(self, finder: ProductFinder, care: OrderCare, answer: Skill) -> None:
        self._finder, self._care, self._answer = finder, care, answer

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class. Where several products may be meant, the customer is asked which; where none, for what they need."""
        if not chooses(understanding, state):
            return otherwise.prepare(understanding, state, context)
        if how_to_buy(understanding.text[:200]):
            told = self._answer.prepare(understanding, state, context)
            if told.brief.evidence and how_to_buy(told.brief.evidence[0].question or ""):
                return told
        language = understanding.language.code
        of_brand = self._of_brand(understanding, state)
        taken = of_brand if len(of_brand) == 1 else () if of_brand else _chosen(understanding, state, context)
        chosen = self._finder.catalogue.get_many(taken, language)
        if not chosen and len(of_brand or state.skus) > 1:
            shown = self._finder.catalogue.get_many(of_brand or state.skus, language)[:_MOST]
            return self._outcome(shown, "which", understanding, replace(state, asks=("product",)), context)
        if not chosen:
            brief = replace(brief_for("clarify", understanding, context, ("need",)), lines=(Line.of("how_to_buy"),))
            return Outcome(brief, replace(state, asks=("need",)))
        gone = next((product for product in chosen if product.stock == 0), None)
        if gone is not None:
            return self._outcome((gone,), "chosen_sold_out", understanding, replace(state, asks=()), context)
        taken = tuple(dict.fromkeys((*state.taken, *(product.sku for product in chosen))))
        return self._outcome(chosen, "chosen", understanding, replace(state, asks=(), taken=taken), context)

    def _of_brand(self, understanding: Understanding, state: DialogueState) -> tuple[str, ...]:
        """One SKU of each line of the brand that is taken, of what was shown where that has any; empty where none is named."""
        wanted = [one for one in understanding.entities.constraints if one.attribute == "brand" and not one.negated]
        if not wanted:
            return ()
        families = self._finder.catalogue.families()
        of_brand = [sku for sku in (*state.skus, *sorted(families)) if sku in families and satisfies(families[sku], wanted[0])]
        inside = [sku for sku in of_brand if sku in state.skus] or of_brand
        lines: dict[str, str] = {}
        for sku in sorted(inside, key=lambda sku: families[sku][0].stock == 0):
            lines.setdefault(line_of(families[sku][0]), sku)
        return self._first_in(understanding.text, tuple(lines.values()))

    def _first_in(self, text: str, skus: tuple[str, ...]) -> tuple[str, ...]:
        """The one that is first in what ``text`` wants the most or least of ("the cheaper Yamaha"); all where it wants none."""
        ranking, opinions = asked_ranking(text), self._finder.opinions()
        products = tuple(self._finder.catalogue.families()[sku][0] for sku in skus)
        attribute = attribute_of(ranking, products, opinions) if ranking else None
        if ranking is None or attribute is None:
            return skus
        return tuple(product.sku for product in in_order(products, ranking, attribute, opinions)[:1])

    def _outcome(
        self,
        products: tuple[Product, ...],
        note: str,
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
    ) -> Outcome:
        language, skus = understanding.language.code, tuple(product.sku for product in products)
        brief = replace(
            brief_for("recommend", understanding, context),
            evidence=self._finder.evidence(products, language),
            products=products,
            reasons=self._finder.reasons(products, Wish(), language) if note == "which" else (),
            note=note,
            asks=state.asks,
            care=self._care.accessories(skus, language) if note == "chosen" else (),
        )
        return Outcome(brief, replace(state, skus=skus, failures=0))


def _chosen(understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[str, ...]:
    """The SKUs taken: by their place in what was shown, by name, both of two, the only one shown, the page's."""
    if placed := by_place(understanding.text[:200], state.skus):
        return placed[:_MOST]
    named = understanding.entities.skus
    text = understanding.text[:200]
    if _BOTH.search(text) or _ALL.search(text):
        return state.skus if len(state.skus) == 2 or _ALL.search(text) else ()
    if len(named) == 1 or not state.skus:
        return named[:1] or tuple(filter(None, [context.page_sku]))
    return state.skus if len(state.skus) == 1 else ()
