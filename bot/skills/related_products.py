"""Questions about what goes with what: whether one thing fits another, and the accessories of a product."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.shop.finder import ProductFinder
from bot.shop.graph import ProductGraph
from bot.shop.product_search import Wish
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, Product, Understanding

_FITS = re.compile(
    r"\b(?:fits?|compatible|works? (?:with|on|in)|go(?:es)? (?:with|on|in)|suitable for)\b"
    r"|\buse (?:it|this|that|them)? ?(?:with|on|in)\b"
    r"|适用|适配|兼容|匹配|通用|(?:能|可以|可不可以|能不能|得)(?:用|装|放|套|夹|挂|安)(?:在|到|进|得?[上进])|能不能用|能配|可以配"
    r"|(?:装|用|配|放|套)得[上进]",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"适合|\b(?:suits?|right for|made for|meant for)\b", re.IGNORECASE)
"""Words for fitting where two products are named; of one they say whom it is for."""
_ACCESSORIES = re.compile(
    r"\b(?:accessor\w+|spare parts?|add-?ons?|what (?:else )?goes (?:well )?with|to go with)\b|配件|搭配什么|配什么|配套|周边",
    re.IGNORECASE,
)
_MOST = 4


class RelatedProductsSkill:
    """Answers from the product graph where it tells; every other question goes to ``otherwise``."""

    def __init__(self, graph: ProductGraph, finder: ProductFinder) -> None:
        self._graph, self._finder = graph, finder

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class."""
        text = understanding.question[:300]
        products = self._meant(understanding, state, context)
        if products and _ACCESSORIES.search(text) and (found := self._accessories(products[0], understanding, state, context)):
            return found
        fits = _FITS.search(text) or (len(products) > 1 and _OF_TWO.search(text))
        if products and fits and (told := self._fit(products, text, understanding, state, context)):
            return told
        return otherwise.prepare(understanding, state, context)

    def _meant(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[Product, ...]:
        """The products named, by title or as the only one of its kind, then the one of the page or the only one shown."""
        about = (context.page_sku,) if context.page_sku else state.skus if len(state.skus) == 1 else ()
        kinds = filter(None, map(self._only_one, understanding.entities.categories))
        skus = self._finder.goods.one_of_each_line((*understanding.entities.skus, *kinds, *about))
        return self._finder.catalogue.get_many(skus, understanding.language.code)[:2]

    def _only_one(self, kind: str) -> str | None:
        members = sorted(self._finder.goods.members(kind))
        return members[0] if members and len(self._finder.goods.one_of_each_line(members)) == 1 else None

    def _fit(
        self, products: tuple[Product, ...], text: str, understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome | None:
        other = products[1] if len(products) > 1 else None
        found = self._graph.fit(products[0], other, text)
        if found is None:
            return None
        brief = replace(
            brief_for("recommend", understanding, context),
            action="answer",
            evidence=self._finder.evidence((found.told_by,), understanding.language.code),
            products=products,
            note="fits" if found.fits else "fit_unlisted",
            change=found.listed,
        )
        return Outcome(brief, replace(state, skus=tuple(one.sku for one in products), asks=(), failures=0))

    def _accessories(
        self, product: Product, understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome | None:
        language = understanding.language.code
        own = self._graph.related(product.sku, "accessory")
        beside = self._graph.related(product.sku, "bought_together") or self._wanted_beside(product)
        found = self._finder.catalogue.get_many((*own, *beside), language)
        shown = tuple(one for one in found if one.stock != 0)[:_MOST]
        if not shown:
            return None
        belongs = f"“{product.title}”的配件" if language == "zh" else f"an accessory of the {product.title}"
        told = self._finder.reasons(shown, Wish(), language, (product.sku,))
        joint = "；" if language == "zh" else "; "
        reasons = tuple(f"{belongs}{joint}{why}" if one.sku in own else why for one, why in zip(shown, told, strict=True))
        evidence = self._finder.evidence((*shown, product), language)
        brief = replace(brief_for("recommend", understanding, context), evidence=evidence, products=shown, reasons=reasons)
        return Outcome(brief, replace(state, skus=tuple(one.sku for one in shown), asks=(), failures=0))

    def _wanted_beside(self, product: Product) -> tuple[str, ...]:
        """What customers who wanted the product are likely to want next, of other kinds than its own."""
        expected = self._finder.expected(None, (product.sku,))
        goods = self._finder.goods
        same = goods.members(goods.kind_of(product.sku)) | goods.members(product.category) | {product.sku}
        taken: list[str] = []
        for sku in sorted((sku for sku in expected if sku not in same), key=lambda sku: (-expected[sku], sku)):
            if len(taken) < _MOST and not any(variant.sku in taken for variant in self._finder.goods.variants(sku)):
                taken.append(sku)
        return tuple(taken)
