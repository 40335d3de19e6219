"""Guides a purchase: what to look at when choosing, from the shop's documents, then products over the price range."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.shop.attributes import mentions, split_name
from bot.shop.finder import BELOW, ProductFinder, Selection
from bot.shop.product_search import Wish
from bot.shop.questions import Question, open_questions
from bot.skills.bundle import bundle_outcome
from bot.skills.currency import beside_other_money, foreign_money, in_other_money
from bot.skills.evidence import evidence_of
from bot.skills.listed_goods import lacking
from bot.skills.need import product_relevance, wish_of
from bot.skills.outcome import KnowledgeSearch, Outcome, TurnContext, brief_for
from bot.skills.suitability import unsuited
from bot.skills.uses import is_not_carried
from bot.skills.wishes import relaxed_words, remembered
from bot.types import ActionName, DialogueState, LanguageCode, Product, Understanding
from knowledge_base.types import SearchHit, SectionKind

_ADVICE = 0.5  # advice may be less certain to be the answer than an answer: it stands beside products and is quoted
_HITS, _MENTIONING = 4, 12
_EVERY = 1000
_CHOOSING = re.compile(
    r"\b(?:should|suits?|enough|recommend\w*|choos\w+|guide|buying|which|how to pick|select\w*)\b|选|挑|指南|够|适合|推荐",
    re.IGNORECASE,
)
_TEXTS: tuple[SectionKind, ...] = ("text", "qa")


class GuideSkill:
    """Criteria passages first in the evidence, then up to ``limit`` products, cheapest first.

    ``threshold`` is the score from which a passage answers a question; half of it makes a passage advice.
    """

    def __init__(self, finder: ProductFinder, search: KnowledgeSearch, threshold: float, limit: int = 4) -> None:
        self._finder = finder
        self._search = search
        self._threshold = threshold
        self._limit = limit

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Guides; or clarifies, once, where it is not said what to buy; or declines where neither text nor product fits."""
        language = understanding.language.code
        wish = wish_of(self._finder, understanding, state, context)
        relevance = product_relevance(self._finder, self._search, understanding)
        named = bool(wish.category or wish.constraints or relevance)
        if (unpriced := in_other_money(self._finder, understanding, state, context, wish, named)) is not None:
            return unpriced
        if foreign := foreign_money(self._finder, understanding, wish):
            wish = replace(wish, budget=None, currency=None)

        def mentioning() -> list[str]:
            hits = self._search(understanding.question, _MENTIONING, _TEXTS)
            return [f"{hit.chunk.heading} {hit.chunk.question or ''} {hit.chunk.text}" for hit in hits]

        if (together := bundle_outcome(self._finder, understanding, state, context, wish, relevance, mentioning)) is not None:
            return together
        passages = self._advice(understanding, wish)
        known = bool(wish.category or wish.constraints or relevance) and not is_not_carried(self._finder, understanding)
        find = self._finder.find
        unfit = unsuited(self._finder, self._finder.goods.members(wish.category), understanding)
        selection = find(wish, relevance, language, self._limit, unfit, spread=True) if known else Selection(())
        products, relaxed = selection.products, tuple(one for one in selection.relaxed if one != BELOW)
        fitting = bool(products or passages)
        wanted = tuple(dict.fromkeys(split_name(one.attribute)[0] for one in wish.constraints if not one.negated))
        questions = self._questions(wish, wanted, language) if products and not relaxed else ()
        asks = tuple(question.slot for question in questions)
        if not fitting and "need" not in state.asks:
            asks = ("need",) if wish.budget else ("need", "budget")
        note = "relaxed" if relaxed else "not_found" if known and not fitting else None
        action: ActionName = "guide" if fitting else "clarify" if asks else "decline"
        brief = replace(
            brief_for(action, understanding, context, asks, note, abstained=known and not fitting),
            evidence=(*map(evidence_of, passages), *self._finder.evidence(products, language)),
            products=products,
            reasons=self._reasons(products, wish, wanted, language),
            table=self._finder.table(products, language, wanted) if len(products) >= 3 else None,
            questions=questions,
            change=selection.change,
            lacking=lacking(self._finder, understanding),
            relaxed=relaxed_words(relaxed, language),
        )
        brief = beside_other_money(brief, foreign) if foreign and products else brief
        return Outcome(brief, remembered(state, wish, tuple(product.sku for product in products), brief.asks))

    def _questions(self, wish: Wish, settled: tuple[str, ...], language: LanguageCode) -> tuple[Question, ...]:
        """What is still to settle among all that fits; nothing where the kind of thing is not known."""
        if not wish.category:
            return ()
        inside = self._finder.find(wish, {}, language, _EVERY).products
        return open_questions(inside, settled, wish.budget is not None, language)

    def _reasons(
        self, products: Sequence[Product], wish: Wish, wanted: tuple[str, ...], language: LanguageCode
    ) -> tuple[str, ...]:
        """Why each product is there and what it lacks."""
        but = "；不足：" if language == "zh" else "; but: "
        reasons = self._finder.reasons(products, wish, language)
        lacking = self._finder.drawbacks(products, wanted, language)
        return tuple(f"{reason}{but}{lack}" if lack else reason for reason, lack in zip(reasons, lacking, strict=True))

    def _advice(self, understanding: Understanding, wish: Wish) -> list[SearchHit]:
        """What the shop wrote about choosing this kind of thing, else passages that answer the question."""
        if guide := self._written_guide(understanding.language.code, wish.category):
            return guide
        hits = self._search(understanding.question, _HITS, _TEXTS)
        kinds = self._finder.goods.names_of(wish.category, understanding.language.code) if wish.category else ()
        likely = (hit for hit in hits if hit.score >= self._threshold * _ADVICE and _speaks_of(hit, kinds))
        return [
            hit for hit in likely if hit.score >= self._threshold or _CHOOSING.search(f"{hit.chunk.heading} {hit.chunk.text}")
        ]

    def _written_guide(self, language: LanguageCode, category: str | None) -> list[SearchHit]:
        """The best passages of one document whose title says that it is about choosing things of the category."""
        if category is None:
            return []
        kinds = self._finder.goods.names_of(category, language)
        query = f"{kinds[0]}怎么选，选购要点" if language == "zh" else f"choosing a {kinds[0]}: what matters"
        found = [hit for hit in self._search(query, 2 * _HITS, _TEXTS) if hit.chunk.language == language]
        about = [hit for hit in found if _is_guide(hit.chunk.title, hit.chunk.heading, kinds)]
        return [hit for hit in about if hit.chunk.source == about[0].chunk.source][:_HITS]


def _speaks_of(hit: SearchHit, kinds: tuple[str, ...]) -> bool:
    """Whether a passage is about one of these kinds of things; any is, where none is known."""
    told = f"{hit.chunk.title} {hit.chunk.heading} {hit.chunk.question or ''} {hit.chunk.text}"
    return not kinds or any(mentions(told, kind) for kind in kinds)


def _is_guide(title: str, heading: str, kinds: tuple[str, ...]) -> bool:
    named = f"{title} {heading}"
    return bool(_CHOOSING.search(named)) and any(mentions(named, kind) for kind in kinds)
