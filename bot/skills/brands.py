"""Two brands beside each other: one product of each of the kind that is named, else what each of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.generation.brief import Line
from bot.generation.phrases import listed
from bot.shop.catalogue import in_language
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish, satisfies
from bot.shop.wording import format_price
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.types import KIND, Constraint, DialogueState, LanguageCode, Product, Understanding

_KINDS = 4
BRAND = "brand"


class BrandComparison:
    """Says what two brands have, and finds one product of each that can stand side by side."""

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def one_of_each(self, understanding: Understanding) -> tuple[str, ...]:
        """The SKU of the best product of each brand that is named, of the kind that is named; empty where one has none."""
        kind = next((one for one in understanding.entities.categories if self._finder.goods.known(one)), None)
        if kind is None:
            return ()
        found = []
        for brand in understanding.entities.brands:
            wish = Wish(category=kind, constraints=(_made_by(brand),))
            best = self._finder.find(wish, {}, understanding.language.code, 1)
            found += [one.sku for one in best.products if satisfies((one,), _made_by(brand))]
        return tuple(found) if len(found) == len(understanding.entities.brands) else ()

    def told(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """The kinds and prices of each brand, and, where they have kinds in common, the question which of these is meant."""
        language = understanding.language.code
        ranges = {brand: self._of(brand, language) for brand in understanding.entities.brands}
        ends = {brand: (goods[0], goods[-1]) if len(goods) > 1 else goods[:1] for brand, goods in ranges.items()}
        evidence = {brand: self._finder.evidence(told, language) for brand, told in ends.items()}
        lines = [
            replace(_range(brand, goods, language), sources=tuple(item.id for item in evidence[brand]))
            for brand, goods in ranges.items()
            if goods
        ]
        kinds = [_kinds(goods) for goods in ranges.values()]
        common = [kind for kind in kinds[0] if all(kind in others for others in kinds[1:])]
        if common:
            shown = listed(common[:_KINDS], language, "或" if language == "zh" else "or")
            lines.append(Line.of("brands_ask", kinds=shown if language == "zh" else shown.lower()))
        brief = replace(
            brief_for("clarify" if common else "answer", understanding, context, (KIND,) if common else ()),
            evidence=tuple(item for items in evidence.values() for item in items),
            lines=tuple(lines),
        )
        return Outcome(brief, replace(state, asks=brief.asks, failures=0))

    def _of(self, brand: str, language: LanguageCode) -> list[Product]:
        """The goods of a brand that have a price, cheapest first."""
        families, wish = self._finder.catalogue.families(), _made_by(brand)
        goods = (in_language(family, language) for family in families.values() if satisfies(family, wish))
        return sorted((one for one in goods if one.price is not None), key=lambda one: one.price or 0.0)


def _made_by(brand: str) -> Constraint:
    return Constraint(BRAND, "=", brand, text=brand)


def _kinds(goods: Sequence[Product]) -> list[str]:
    """The categories of goods, that with the most first."""
    return [name for name, _ in Counter(one.category for one in goods if one.category).most_common()]


def _range(brand: str, goods: Sequence[Product], language: LanguageCode) -> Line:
    kinds = _kinds(goods)[:_KINDS]
    low, high = (format_price(one.price or 0.0, one.currency, language) for one in (goods[0], goods[-1]))
    return Line.of(
        "brand_range",
        brand=brand,
        kinds=listed(kinds if language == "zh" else map(str.lower, kinds), language),
        low=low,
        high=high,
    )
