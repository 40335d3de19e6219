"""A short question for an attribute after several products were shown: told of each of them, "how heavy", 多重."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.generation.alignment import content_words
from bot.shop.asked_attribute import beside_attribute, tells
from bot.shop.attributes import split_name
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish
from bot.shop.variants import VARYING, line_of
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, Product, Understanding

_POINTS = re.compile(
    r"\b(?:it|its|this|that|(?:the |that )?\w+ one|first|second|third|(?:the|that) last)\b|它|[这那第]", re.IGNORECASE
)
MOST_WORDS, FEWEST, MOST = 2, 2, 4
"""Content words of the question beside those that name the attribute; products whose records tell, and products in view."""


class EachInViewSkill:
    """Another skill's outcome, but where a fact is asked of none of the products just shown in particular."""

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class."""
        products = self._in_view(understanding, state)
        asked = [name for one in products for name in _asked(one, understanding.text)]
        if not asked or sum(bool(_asked(one, understanding.text)) for one in products) < FEWEST:
            return otherwise.prepare(understanding, state, context)
        language = understanding.language.code
        brief = replace(
            brief_for("recommend", understanding, context),
            evidence=self._finder.evidence(products, language),
            products=tuple(products),
            reasons=self._finder.reasons(products, Wish(), language, asked=tuple(dict.fromkeys(asked))),
            note="each",
        )
        alone = replace(understanding, question=understanding.text)  # the next one is asked of all of them, too
        return Outcome(brief, replace(state, asks=(), failures=0), goes_on=alone)

    def _in_view(self, understanding: Understanding, state: DialogueState) -> Sequence[Product]:
        """The products of several lines that were just shown, where the question names and points at none of them."""
        text, before = understanding.text.lower(), (state.last_question or "").lower()
        if state.last_action not in ("recommend", "guide") or len(content_words(beside_attribute(text))) > MOST_WORDS:
            return ()
        if understanding.entities.skus and not (
            understanding.rewritten and set(understanding.entities.skus) <= set(state.skus)
        ):
            return ()
        shown = self._finder.catalogue.get_many(state.skus[:MOST], understanding.language.code)
        several = len({line_of(one) for one in shown}) >= FEWEST
        named = any(one.title.lower() in said for one in shown for said in (text, before))
        return shown if several and not (named or _POINTS.search(text)) else ()


def _asked(product: Product, question: str) -> list[str]:
    """The attributes of a product that a question asks for, beside the colour and size that tell variants apart."""
    told = (label for label, value in product.attributes.items() if tells(label, value, question, product.title))
    return [split_name(label)[0] for label in told if split_name(label)[0] not in VARYING]
