"""Answers whether a product measures what a customer names: "does the stand hold 25 kg", "is the torch under 100 g"."""

from __future__ import annotations

from dataclasses import replace

from bot.policy.patterns import ABOUT_IT
from bot.shop.attributes import split_name
from bot.shop.finder import ProductFinder
from bot.shop.product_facts import facts_of
from bot.shop.product_search import satisfies
from bot.shop.recommender import fact_words
from bot.shop.units import quantities, quantity
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.text.question_type import question_parts
from bot.types import Constraint, DialogueState, Product, Understanding


class MeasureAnswers:
    """Yes or no by the figure that the catalogue has, which is told with it."""

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def told(
        self, product: Product, understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome | None:
        """See the class; None where no bound is named, where more is asked than that, or where the catalogue has no figure."""
        bounds = [one for one in understanding.entities.constraints if one.unit and one.relation != "=" and not one.negated]
        if len(bounds) != 1 or len(question_parts(understanding.text)) > 1 or ABOUT_IT.search(understanding.text[:200]):
            return None
        fact = _fact(product, bounds[0])
        if fact is None:
            return None
        language = understanding.language.code
        family = self._finder.catalogue.families().get(product.sku, (product,))
        brief = replace(
            brief_for("recommend", understanding, context),
            action="answer",
            evidence=self._finder.evidence((product,), language),
            products=(product,),
            note="measures" if satisfies(family, bounds[0]) else "measures_not",
            change=f"{product.title}{'，' if language == 'zh' else ' – '}{fact_words(*fact, language)}",
        )
        return Outcome(brief, replace(state, skus=(product.sku,), asks=(), failures=0))


def _fact(product: Product, bound: Constraint) -> tuple[str, str] | None:
    """The attribute that a bound is about with its value: the one of its name, else the only one of its dimension."""
    values, name = facts_of(product).values, split_name(bound.attribute)[0]
    if name in values:
        return name, values[name]
    dimension = quantity(1, bound.unit).dimension
    measured = [pair for pair in values.items() if any(one.dimension == dimension for one in quantities(pair[1]))]
    return measured[0] if len(measured) == 1 else None
