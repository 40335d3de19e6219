"""Answers whether a product comes in the colour or size that a customer names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.policy.patterns import ABOUT_IT
from bot.shop.attributes import find_value, split_name
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish, named, satisfies
from bot.shop.size_range import is_range
from bot.shop.variants import VARYING, line_of
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.text.terms import terms
from bot.types import Constraint, DialogueState, Product, Understanding

_ALTERNATIVES = 3


class VariantAnswers:
    """The product in the colour or size asked for; or, where there is none such, what its line has."""

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def alone(self, product: Product, understanding: Understanding) -> bool:
        """Whether a colour or size is asked for, beside nothing but what the product's name says of it ("the 3 L one")."""
        wished = understanding.entities.constraints
        varying = [one for one in wished if self._varies(product, one.attribute) and not one.negated]
        others = [one for one in wished if one not in varying]
        about_it = ABOUT_IT.search(understanding.text[:200])
        return bool(varying) and all(self._has(product.sku, one) for one in others) and not about_it

    def named_alone(self, products: Sequence[Product], understanding: Understanding) -> bool:
        """Whether a message is the name of one thing and its size or colour, and nothing else: "winter breeches size 36?"."""
        if not (products and self.alone(products[0], understanding)) or len({line_of(one) for one in products}) > 1:
            return False
        rest = understanding.question.lower()
        for one in understanding.entities.constraints:
            rest = rest.replace(one.text.lower(), " ")
        names = " ".join((products[0].title, products[0].brand, *understanding.entities.categories))
        return frozenset(terms(rest)) <= frozenset(terms(names))

    def told(
        self, products: Sequence[Product], understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        """See the class. That a range of sizes holds one tells of no stock of it: "it comes in UK 8" is all that is said."""
        language, wished = understanding.language.code, understanding.entities.constraints
        having = [one.sku for one in products if all(self._has(one.sku, wish) for wish in wished)]
        has_it, first = bool(having), products[0].sku
        line = (first, *(other.sku for other in self._finder.goods.variants(first)))
        shown = self._finder.catalogue.get_many((having or line)[: _ALTERNATIVES + 1], language)
        lacking = [named(one) for one in wished if not any(self._has(sku, one) for sku in line)]
        in_range = [named(one) for one in wished if has_it and all(_by_range(product, one) for product in shown)]
        asked = tuple(dict.fromkeys(split_name(one.attribute)[0] for one in wished))
        brief = replace(
            brief_for("recommend", understanding, context),
            evidence=self._finder.evidence(shown, language),
            products=shown,
            reasons=self._finder.reasons(shown, Wish(constraints=wished), language, asked=asked),
            note="comes_in" if in_range else "have" if has_it else "variant_none",
            relaxed=tuple(in_range) if has_it else tuple(lacking or map(named, wished)),
        )
        return Outcome(brief, replace(state, skus=tuple(one.sku for one in shown), asks=(), failures=0))

    def _varies(self, product: Product, attribute: str) -> bool:
        """Whether the products of a line may differ in an attribute: in colour and size, or in what these differ in."""
        if split_name(attribute)[0] in VARYING:
            return True
        line = (product, *self._finder.goods.variants(product.sku))
        return len({find_value(one.attributes, attribute) for one in line}) > 1

    def _has(self, sku: str, wish: Constraint) -> bool:
        return satisfies(self._finder.catalogue.families().get(sku, ()), wish)


def _by_range(product: Product, wish: Constraint) -> bool:
    return split_name(wish.attribute)[0] == "size" and is_range(find_value(product.attributes, "size") or "")
