"""A question of whether that a product answers in its own words, where nothing else answers it."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.brief import Line
from bot.generation.passage import units
from bot.shop.finder import ProductFinder
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for, in_view
from bot.skills.product_asked import products_asked
from bot.text.own_words import telling
from bot.types import DialogueState, Product, Understanding
from knowledge_base.sentences import sentences


class OwnWordsSkill:
    """Another skill's outcome, but where that has no answer, what the text of the product in view says of what is asked."""

    def __init__(self, finder: ProductFinder, otherwise: Skill) -> None:
        self._finder, self._otherwise = finder, otherwise

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """See the class."""
        found = self._otherwise.prepare(understanding, state, context)
        given_up = found.brief.handover is not None and found.brief.handover.reason == "repeated_failure"
        if not (found.brief.abstained or given_up):
            return found
        products = products_asked(self._finder, understanding, state, context)
        said = self._said(products[0], understanding) if len(products) == 1 else None
        if said is None:
            return found
        [product] = products
        brief = replace(
            brief_for("answer", understanding, context),
            evidence=self._finder.evidence((product,), understanding.language.code),
            products=(product,),
            lines=(Line.of("comes_with", title=product.title, said=said),),
        )
        return Outcome(brief, replace(state, skus=in_view((product.sku,), understanding, state), asks=(), failures=0), 1.0)

    def _said(self, product: Product, understanding: Understanding) -> str | None:
        language = understanding.language.code
        names = f"{product.title} {product.brand} {product.category} {self._finder.goods.kind_of(product.sku) or ''}"
        [record] = self._finder.evidence((product,), language)
        known = (product.description, product.title, product.sku, product.brand, product.category)
        facts = [unit.text for unit in units(record.text) if unit.pairs and unit.pairs[0][1] not in known]
        told = [*(one.rstrip("。. ") for one in sentences(product.description)), *facts]
        for pattern in telling(understanding.text, names, language):
            if (said := next((one for one in told if pattern.search(one)), None)) is not None:
                return said
        return None
