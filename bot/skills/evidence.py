"""What the shop's documents and its catalogue hold of a question, judged on one scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.generation.answerability import Found, Subjects
from bot.generation.passage import units
from bot.generation.passage_judge import PassageJudge, asks_the_same
from bot.generation.validity import ended, of_the_edition_in_force
from bot.learning.ratings import Ratings, moved
from bot.shop.attributes import mentions
from bot.shop.catalogue import sku_of
from bot.shop.finder import ProductFinder
from bot.shop.variants import line_of
from bot.skills.hit_order import HitOrder
from bot.skills.other_goods import OtherGoods
from bot.text.terms import concepts, meant, terms
from bot.types import Evidence, LanguageCode
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.retrieval import query_language
from knowledge_base.types import Chunk, SearchHit, SectionKind

DOCUMENT_KINDS: tuple[SectionKind, ...] = ("text", "qa", "row")
PRODUCT_KINDS: tuple[SectionKind, ...] = ("product",)
JUDGED, RELATED, SEARCHED = 8, 6, 18
RECORDS, PRODUCT_HITS, TABLES = 2, 20, 40
"""Passages that are judged, those behind them that next questions come from, and those searched for, older editions among
them; products judged, and those looked through."""
_BY_NAME = frozenset({"wrap"})
"""Matters that are told of by name or not at all: gift vouchers tell nothing of gift wrap."""
FOREIGN_BEHIND = 0.1
"""How much less surely a passage of the other language answers, which can only be quoted."""
REMEMBERED = 1024
"""Questions whose evidence is kept while documents and catalogue stay as they are."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Passages and products by the probability that they answer (their ``score``), surest first."""

    hits: tuple[SearchHit, ...]
    records: tuple[Evidence, ...]

    @property
    def best(self) -> float:
        """The probability of the surest."""
        return max((*(hit.score for hit in self.hits[:1]), *(record.score for record in self.records[:1])), default=0.0)

    def about(self, asked: frozenset[str], language: LanguageCode) -> Judged:
        """What speaks of one of the terms ``asked``; passages in another ``language`` than theirs may do so in its words.

        Where the meaning of all of these is known, it is the same in both languages.
        """
        by_words = not all(concepts(term) for term in asked)
        hits = (hit for hit in self.hits if (by_words and hit.chunk.language != language) or _speaks(asked, _told_by(hit)))
        return Judged(tuple(hits), tuple(item for item in self.records if _speaks(asked, f"{item.title} {item.text}")))

    def telling(self, told: re.Pattern[str] | None) -> Judged:
        """What ``told`` is found in; of prose, the sentences from the first to the last that it is found in. None: all."""
        if told is None:
            return self
        hits = (_narrowed(hit, told) for hit in self.hits if told.search(_told_by(hit)))
        return Judged(tuple(hits), tuple(item for item in self.records if told.search(f"{item.title} {item.text}")))

    def without(self, aside: re.Pattern[str] | None) -> Judged:
        """What ``aside`` is not found in; all where it is None."""
        if aside is None:
            return self
        return replace(self, hits=tuple(hit for hit in self.hits if not aside.search(_told_by(hit))))

    def of_all(self, names: Sequence[str]) -> Judged:
        """What speaks of every one of ``names``; all where there are none."""
        if not names:
            return self
        hits = (hit for hit in self.hits if all(mentions(_told_by(hit), name) for name in names))
        return Judged(tuple(hits), tuple(item for item in self.records if all(mentions(item.text, name) for name in names)))


def _narrowed(hit: SearchHit, told: re.Pattern[str]) -> SearchHit:
    telling = [unit for unit in units(hit.chunk.text) if told.search(unit.text)]
    if hit.chunk.kind != "text" or not telling:
        return hit
    return replace(hit, chunk=replace(hit.chunk, text=hit.chunk.text[telling[0].start : telling[-1].end]))


def _told_by(hit: SearchHit) -> str:
    return f"{hit.chunk.question or ''} {hit.chunk.heading} {hit.chunk.text}"


