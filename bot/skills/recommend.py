"""Recommends products for what the customer said they need."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.generation.brief import Brief
from bot.policy.patterns import ASKS_PRICE, IF_ANY
from bot.shop.asked_attribute import asked_attributes
from bot.shop.finder import BELOW, ProductFinder, Selection
from bot.shop.kinds import as_written, kinds_of
from bot.shop.product_search import Wish
from bot.shop.profile.model import CustomerProfile
from bot.shop.profile.profiles import Profiles
from bot.shop.profile.using import expected_with, fitted
from bot.shop.ranking import (
    CHEAPEST,
    Leader,
    Ranking,
    asked_ranking,
    attribute_of,
    beyond,
    feature_of,
    in_order,
    leader,
    without_ranking,
)
from bot.skills.bundle import bundle_outcome
from bot.skills.currency import beside_other_money, foreign_money, in_other_money
from bot.skills.gifts import PRESENT, of_present, presents
from bot.skills.listed_goods import lacking, lists_goods
from bot.skills.need import looked_at, product_relevance, said_before, wanted_first, wish_of
from bot.skills.outcome import KnowledgeSearch, Outcome, TurnContext, brief_for
from bot.skills.suitability import easiest, unsuited
from bot.skills.uses import by_title, by_use, is_not_carried
from bot.skills.wishes import (
    names_a_need,
    names_a_thing,
    not_said_to_lack,
    purposes,
    relaxed_words,
    remembered,
    untold,
)
from bot.types import DialogueState, LanguageCode, Product, Understanding
from bot.understanding.lexicon import NO_KIND
from bot.understanding.refining import wants_others

_EVERY = 10_000
_NOTHING_BEYOND = "nothing_beyond"
_NO_OTHERS = "no_others"
_ASKS_IF = re.compile(
    r"\b(?:do|have) (?:you|u)\b(?! (?:recommend|suggest|think))|\bgot any\b|\b(?:is|are) there\b|有.{0,20}[吗么嘛]|有没有|有卖",
    re.I,
)


_USE_ZH = re.compile(r"(?:适合|用于|用来)([^，。？]{1,10})")


class RecommendSkill:
    """Up to ``limit`` products that fit need, budget and attributes, each with its reason; asks when nothing is known."""

    def __init__(
        self, finder: ProductFinder, search: KnowledgeSearch, profiles: Profiles | None = None, limit: int = 3
    ) -> None:
        self._finder, self._search, self._profiles, self._limit = finder, search, profiles, limit

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Recommends; or clarifies, once, where no need is known; or declines where the shop has nothing like it."""
        if not self._finder.catalogue.families():
            return _nothing(understanding, state, context, Wish())
        wish = wish_of(self._finder, understanding, state, context)
        said = said_before(understanding, state, context, wish)
        relevance = easiest(self._finder, understanding, product_relevance(self._finder, self._search, understanding, said))
        named = bool(wish.category or wish.constraints or relevance)
        if (unpriced := in_other_money(self._finder, understanding, state, context, wish, named)) is not None:
            return unpriced
        foreign = foreign_money(self._finder, understanding, wish)
        wish = replace(wish, budget=None, currency=None) if foreign else wish
        several = wish.budget or lists_goods(understanding)
        if several and (together := bundle_outcome(self._finder, understanding, state, context, wish, relevance)):
            return together
        wished = wish.category
        relevance, wish = by_title(self._finder, understanding, relevance, wish)
        relevance, wish, kind = by_use(self._finder, understanding, relevance, wish)
        if kind is None and is_not_carried(self._finder, understanding):
            return _nothing(understanding, replace(state, asks=("need",)), context, wish)
        giving = of_present(understanding, state, context.history)
        present = giving and wish.budget is not None
        ranking = wanted_first(understanding) or (CHEAPEST if foreign else None)
        known = wish.category or wish.constraints or wish.budget or relevance or present
        if ranking and not (known or state.skus) and names_a_need(without_ranking(understanding.question)):
            return _nothing(understanding, replace(state, asks=("need",)), context, wish)
        told_nothing = not (ranking or known)
        if told_nothing and IF_ANY.fullmatch(understanding.text[:200]) and names_a_thing(understanding.text):
            return _nothing(understanding, replace(state, asks=("need",)), context, wish)
        if told_nothing and "need" not in state.asks and not self._finder.expected(context.customer, ()):
            return _ask(understanding, state, context, wish, giving)
        profile = self._profiles.usable(context.customer) if self._profiles else None
        told = fitted(wish, profile, self._finder.goods.same_need) if profile else wish
        selection = self._select(understanding, state, context, told, relevance, ranking, profile)
        others = wants_others(understanding.text)
        unmet = selection.relaxed or not (relevance and selection.products)
        if present and not (ranking or wish.category) and (unmet or others):
            unfit = unsuited(self._finder, self._finder.catalogue.families().keys(), understanding, giving, state.skus)
            seen = state.skus if others else ()
            selection = presents(self._finder, told, understanding.language.code, {*unfit, *seen}, self._limit)
        if not selection.products:
            return _nothing(understanding, state, context, wish)
        brief = self._shown(understanding, state, context, told, selection, ranking)
        brief = beside_other_money(brief, foreign) if foreign else brief
        brief = replace(brief, note=PRESENT) if present and not (brief.note or wish.category or relevance) else brief
        kept, asks = replace(wish, category=kind or wished), brief.asks if foreign else ()
        return Outcome(brief, remembered(state, kept, tuple(product.sku for product in selection.products), asks))

    def _select(
        self,
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
        wish: Wish,
        relevance: dict[str, float],
        ranking: Ranking | None,
        profile: CustomerProfile | None,
    ) -> Selection:
        language = understanding.language.code
        pool = self._finder.goods.members(wish.category) or relevance or self._finder.catalogue.families().keys()
        unfit = unsuited(self._finder, pool, understanding, shown=state.skus, ranked=ranking is not None)
        seen = state.skus if wants_others(understanding.text) else ()
        if not (ranking or wish.category or wish.constraints or relevance):
            unfit |= self._finder.bought(context.customer)
        if ranking is None:
            inside = self._finder.catalogue.get_many(sorted(self._finder.goods.members(wish.category)), language)
            unfit |= not_said_to_lack(understanding.question, inside)
            wish = replace(wish, constraints=(*wish.constraints, *purposes(understanding.question, inside)))
            expected = self._finder.expected(context.customer, looked_at(understanding, context))
            if profile is not None:
                expected = expected_with(profile, expected, self._finder.catalogue.families())
            found = self._finder.find(wish, relevance, language, self._limit, without={*seen, *unfit}, expected=expected)
            if seen and {"budget", "stock"} & set(found.relaxed):
                return Selection(self._finder.catalogue.get_many(seen, language), (_NO_OTHERS,))
            return found
        found = self._for_its_use(understanding, wish, relevance, {*seen, *unfit})
        opinions = self._finder.opinions()
        attribute = attribute_of(ranking, found.products, opinions)
        if attribute is None:
            told = replace(wish, constraints=(*wish.constraints, *filter(None, [feature_of(ranking)])))
            return self._finder.find(told, relevance, language, self._limit, without=seen)
        ordered = in_order(found.products, ranking, attribute, opinions)
        if ranking.beyond and state.skus:
            last_told = state.skus[:1] if state.last_action == "answer" else state.skus
            shown = self._finder.catalogue.get_many(last_told, language)
            further = beyond(found.products, shown, ranking, attribute, opinions)
            if not further and (understanding.rewritten or not understanding.entities.categories):
                further = self._further(shown, wish, language, ranking, attribute, {*seen, *unfit})
            return Selection(further[: self._limit], found.relaxed) if further else Selection(ordered[:1], (_NOTHING_BEYOND,))
        return Selection(ordered[: self._limit], found.relaxed)

    def _for_its_use(
        self, understanding: Understanding, wish: Wish, relevance: dict[str, float], without: Collection[str]
    ) -> Selection:
        """All that is wished for; of these, what tells of its use, where some do: the cheapest rug for a clipped horse."""
        language = understanding.language.code
        inside = self._finder.catalogue.get_many(sorted(self._finder.goods.members(wish.category)), language)
        named = _USE_ZH.search(understanding.question) if language == "zh" else None
        asked = understanding.question if language == "en" else named[1] if named else ""
        use = tuple(replace(one, soft=False) for one in purposes(asked, inside))
        if use:
            fitting = self._finder.find(
                replace(wish, constraints=(*wish.constraints, *use)), relevance, language, _EVERY, without=without
            )
            if fitting.products and not fitting.relaxed:
                return fitting
        return self._finder.find(wish, relevance, language, _EVERY, without=without)

    def _further(
        self,
        shown: Sequence[Product],
        wish: Wish,
        language: LanguageCode,
        ranking: Ranking,
        attribute: str,
        without: Collection[str],
    ) -> tuple[Product, ...]:
        """What goes further than those ``shown`` among all that are of a wider kind, the narrowest first; empty for none."""
        kinds = sorted(kinds_of(shown[0]) - NO_KIND if shown else (), key=lambda kind: (-len(kind), kind))
        for kind in map(as_written, kinds):
            wider = (
                self._finder.find(replace(wish, category=kind), {}, language, _EVERY, without=without)
                if len(kind) > 1
                else None
            )
            further = (
                beyond(wider.products, shown, ranking, attribute, self._finder.opinions())
                if wider and not wider.relaxed
                else ()
            )
            if further:
                return further
        return ()

    def _shown(
        self,
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
        wish: Wish,
        selection: Selection,
        ranking: Ranking | None,
    ) -> Brief:
        language, products, relaxed = understanding.language.code, selection.products, selection.relaxed
        lost = lacking(self._finder, understanding)
        unmet = untold(understanding, wish, products, self._finder.goods.known)
        relaxed = relaxed or tuple(word for word in unmet if not any(word in name for name in lost))
        nothing_beyond = relaxed == (_NOTHING_BEYOND,)
        as_asked = relaxed in ((_NOTHING_BEYOND,), (_NO_OTHERS,), (BELOW,))
        first = leader(products, ranking, self._finder.opinions(), language) if ranking else None
        if ranking and not nothing_beyond and (len(products) == 1 or (ranking.beyond and state.skus)):
            first = None
        elif "budget" in relaxed and first is None and _all_above(products, wish):
            first = self._cheapest(products, language)
        note, asked = _note(understanding, products, relaxed), asked_attributes(understanding.question)
        return replace(
            brief_for("recommend", understanding, context, ("product",) if note == "which" else (), note),
            evidence=self._finder.evidence(products, language),
            products=products,
            reasons=self._finder.reasons(products, wish, language, looked_at(understanding, context), asked),
            relaxed=() if as_asked else relaxed_words(relaxed, language),
            leader=first,
            change=selection.change if first is None else None,
            lacking=lost,
        )

    def _cheapest(self, products: Sequence[Product], language: LanguageCode) -> Leader | None:
        return leader(products, CHEAPEST, self._finder.opinions(), language)


