"""Answers questions from documents, the catalogue and the shop's profile, or says that it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.generation.answerability import PassageJudge
from bot.generation.brief import Brief
from bot.generation.selection import Selector
from bot.policy import PRODUCT_INTENTS, after_failure
from bot.profile import ShopProfile
from bot.shop.finder import ProductFinder
from bot.skills.handover import handover
from bot.skills.outcome import Outcome, TurnContext
from bot.types import DialogueState, Evidence, LanguageCode, Product, Understanding
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.types import SearchHit, SectionKind

DOCUMENT_KINDS: tuple[SectionKind, ...] = ("text", "qa", "row")
PRODUCT_CARDS = 3
RELATED = 6
JUDGED = 8
BESIDE_A_HIT = 0.6
FARTHER = 2.0
"""What a passage that answers loses for each point of cosine that it is farther from the question than the nearest."""
BESIDE_A_RECORD = 0.75
"""What a passage must reach where the catalogue or the shop's profile answers already."""


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
        knowledge: KnowledgeBase,
        finder: ProductFinder,
        selector: Selector,
        judge: PassageJudge,
        top_k: int,
        threshold: float,
    ) -> None:
        self._knowledge, self._finder = knowledge, finder
        self._selector, self._judge, self._top_k, self._threshold = selector, judge, top_k, threshold

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """A brief to ``answer``, or one that declines or hands over when nothing fits."""
        language, question = understanding.language.code, understanding.question
        products = self._products(understanding, state, context)
        hits = self._judged(understanding)
        passages = self._with_neighbours(hits)
        records = (*_shop(understanding, context), *self._finder.evidence(products, language))
        told = bool(records) and bool(self._selector.select(question, records, language))
        if told:
            passages = [passage for passage in passages if passage.score >= BESIDE_A_RECORD]
        evidence = (*records, *passages)
        known = {item.id for item in evidence}
        related = tuple(evidence_of(hit) for hit in hits if hit.chunk.id not in known)
        if not passages and not told:
            return _without_answer(understanding, state, context, related)
        brief = Brief(
            "answer", question, language, understanding, context.shop, context.history, evidence, products, related=related,
            settled=bool(passages),
        )  # fmt: skip
        skus = tuple(product.sku for product in products) or state.skus
        return Outcome(brief, replace(state, skus=skus, asks=(), failures=0))

    def _products(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[Product, ...]:
        """The products named; for a question about a product that names none, the page's, or the only one just shown."""
        skus: Sequence[str] = understanding.entities.skus
        if not skus and understanding.intent.name in PRODUCT_INTENTS and not understanding.entities.categories:
            skus = (context.page_sku,) if context.page_sku else state.skus if len(state.skus) == 1 else ()
        return self._finder.catalogue.get_many(skus[:PRODUCT_CARDS], understanding.language.code)

    def _judged(self, understanding: Understanding) -> list[SearchHit]:
        """The hits, surest first: the likely ones with the probability that they answer, the others with none."""
        question = understanding.question
        hits = self._knowledge.search(question, max(self._top_k, JUDGED) + RELATED, DOCUMENT_KINDS)
        likely = [evidence_of(hit) for hit in hits[: max(self._top_k, JUDGED)]]
        aside = understanding.intent.confidence if understanding.intent.name == "out_of_scope" else 0.0
        scores = self._judge.probabilities(question, understanding.language.code, hits, likely, aside)
        judged = [
            replace(hit, score=score) for hit, score in zip(hits, [*scores, *(0.0 for _ in hits[len(scores) :])], strict=True)
        ]
        nearest = max((hit.dense for hit in judged), default=0.0)
        return sorted((self._ranked(hit, nearest) for hit in judged), key=lambda hit: -hit.score)

    def _ranked(self, hit: SearchHit, nearest: float) -> SearchHit:
        """The hit as it stands among those that answer: of two that seem to, the nearer one is right more often."""
        if hit.score < self._threshold:
            return hit
        return replace(hit, score=max(self._threshold, hit.score - FARTHER * (nearest - hit.dense)))

    def _with_neighbours(self, hits: Sequence[SearchHit]) -> list[Evidence]:
        """The hits that answer, surest first, and beside the first, when it is prose, the passages before and after it."""
        fitting = [hit for hit in hits if hit.score >= self._threshold][: self._top_k]
        passages = [evidence_of(hit) for hit in fitting]
        if fitting and fitting[0].chunk.kind == "text":
            taken = {passage.id for passage in passages}
            near = self._knowledge.neighbours(fitting[0].chunk)
            weaker = fitting[0].score * BESIDE_A_HIT
            passages += [evidence_of(SearchHit(chunk, weaker, 0.0, 0.0)) for chunk in near if chunk.id not in taken]
        return passages


def _shop(understanding: Understanding, context: TurnContext) -> tuple[Evidence, ...]:
    if understanding.intent.name != "contact_hours":
        return ()
    evidence = shop_evidence(context.shop, understanding.language.code)
    return (evidence,) if evidence else ()


def shop_evidence(shop: ShopProfile, language: LanguageCode) -> Evidence | None:
    """What ``shop.toml`` says of opening hours and contact, one fact a line; None where it says nothing."""
    chinese = language == "zh"
    facts = {
        "营业时间" if chinese else "Opening hours": (shop.hours_zh if chinese else None) or shop.hours,
        "邮箱" if chinese else "E-mail": shop.email,
        "电话" if chinese else "Phone": shop.phone,
        "网址" if chinese else "Website": shop.url,
    }
    lines = [f"{name}{'：' if chinese else ': '}{value}" for name, value in facts.items() if value]
    if not lines:
        return None
    name = (shop.name_zh if chinese else None) or shop.name
    return Evidence("shop", "shop", "shop.toml", name, "\n".join(lines), language)


def _without_answer(
    understanding: Understanding, state: DialogueState, context: TurnContext, related: tuple[Evidence, ...]
) -> Outcome:
    language = understanding.language.code
    person = after_failure(understanding, state)
    if person is not None:
        return handover(understanding, state, context, person.reason or "repeated_failure")
    note = "out_of_scope" if understanding.intent.name == "out_of_scope" else "unknown"
    brief = Brief(
        "decline", understanding.question, language, understanding, context.shop, context.history,
        note=note, abstained=True, related=related,
    )  # fmt: skip
    return Outcome(brief, replace(state, asks=(), failures=state.failures + 1))
