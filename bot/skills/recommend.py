"""Recommends products for what the customer said they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.generation.brief import Brief, Leader
from bot.shop.finder import ProductFinder, Selection
from bot.shop.product_search import Wish
from bot.shop.ranking import Ranking, asked_ranking, attribute_of, beyond, in_order, leader
from bot.skills.outcome import KnowledgeSearch, Outcome, TurnContext
from bot.skills.wishes import (
    beside_giving, is_gift, merged_wish, names_a_need, relaxed_words, remembered, title_wishes, wants_others,
)  # fmt: skip
from bot.types import DialogueState, LanguageCode, Product, Understanding
from knowledge_base.types import SectionKind

_HITS = 40
_EVERY = 10_000
_NOTHING_BEYOND = "nothing_beyond"
_ASKING = frozenset({"stock", "product_question"})
_PRODUCTS: tuple[SectionKind, ...] = ("product",)


class RecommendSkill:
    """Up to ``limit`` products that fit need, budget and attributes, each with its reason; asks when nothing is known."""

    def __init__(self, finder: ProductFinder, search: KnowledgeSearch, limit: int = 3) -> None:
        self._finder = finder
        self._search = search
        self._limit = limit

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Recommends; or clarifies, once, where no need is known; or declines where the shop has nothing like it."""
        if not self._finder.catalogue.families():
            return _nothing(understanding, state, context, Wish())
        wish = wish_of(self._finder, understanding, state, context)
        if is_not_carried(self._finder, understanding):
            return _nothing(understanding, replace(state, asks=("need",)), context, wish)
        relevance = product_relevance(self._finder, self._search, understanding)
        present = is_gift(understanding.text) and wish.budget is not None
        if not (wish.category or wish.constraints or wish.budget or relevance or "need" in state.asks or present):
            return _ask(understanding, state, context, wish)
        ranking = asked_ranking(understanding.text)
        selection = self._select(understanding, state, wish, relevance, ranking)
        if not selection.products:
            return _nothing(understanding, state, context, wish)
        return self._shown(understanding, state, context, wish, selection, ranking)

    def _select(
        self,
        understanding: Understanding,
        state: DialogueState,
        wish: Wish,
        relevance: dict[str, float],
        ranking: Ranking | None,
    ) -> Selection:
        language = understanding.language.code
        seen = state.skus if wants_others(understanding.text) else ()
        if ranking is None:
            return self._finder.find(wish, relevance, language, self._limit, without=seen)
        found = self._finder.find(wish, relevance, language, _EVERY, without=seen)
        opinions = self._finder.opinions()
        attribute = attribute_of(ranking, found.products, opinions)
        if attribute is None:
            return Selection(found.products[: self._limit], found.relaxed)
        ordered = in_order(found.products, ranking, attribute, opinions)
        if ranking.beyond and state.skus:
            shown = self._finder.catalogue.get_many(state.skus, language)
            further = beyond(found.products, shown, ranking, attribute, opinions)
            return Selection(further[: self._limit], found.relaxed) if further else Selection(ordered[:1], (_NOTHING_BEYOND,))
        return Selection(ordered[: self._limit], found.relaxed)

    def _shown(
        self,
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
        wish: Wish,
        selection: Selection,
        ranking: Ranking | None,
    ) -> Outcome:
        language, products, relaxed = understanding.language.code, selection.products, selection.relaxed
        nothing_beyond = relaxed == (_NOTHING_BEYOND,)
        first = leader(products, ranking, self._finder.opinions(), language) if ranking else None
        if ranking and len(products) == 1 and not nothing_beyond:
            first = None
        elif "budget" in relaxed and first is None:
            first = self._cheapest(products, language)
        note = _note(understanding, products, relaxed)
        brief = Brief(
            action="recommend",
            question=understanding.question,
            language=language,
            understanding=understanding,
            shop=context.shop,
            history=context.history,
            evidence=self._finder.evidence(products, language),
            products=products,
            reasons=self._finder.reasons(products, wish, language),
            note=note,
            asks=("product",) if note == "which" else (),
            relaxed=() if nothing_beyond else relaxed_words(relaxed, language),
            leader=first,
        )
        return Outcome(brief, remembered(state, wish, tuple(product.sku for product in products)))

    def _cheapest(self, products: Sequence[Product], language: LanguageCode) -> Leader | None:
        return leader(products, Ranking("cheapest", ("price",), most=False), self._finder.opinions(), language)


