"""Examples from what the shop's people wrote or approved: frequent questions, and marketing texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Engine, select

from bot.generation.citations import cite
from bot.generation.injection import without_instructions
from bot.marketing.copy.desk import copy_prompt
from bot.marketing.copy.request import CopyRequest
from bot.shop.catalogue import Catalogue
from bot.skills.evidence import DOCUMENT_KINDS, evidence_of
from bot.store.copy_texts import copy_texts
from bot.store.database import aware
from bot.training.examples import Example
from bot.types import Evidence, LanguageCode
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.sentences import sentence_spans
from knowledge_base.types import Chunk, SearchHit

BESIDE = 3
"""Passages that the model sees with a question, the one with the answer among them: it learns to choose."""
LONGEST_ANSWER = 1_200


def faq_examples(knowledge: KnowledgeBase, chunks: Iterable[Chunk]) -> Iterator[Example]:
    """Each question with its answer, cited, among passages that a search for it finds."""
    for chunk in chunks:
        if chunk.kind != "qa" or not chunk.question or len(chunk.text) > LONGEST_ANSWER:
            continue
        found = [evidence_of(hit) for hit in knowledge.search(chunk.question, BESIDE, DOCUMENT_KINDS)]
        own = evidence_of(SearchHit(chunk, 1.0, 1.0, 1.0))
        known = [own if item.id == own.id else item for item in found]
        evidence = without_instructions(known if own in known else [own, *known[: BESIDE - 1]])
        if own in evidence:
            yield Example(
                "faq", chunk.language, chunk.question, chunk.question, _cited(own, evidence.index(own) + 1),
                frozenset({chunk.id}), {"passage": chunk.id, "document": chunk.source}, "answer", evidence,
            )  # fmt: skip


def _cited(own: Evidence, number: int) -> str:
    """The answer with the number of its passage behind each sentence."""
    text, end, parts = own.text, 0, []
    for start, stop in sentence_spans(text):
        parts += [text[end:start], cite(text[start:stop], [number], own.language, item=True)]
        end = stop
    return "".join(parts).strip()


def copy_examples(engine: Engine, catalogue: Catalogue) -> Iterator[Example]:
    """Each approved text, as the answer to what a language model is told to write, the newest first."""
    query = select(copy_texts).where(copy_texts.c.state == "approved").order_by(copy_texts.c.id.desc())
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        request = CopyRequest.model_validate(row.parameters)
        product = catalogue.get(request.sku, request.language)
        if product is None:
            continue
        asked = copy_prompt(request, product)
        language: LanguageCode = request.language
        decided = aware(row.decided_at or row.created_at).isoformat()
        source = {"copy": row.id, "sku": row.sku, "approved_by": row.approved_by, "writer": row.writer}
        yield Example("copy", language, row.text, asked, row.text, frozenset({f"product:{row.sku}"}), source, at=decided)
