"""What can be bought in place of a product that is sold out."""

from __future__ import annotations

from dataclasses import replace

from bot.shop.catalogue import in_language
from bot.shop.finder import ProductFinder
from bot.shop.graph import ProductGraph
from bot.shop.kinds import kinds_of
from bot.shop.product_search import Wish
from bot.shop.variants import line_of
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, LanguageCode, Product, Understanding

_MOST = 3


class StandIns:
    """Variants of a product, the alternatives that the shop names, then its kind at the nearest price."""

    def __init__(self, finder: ProductFinder, graph: ProductGraph | None = None) -> None:
        self._finder, self._graph = finder, graph

    def of(self, product: Product, language: LanguageCode) -> tuple[Product, ...]:
        """At most three that are in stock."""
        families = self._finder.catalogue.families()
        variants = [other.sku for other in self._finder.goods.variants(product.sku)]
        told = {kind for row in families.get(product.sku, (product,)) for kind in kinds_of(row)}
        kinds = sorted((kind for kind in told if len(kind) > 1), key=lambda kind: (-len(kind), kind))  # 机 ends 耳机 too
        alike = [sku for kind in kinds for sku in self._nearest(product, kind.replace(" ", "") if not kind.isascii() else kind)]
        named = self._graph.related(product.sku, "alternative") if self._graph else ()
        others = [sku for sku in dict.fromkeys((*variants, *named, *alike)) if sku != product.sku and sku in families]
        skus = [sku for sku in others if families[sku][0].stock != 0]
        return tuple(in_language(families[sku], language) for sku in skus[:_MOST])

    def told(
        self,
        product: Product,
        others: tuple[Product, ...],
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
    ) -> Outcome:
        """That ``product`` is sold out, and what there is instead."""
        language = understanding.language.code
        brief = replace(
            brief_for("recommend", understanding, context),
            evidence=self._finder.evidence((product, *others), language),
            products=others,
            reasons=self._finder.reasons(others, Wish(), language),
            note="sold_out",
        )
        return Outcome(brief, replace(state, skus=tuple(other.sku for other in others), asks=(), failures=0))

    def _nearest(self, product: Product, kind: str) -> list[str]:
        families = self._finder.catalogue.families()
        members = self._finder.goods.members(kind) & families.keys()
        away = {sku: abs((families[sku][0].price or 0.0) - (product.price or 0.0)) for sku in members}
        return sorted(away, key=lambda sku: (away[sku], sku))


class SoldOutSkill:
    """Tells whoever wants one certain product that it is sold out, and shows others; the rest goes to ``otherwise``."""

    def __init__(self, finder: ProductFinder, graph: ProductGraph) -> None:
        self._finder, self._stand_ins = finder, StandIns(finder, graph)

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class."""
        language = understanding.language.code
        named = self._finder.catalogue.get_many(understanding.entities.skus, language)
        gone = bool(named) and all(product.stock == 0 for product in named) and len({line_of(one) for one in named}) == 1
        if not gone:
            return otherwise.prepare(understanding, state, context)
        return self._stand_ins.told(named[0], self._stand_ins.of(named[0], language), understanding, state, context)
