"""Answers questions from documents, the catalogue and the shop's profile, or says that it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.generation.brief import Brief
from bot.generation.selection import Selector
from bot.policy import PRODUCT_INTENTS, after_failure
from bot.settings import ShopProfile
from bot.shop.finder import ProductFinder
from bot.skills.handover import handover
from bot.skills.outcome import KnowledgeSearch, Outcome, TurnContext
from bot.types import DialogueState, Evidence, LanguageCode, Product, Understanding
from knowledge_base.types import SearchHit, SectionKind

DOCUMENT_KINDS: tuple[SectionKind, ...] = ("text", "qa", "row")
PRODUCT_CARDS = 3
OUT_OF_SCOPE_MARGIN = 0.25


def evidence_of(hit: SearchHit) -> Evidence:
    """A search hit as evidence, verbatim."""
    chunk = hit.chunk
    kind = "passage" if chunk.kind == "text" else chunk.kind
    url = chunk.source if chunk.source.startswith(("https://", "http://")) else None
    return Evidence(
        chunk.id, kind, chunk.source, chunk.heading or chunk.title, chunk.text, chunk.language, hit.score, chunk.question, url
    )


class AnswerSkill:
    """Documents first, then what the catalogue says of the products named, then the shop's own profile."""

    def __init__(
        self,
        search: KnowledgeSearch,
        finder: ProductFinder,
        selector: Selector,
        top_k: int,
        threshold: float,
    ) -> None:
        self._search, self._finder = search, finder
        self._selector, self._top_k, self._threshold = selector, top_k, threshold

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """A brief to ``answer``, or one that declines or hands over when nothing fits."""
        language = understanding.language.code
        products = self._products(understanding, state, context)
        evidence = self._evidence(understanding, products, context)
        if not evidence or not self._selector.select(understanding.question, evidence, language):
            return _without_answer(understanding, state, context)
        brief = Brief(
            "answer",
            understanding.question,
            language,
            understanding,
            context.shop,
            context.history,
            tuple(evidence),
            products=tuple(products[:PRODUCT_CARDS]),
        )
        skus = tuple(product.sku for product in products) or state.skus
        return Outcome(brief, replace(state, skus=skus, asks=(), failures=0))

    def _products(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> list[Product]:
        skus: Sequence[str] = understanding.entities.skus
        if not skus and context.page_sku is not None and understanding.intent.name in PRODUCT_INTENTS:
            skus = (context.page_sku,)
        return list(self._finder.catalogue.get_many(skus[:PRODUCT_CARDS], understanding.language.code))

    def _evidence(self, understanding: Understanding, products: Sequence[Product], context: TurnContext) -> list[Evidence]:
        language = understanding.language.code
        threshold = self._threshold
        if understanding.intent.name == "out_of_scope":
            threshold = min(1.0, threshold + OUT_OF_SCOPE_MARGIN * understanding.intent.confidence)
        hits = self._search(understanding.question, self._top_k, DOCUMENT_KINDS)
        passages = [evidence_of(hit) for hit in hits if hit.score >= threshold]
        catalogue = self._finder.evidence(products, language)
        shop = shop_evidence(context.shop, language) if understanding.intent.name == "contact_hours" else None
        return [*([shop] if shop else []), *catalogue, *passages]


def shop_evidence(shop: ShopProfile, language: LanguageCode) -> Evidence | None:
    """What ``shop.toml`` says of opening hours and contact, one fact a line; None where it says nothing."""
    chinese = language == "zh"
    facts = {
        "营业时间" if chinese else "Opening hours": (shop.hours_zh if chinese else None) or shop.hours,
        "邮箱" if chinese else "E-mail": shop.email,
        "电话" if chinese else "Phone": shop.phone,
    }
    lines = [f"{name}{'：' if chinese else ': '}{value}" for name, value in facts.items() if value]
    if not lines:
        return None
    name = (shop.name_zh if chinese else None) or shop.name
    return Evidence("shop", "shop", "shop.toml", name, "\n".join(lines), language)


def _without_answer(understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
    language = understanding.language.code
    person = after_failure(understanding, state)
    if person is not None:
        return handover(understanding, state, context, person.reason or "repeated_failure")
    note = "out_of_scope" if understanding.intent.name == "out_of_scope" else "unknown"
    brief = Brief(
        "decline", understanding.question, language, understanding, context.shop, context.history, note=note, abstained=True
    )
    return Outcome(brief, replace(state, asks=(), failures=state.failures + 1))