def _note(understanding: Understanding, products: Sequence[Product], relaxed: tuple[str, ...]) -> str | None:
    if relaxed:
        return (
            relaxed[0]
            if relaxed[0] in (_NOTHING_BEYOND, _NO_OTHERS, BELOW)
            else "sold_out_only"
            if relaxed == ("stock",)
            else "relaxed"
        )
    said = understanding.entities
    if (
        ASKS_PRICE.search(understanding.text[:300])
        and len(products) > 1
        and not (said.budget or asked_ranking(understanding.text))
    ):
        return "which"
    return "have" if _ASKS_IF.search(understanding.text[:200]) else None


def _all_above(products: Sequence[Product], wish: Wish) -> bool:
    most = wish.budget[1] if wish.budget else None
    return most is not None and all(product.price is not None and product.price > most for product in products)


def _ask(understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish, giving: bool = False) -> Outcome:
    asks = ("need", "budget")
    return Outcome(
        brief_for("clarify", understanding, context, asks, PRESENT if giving else None), remembered(state, wish, (), asks)
    )


def _nothing(understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish) -> Outcome:
    """Asks for other wishes the first time, then admits that the shop has nothing like it."""
    could_ask = bool(wish.constraints or wish.budget or wish.category) and "need" not in state.asks
    asks = ("need",) if could_ask else ()
    brief = brief_for("clarify" if asks else "decline", understanding, context, asks, "not_found", abstained=True)
    return Outcome(brief, remembered(state, wish, (), asks))
