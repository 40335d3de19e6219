"""Compares two to four products that the customer names or was just shown."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bot.generation.brief import Line
from bot.shop.attributes import split_name
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish
from bot.shop.ranking import asked_ranking, leader
from bot.shop.variants import line_of
from bot.skills.brands import BrandComparison
from bot.skills.outcome import Outcome, TurnContext, brief_for
from bot.types import DialogueState, Product, Understanding
from bot.understanding.ordinals import by_place

_MOST = 4
_ANY = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
_BESIDE = re.compile(r"\b(?:with|to|than|vs|versus|against)\b|[和跟与]|比(?!较)", re.IGNORECASE)


class CompareSkill:
    """A table of what differs, with every product's facts as evidence."""

    def __init__(self, finder: ProductFinder) -> None:
        self._finder, self._brands = finder, BrandComparison(finder)

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Compares, or clarifies which products are meant."""
        language = understanding.language.code
        of_brands = len(understanding.entities.brands) > 1 and len(understanding.entities.skus) < 2
        each = self._brands.one_of_each(understanding) if of_brands else ()
        if of_brands and not each:
            return self._brands.told(understanding, state, context)
        wanted = each or self._of_kinds(understanding, state, context) or meant_skus(understanding, state, context)
        products = self._finder.catalogue.get_many(wanted, language)
        if set(wanted) <= set(understanding.entities.skus) - set(state.skus):
            products = _one_of_each_line(products)
        products = products[:_MOST]
        clear = len(products) >= 2
        ranking = asked_ranking(understanding.text) if clear else None
        opinions = self._finder.opinions()
        first = leader(products, ranking, opinions, language) if ranking else None
        brief = replace(
            brief_for("compare" if clear else "clarify", understanding, context, asks=() if clear else ("product",)),
            evidence=self._finder.evidence(products, language) if clear else (),
            products=products if clear else (),
            reasons=self._finder.advantages(products, language) if clear else (),
            table=self._finder.table(products, language, wanted_of(understanding, state)) if clear else None,
            lines=() if clear or not products else (Line.of("compare_with", title=products[0].title),),
            leader=first,
        )
        skus = tuple(product.sku for product in products) or state.skus
        leads = first.titles[0] if first and len(first.titles) == 1 else None
        about = replace(understanding, question=leads) if leads else None  # what "it" is from then on
        kinds = [kind for kind in understanding.entities.categories if self._finder.goods.known(kind)]
        category = kinds[0] if len(kinds) == 1 else state.category
        return Outcome(brief, replace(state, skus=skus, asks=brief.asks, category=category), goes_on=about)

    def _of_kinds(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[str, ...]:
        """One product of each kind that is named; of a single kind, what is in view of it, or some of all there is.

        A single kind may be told beside what is in view: "and compared with a teapot?". None where products are named.
        """
        said, text = understanding.entities, understanding.text[:500]
        kinds = [kind for kind in said.categories if self._finder.goods.known(kind)]
        if not kinds or len(said.skus) > 1 or len(by_place(text, state.skus)) > 1:
            return ()
        known = (*said.skus, *state.skus, *filter(None, [context.page_sku]))
        first = self._finder.goods.members(kinds[0])
        alone = all(self._finder.goods.same_need(kinds[0], kind) for kind in kinds)
        other = (
            next((sku for sku in known if sku not in first), None) if _BESIDE.search(text) and not _ANY.search(text) else None
        )
        if alone and other is None:
            shown = tuple(sku for sku in known if sku in first)
            return shown if len(shown) > 1 else self._whole_kind(kinds[0], understanding)
        members = [self._finder.goods.members(kind) for kind in kinds]
        one_each = [
            next((sku for sku in known if sku in inside), None) or self._best(inside, understanding) for inside in members
        ]
        return tuple(dict.fromkeys(sku for sku in (other if alone else None, *one_each) if sku))

    def _best(self, skus: Collection[str], understanding: Understanding) -> str | None:
        relevance = dict.fromkeys(skus, 1.0)
        found = self._finder.find(Wish(), relevance, understanding.language.code, 1).products
        return found[0].sku if found else None

    def _whole_kind(self, kind: str, understanding: Understanding) -> tuple[str, ...]:
        """One product of each line of a kind, or, where these are too many to stand side by side, some over the price range.

        Of a kind of one line, its sizes.
        """
        families, members = self._finder.catalogue.families(), sorted(self._finder.goods.members(kind))
        lines = {line_of(families[sku][0]): sku for sku in reversed(members)}
        if len(lines) == 1:
            return tuple(members[:_MOST])
        if len(lines) <= _MOST:
            return tuple(sorted(lines.values()))
        found = self._finder.find(Wish(category=kind), {}, understanding.language.code, _MOST, spread=True)
        return tuple(product.sku for product in found.products)


def _one_of_each_line(products: tuple[Product, ...]) -> tuple[Product, ...]:
    """The first of each line, those in stock before the others; all of them where they are one line in several colours."""
    lines = {line_of(product): product for product in sorted(products, key=lambda one: one.stock == 0)[::-1]}
    return tuple(product for product in products if product in lines.values()) if len(lines) > 1 else products


def wanted_of(understanding: Understanding, state: DialogueState) -> tuple[str, ...]:
    """The attributes that the customer asked for, now or before."""
    said = (*understanding.entities.constraints, *state.constraints)
    return tuple(dict.fromkeys(split_name(one.attribute)[0] for one in said if not one.negated))


def meant_skus(understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[str, ...]:
    """The SKUs to compare: those named, else places in what was last shown, else all of that; one alone meets the page's."""
    named = tuple(dict.fromkeys(understanding.entities.skus))
    placed = by_place(understanding.text[:500], state.skus)
    if len(placed) >= 2 and set(named) <= set(state.skus):
        return placed
    if len(named) >= 2:
        every = set(named) < set(state.skus) and understanding.rewritten and _ANY.search(understanding.text)
        return state.skus if every else named
    if understanding.rewritten and set(named) <= set(state.skus) and _ANY.search(understanding.text) and len(state.skus) > 1:
        return state.skus  # "which is the cheapest" was read as the one of them that is
    together = tuple(dict.fromkeys((*named, *placed)))
    if len(together) >= 2:
        return together
    if not named:
        return state.skus if len(state.skus) >= 2 else (*state.skus, *filter(None, [context.page_sku]))
    other = context.page_sku or next((sku for sku in state.skus if sku not in named), None)
    return (other, *named) if other else named