def _note(understanding: Understanding, products: Sequence[Product], relaxed: tuple[str, ...]) -> str | None:
    if relaxed:
        return _NOTHING_BEYOND if relaxed == (_NOTHING_BEYOND,) else "sold_out_only" if relaxed == ("stock",) else "relaxed"
    said = understanding.entities
    if (
        understanding.intent.name == "price_promotion"
        and len(products) > 1
        and not (said.budget or asked_ranking(understanding.text))
    ):
        return "which"
    return "have" if understanding.intent.name in _ASKING else None


def is_not_carried(finder: ProductFinder, understanding: Understanding) -> bool:
    """Whether the message names a kind of thing that the shop has none of, and nothing that it has."""
    said = understanding.entities
    named = bool(said.categories) and not any(map(finder.known_category, said.categories))
    return named and not said.skus and not is_gift(understanding.text)


def product_relevance(finder: ProductFinder, search: KnowledgeSearch, understanding: Understanding) -> dict[str, float]:
    """How well products fit the words of the message; empty where it only asks for advice or for any present."""
    question = understanding.question
    if is_gift(question):
        question = beside_giving(question)
    if not names_a_need(question):
        return {}
    return finder.relevance(search(question, _HITS, _PRODUCTS))


def wish_of(finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext) -> Wish:
    """The wish of the conversation so far, with "cheaper" and the page that the customer looks at understood."""
    said = next(filter(finder.known_category, understanding.entities.categories), None)
    same = (said,) if said and finder.same_need(said, state.category) else finder.category_names(state.category)
    wish = merged_wish(understanding, state, same, said)
    category = finder.known_category(wish.category)
    if category is None and context.page_sku and not wish.constraints:
        page = finder.catalogue.get(context.page_sku, understanding.language.code)
        category = page.category if page and page.category else None
    if category is None and state.skus and (wants_others(understanding.text) or asked_ranking(understanding.text)):
        category = finder.kind_of(state.skus[0])
    wish = Wish(wish.budget, wish.currency, category, wish.constraints)
    entities = understanding.entities
    if state.category and category and not (entities.constraints or entities.budget) and (said in (None, state.category)):
        inside = finder.catalogue.get_many(sorted(finder.members(category)), understanding.language.code)
        further = title_wishes(understanding.text, inside)
        wish = replace(wish, constraints=(*wish.constraints, *(one for one in further if one not in wish.constraints)))
    return wish


def _ask(understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish) -> Outcome:
    asks = ("need", "budget")
    return Outcome(_without_products("clarify", understanding, context, asks), remembered(state, wish, (), asks))


def _nothing(understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish) -> Outcome:
    """Asks for other wishes the first time, then admits that the shop has nothing like it."""
    could_ask = bool(wish.constraints or wish.budget or wish.category) and "need" not in state.asks
    asks = ("need",) if could_ask else ()
    brief = _without_products("clarify" if asks else "decline", understanding, context, asks, "not_found")
    return Outcome(brief, remembered(state, wish, (), asks))


def _without_products(
    action: str, understanding: Understanding, context: TurnContext, asks: tuple[str, ...], note: str | None = None
) -> Brief:
    return Brief(
        action="clarify" if action == "clarify" else "decline",
        question=understanding.question,
        language=understanding.language.code,
        understanding=understanding,
        shop=context.shop,
        history=context.history,
        asks=asks,
        note=note,
        abstained=note == "not_found",
    )