def _speaks(asked: frozenset[str], text: str) -> bool:
    told = frozenset(terms(text))
    return not asked.isdisjoint(told) or any(concepts(term) & meant for term in asked for meant in map(concepts, told))


def evidence_of(hit: SearchHit) -> Evidence:
    """A search hit as evidence, verbatim."""
    chunk = hit.chunk
    kind = "passage" if chunk.kind == "text" else chunk.kind
    url = chunk.source if chunk.source.startswith(("https://", "http://")) else None
    return Evidence(
        chunk.id, kind, chunk.source, chunk.heading or chunk.title, chunk.text, chunk.language, hit.score, chunk.question, url,
        ended(chunk, date.today()),
    )  # fmt: skip


def surety(passages: Sequence[Evidence], language: LanguageCode) -> float:
    """How surely passages answer a customer who speaks ``language``.

    Those of the other language answer less surely, unless one in the customer's own answers too.
    """
    behind = 0.0 if any(item.language == language for item in passages) else FOREIGN_BEHIND
    return max((item.score - behind for item in passages), default=0.0)


class EvidenceSearch:
    """Searches documents and catalogue for what answers a question."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        finder: ProductFinder,
        judge: PassageJudge,
        subjects: Subjects,
        threshold: float,
        ratings: Ratings | None = None,
        opens: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``threshold`` is the probability from which on something counts as answering.

        ``opens`` tells whether a sentence begins with goods of the shop.

        ``ratings`` move passages a little, on their side of the threshold; None: they do not count.
        """
        self._knowledge, self._finder, self._judge = knowledge, finder, judge
        self._subjects, self._threshold, self._ratings = subjects, threshold, ratings
        self._order, self._others = HitOrder(subjects, threshold), OtherGoods(subjects, opens)
        self._kept: tuple[tuple[object, ...], Callable[..., Judged]] = ((), self._judged)  # replaced as one: threads

    def judged(
        self, question: str, language: LanguageCode, aside: float = 0.0, named: Sequence[str] = (), widely: bool = True
    ) -> Judged:
        """The passages and products that may answer; ``aside`` is the probability that the question is none for a shop.

        Where SKUs are ``named``, no other product is looked at; where no kind of goods is spoken of either, products are
        only looked for ``widely``.
        """
        seen = (self._knowledge.seen, *self._finder.seen, self._ratings.seen if self._ratings else None)
        before, judged = self._kept
        if len(before) != len(seen) or any(one is not other for one, other in zip(before, seen, strict=True)):
            judged = lru_cache(REMEMBERED)(self._judged)
            self._kept = seen, judged
        return judged(question, language, aside, tuple(named), widely)

    def _judged(self, question: str, language: LanguageCode, aside: float, named: Sequence[str], widely: bool) -> Judged:
        documents, records = self.found(question, language, named, widely)
        asked = frozenset(named) | self._others.asked(question)
        documents = self._others.left_out(documents, asked)
        scores = self._judge.probabilities(question, language, (documents, records), aside)
        count = len(documents.passages)
        kept = [*scores[:count], *(0.0 for _ in documents.hits[count:])]
        by_name = meant(question) & _BY_NAME
        kept = [score if by_name <= meant(_told_by(hit)) else 0.0 for hit, score in zip(documents.hits, kept, strict=True)]
        scored = [hit.scored(score) for hit, score in zip(documents.hits, kept, strict=True)]
        hits = [hit if asks_the_same(question, hit.chunk.question) else self._others.of_asked(hit, asked) for hit in scored]
        ranked = self._rated(question, self._order.ordered(question, hits))
        told = [replace(item, score=score) for item, score in zip(records.passages, scores[count:], strict=True)]
        return Judged(tuple(ranked), tuple(sorted(told, key=lambda item: -item.score)))

    def on_goods(self, judged: Judged, question: str) -> Judged:
        """What was found for a rule that ``question`` comes to, without what it says of other goods than are asked about."""
        asked = self._others.asked(question)
        kept = ((hit, self._others.without(hit.chunk, asked)) for hit in judged.hits)
        return replace(judged, hits=tuple(replace(hit, chunk=chunk) for hit, chunk in kept if chunk is not None))

    def neighbours(self, question: str, chunk: Chunk) -> list[Chunk]:
        """The passages before and after ``chunk``, as far as they are about what is asked about."""
        asked = self._others.asked(question)
        near = (self._others.without(one, asked) for one in self._knowledge.neighbours(chunk))
        return [one for one in near if one is not None]

    def passages(self, ids: Sequence[str]) -> list[Evidence]:
        """The passages with these ids that are still there, not judged."""
        chunks = filter(None, map(self._knowledge.chunk, ids))
        return [evidence_of(SearchHit(chunk, 0.0, 0.0, 0.0)) for chunk in chunks]

    def hits_of_tables(self, query: str, question: str) -> list[SearchHit]:
        """The passages and rows near ``query``, without those that are headed by other goods than ``question`` names."""
        asked = self._others.asked(question)
        found = self._knowledge.search(query, TABLES, ("text", "row"))
        headed = [(hit, self._others.asked(hit.chunk.heading.rsplit(" › ", maxsplit=1)[-1])) for hit in found]
        return [hit for hit, goods in headed if not asked or not goods or goods & asked]

    def hits(self, query: str, k: int = 10, kinds: Collection[SectionKind] | None = None) -> list[SearchHit]:
        """At most ``k`` chunks, surest first, with the probability that they answer: the score that answers go by."""
        found = self._knowledge.search(query, k, kinds)
        scores = self._judge.probabilities(query, query_language(query), [Found(found, [*map(evidence_of, found)])], 0.0)
        return self._rated(query, [hit.scored(score) for hit, score in zip(found, scores, strict=True)])

    def found(
        self, question: str, language: LanguageCode, named: Sequence[str] = (), widely: bool = True
    ) -> tuple[Found, Found]:
        """The candidates among the documents and among the catalogue, as the judge sees them."""
        hits = of_the_edition_in_force(self._knowledge.search(question, SEARCHED, DOCUMENT_KINDS), date.today())
        hits = hits[: JUDGED + RELATED]
        return Found(hits, [evidence_of(hit) for hit in hits[:JUDGED]]), self._products(question, language, named, widely)

    def _products(self, question: str, language: LanguageCode, named: Sequence[str], widely: bool) -> Found:
        """The products named, else those found among the goods that the question speaks of, one of each line."""
        meant = frozenset(named) or self._subjects(question)
        if not (meant or (widely and self._finder.catalogue.families())):
            return Found((), ())
        hits = [hit for hit in self._knowledge.search(question, PRODUCT_HITS, PRODUCT_KINDS) if sku_of(hit.chunk.location)]
        by_sku = {str(sku_of(hit.chunk.location)): hit for hit in reversed(hits)}
        if not by_sku:
            return Found((), ())
        found = [sku for hit in hits if (sku := str(sku_of(hit.chunk.location))) in meant or not meant]
        products = self._finder.catalogue.get_many(named or found, language)
        lines = {line_of(product): product for product in reversed(products)}
        shown = tuple(lines[line] for line in dict.fromkeys(map(line_of, products)))[:RECORDS]
        if not shown:
            return Found((), ())
        own = [by_sku.get(product.sku, hits[-1]) for product in shown]
        rest = [hit for hit in hits if hit not in own]
        return Found((*own, *rest), self._finder.evidence(shown, language))

    def _rated(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, surest first, moved by what customers' ratings say of them."""
        if self._ratings is not None:
            leads = self._ratings.leads(question, [hit.chunk.id for hit in hits])
            hits = [hit.scored(moved(hit.score, lead, self._threshold)) for hit, lead in zip(hits, leads, strict=True)]
        return sorted(hits, key=lambda hit: -hit.score)
