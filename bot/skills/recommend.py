"""Recommends products for what the customer said they need."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.brief import Brief
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish
from bot.skills.outcome import KnowledgeSearch, Outcome, TurnContext
from bot.skills.wishes import cheaper_than, merged_wish, names_a_need, relaxed_words, remembered, wants_cheaper, wants_others
from bot.types import DialogueState, Understanding
from knowledge_base.types import SectionKind

_HITS = 40
_PRODUCTS: tuple[SectionKind, ...] = ("product",)


class RecommendSkill:
    """Up to ``limit`` products that fit need, budget and attributes, each with its reason; asks when nothing is known."""

    def __init__(self, finder: ProductFinder, search: KnowledgeSearch, limit: int = 3) -> None:
        self._finder = finder
        self._search = search
        self._limit = limit

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Recommends; or clarifies, once, where no need is known; or declines where the shop has nothing like it."""
        language = understanding.language.code
        catalogue = self._finder.catalogue
        wish = wish_of(self._finder, understanding, state, context)
        relevance = product_relevance(self._finder, self._search, understanding)
        if not catalogue.families():
            return _nothing(understanding, state, context, wish)
        if not (wish.category or wish.constraints or wish.budget or relevance or "need" in state.asks):
            return _ask(understanding, state, context, wish)
        seen = state.skus if wants_others(understanding.text) else ()
        selection = self._finder.find(wish, relevance, language, self._limit, without=seen)
        if not selection.products:
            return _nothing(understanding, state, context, wish)
        products, relaxed = selection.products, selection.relaxed
        if "budget" in relaxed and wants_cheaper(understanding.text) and not understanding.entities.budget:
            wish = replace(wish, budget=state.budget)
            relaxed = tuple("cheaper" if name == "budget" else name for name in relaxed)
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
            note="relaxed" if relaxed else None,
            relaxed=relaxed_words(relaxed, language),
        )
        return Outcome(brief, remembered(state, wish, tuple(product.sku for product in products)))


def product_relevance(finder: ProductFinder, search: KnowledgeSearch, understanding: Understanding) -> dict[str, float]:
    """How well products fit the words of the message; empty where it only asks for advice."""
    if not names_a_need(understanding.question):
        return {}
    return finder.relevance(search(understanding.question, _HITS, _PRODUCTS))


def wish_of(finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext) -> Wish:
    """The wish of the conversation so far, with "cheaper" and the page that the customer looks at understood."""
    wish = merged_wish(understanding, state, finder.category_names(state.category))
    category = finder.known_category(wish.category)
    if category is None and context.page_sku and not wish.constraints:
        page = finder.catalogue.get(context.page_sku, understanding.language.code)
        category = page.category if page and page.category else None
    wish = Wish(wish.budget, wish.currency, category, wish.constraints)
    if understanding.entities.budget or (state.category and category != state.category):
        return wish
    shown = finder.catalogue.get_many(state.skus)
    return cheaper_than(wish, understanding.text, [product.price for product in shown if product.price is not None])


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
