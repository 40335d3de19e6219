"""Answers questions from documents, the catalogue and the shop's profile, or says that it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.generation.brief import Part
from bot.generation.candidate import DOCUMENTS, STRICT
from bot.generation.passage import units
from bot.generation.passage_judge import asks_the_same
from bot.generation.selection import Selector
from bot.generation.sizes_named import of_another, sizes
from bot.generation.validity import ended
from bot.policy.doubts import SURELY_ANSWERED
from bot.policy.intents import PRODUCT_INTENTS, SERVICE, SURE, is_of_service, told_by_rule
from bot.policy.patterns import ASKS_TO_DO
from bot.shop.asked_attribute import asks_stock, tells, told_in
from bot.shop.finder import ProductFinder
from bot.shop.kinds import short_name
from bot.skills.asked_part import AskedPart
from bot.skills.danger import in_danger
from bot.skills.evidence import FOREIGN_BEHIND, EvidenceSearch, Judged, evidence_of, surety
from bot.skills.outcome import Outcome, TurnContext, brief_for, in_view
from bot.skills.parts import asked_parts, of_goods, told_topic, with_any_goods
from bot.skills.profile_evidence import profile_evidence
from bot.skills.rules import RULES, tells_guarantee, with_rules
from bot.skills.told_size import in_told_size, naming_variant
from bot.skills.unanswered import without_answer
from bot.text.phrases import plain, title_at
from bot.text.places import home_of
from bot.text.question_type import OF_A_PRODUCT, offers, question_parts, question_types
from bot.text.terms import terms
from bot.types import DialogueState, Evidence, LanguageCode, Product, Understanding
from bot.understanding.identifiers import without_identity
from knowledge_base.retrieval import query_language
from knowledge_base.types import SearchHit

PRODUCT_CARDS = 3
BESIDE_A_HIT = 0.6
_ALL_ASKED, BESIDE_THE_PROFILE = 0.9, 0.75
"""The share of what is asked that a sentence on a product must say to answer for sure; what a passage must reach where the
shop's profile answers already."""


class AnswerSkill:
    """The shop's profile, the documents and what the catalogue says of products: whatever answers, surest first."""

    def __init__(self, finder: ProductFinder, selector: Selector, search: EvidenceSearch, top_k: int, threshold: float) -> None:
        self._finder = finder
        self._selector, self._search, self._top_k, self._threshold = selector, search, top_k, threshold

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """A brief to ``answer``, or one that declines or hands over when nothing fits; of several questions, each by itself."""
        understanding = replace(understanding, question=without_identity(understanding.question, understanding.entities))
        language, question = understanding.language.code, understanding.question
        products = self._products(understanding, state, context)
        aside = understanding.intent.name == "out_of_scope" and understanding.intent.confidence >= SURE
        titles = tuple(one.title for one in products)
        home = home_of(context.shop.currency or self._finder.catalogue.currency)
        faulty = understanding.fault is not None
        asked = asked_parts(question, language, not aside, titles[0] if len(titles) == 1 else "", home, faulty)
        if len(asked) == 1:
            asked = (with_rules(asked[0], understanding, titles),)
        if len(asked) == 1 and understanding.rewritten and understanding.intent.name in SERVICE:
            asked = (with_any_goods(asked[0], understanding.text),)
        of_kind = understanding.intent.name == "warranty_repair" and not any(map(tells_guarantee, products))
        general = {part: self._of_kind(part.worded, products, of_kind) for part in asked}
        named = tuple(product.sku for product in products)
        general = {part.asked_of(ways, of_kind): ways for part, ways in general.items()}
        asked = tuple(general)
        found = [self._judged(part, understanding, named) for part in asked]
        found = [
            (way, self._speaking(way, judged, products) if way in general[part] else judged)
            for part, (way, judged) in zip(asked, found, strict=True)
        ]
        found = [(way, judged.of_all(understanding.entities.brands)) for way, judged in found]
        goods = " ".join((*titles, *understanding.entities.categories))
        found = [self._of_all_goods(part, one, goods, language) for part, one in zip(asked, found, strict=True)]
        found = self._own_of_each(question, asked, found, language)
        (evidence, parts), profile = self._evidence(asked, found, language, goods), profile_evidence(understanding, context)
        told = bool(profile) and bool(self._selector.select(question, profile, language))
        if told:
            evidence, parts = (*profile, *(item for item in evidence if item.score >= BESIDE_THE_PROFILE)), ()
        known, hits = {item.id for item in evidence}, {hit.chunk.id: hit for _, judged in found for hit in judged.hits}
        related = tuple(evidence_of(hit) for hit in hits.values() if hit.chunk.id not in known)
        if not evidence:
            return without_answer(understanding, state, context, related, bool(self._finder.catalogue.families()))
        skus = [item.source for item in evidence if item.kind == "product"]
        cited_only = not (products or self._finder.goods.spoken_of(understanding.entities, skus))
        products = products or self._finder.catalogue.get_many(skus, language)
        fitting = in_told_size(products, understanding, evidence, self._finder, self._selector)[:PRODUCT_CARDS]
        brief = replace(
            brief_for("answer", understanding, context), evidence=evidence, products=fitting, related=related,
            settled=not told, parts=parts, cited_only=cited_only,
        )  # fmt: skip
        brief = brief if cited_only else naming_variant(brief, products, self._finder)
        kept = in_view(() if cited_only else tuple(product.sku for product in fitting), understanding, state)
        sure = surety([item for item in evidence if item.kind in DOCUMENTS], language)
        return Outcome(brief, replace(state, skus=kept, asks=(), failures=0), 1.0 if told else sure)

    def _of_all_goods(
        self, part: AskedPart, found: tuple[str, Judged], goods: str, language: LanguageCode
    ) -> tuple[str, Judged]:
        """What is found for the rule of all goods, where what is found for the question speaks of none that it names."""
        (way, judged), general = found, RULES[language][0]
        if general not in part.of_any or way == general or _names(goods, [evidence_of(hit) for hit in judged.hits[:1]]):
            return found
        rule = self._search.judged(general, language)
        return (general, rule) if rule.best >= self._threshold else found

    def _own_of_each(
        self, whole: str, asked: Sequence[AskedPart], found: Sequence[tuple[str, Judged]], language: LanguageCode
    ) -> list[tuple[str, Judged]]:
        """What is found, without what the ``whole`` message finds for one question and that answers but another of it."""
        told = {
            hit.chunk.id
            for part, (way, judged) in zip(asked, found, strict=True)
            for hit in judged.hits[:1]
            if way != whole and hit.score >= self._threshold
        }

        def answers(part: AskedPart, hit: SearchHit) -> bool:
            return hit.chunk.id not in told or bool(self._selector.select(part.text, [evidence_of(hit)], language))

        several = len(asked) > 1
        return [
            (way, replace(judged, hits=tuple(hit for hit in judged.hits if answers(part, hit))))
            if several and way == whole and not part.lent
            else (way, judged)
            for part, (way, judged) in zip(asked, found, strict=True)
        ]

    def _judged(self, part: AskedPart, understanding: Understanding, named: Sequence[str]) -> tuple[str, Judged]:
        """What is found for the first way of asking that finds an answer, else for the one that comes nearest to it.

        A question that would be searched for with another's topic is not where the shop has answered it as it stands.
        """
        intent = understanding.intent
        aside = intent.confidence if intent.name == "out_of_scope" and understanding.fault is None else 0.0
        tried: list[tuple[str, Judged]] = []
        widely = not is_of_service(understanding)
        if part.lent:
            own = self._search.judged(part.text, understanding.language.code, aside, named, widely)
            if any(asks_the_same(part.text, hit.chunk.question) for hit in own.hits[:1]):
                return part.text, own
        for place, way in enumerate(part.ways, 1):
            found = self._search.judged(way, understanding.language.code, aside, named, widely)
            found = found if way in (part.text, understanding.question) else self._search.on_goods(found, part.text)
            judged = in_danger(way, found, understanding.question).telling(part.told)
            judged = judged.without(part.aside if way in part.of_any else None)
            if part.lent and way == part.worded and (topic := told_topic(part.text)):
                judged = judged.about(topic, query_language(way))
            by_rule = told_by_rule(understanding, "price" in question_types(way)) and not (
                way != understanding.question and of_goods(way)
            )
            records = () if by_rule else self._telling(way, judged.records, understanding, named)
            stocked = tuple(one for one in records if one.source in named) if asks_stock(way) else ()
            tried.append((way, Judged((), stocked) if stocked else replace(judged, records=records)))
            if place >= part.alike and max(judged.best for _, judged in tried) >= max(self._threshold, part.sure):
                break
        return max(tried, key=lambda one: _surety(one[1], understanding.language.code))

    def _speaking(self, way: str, judged: Judged, products: Sequence[Product]) -> Judged:
        """What is found for a question about a kind of goods; of whether, only what speaks of more than such goods.

        That nylon strings are for classical guitars does not tell whether one comes with a case.
        """
        names = (f"{one.title} {one.brand} {one.category} {self._finder.goods.kind_of(one.sku) or ''}" for one in products)
        beyond = frozenset(terms(way)) - frozenset(terms(" ".join(names)))
        if not beyond or "yes_no" not in question_types(way):
            return judged

        return replace(judged, hits=judged.about(beyond, query_language(way)).hits)

    def _evidence(
        self, asked: Sequence[AskedPart], found: Sequence[tuple[str, Judged]], language: LanguageCode, goods: str
    ) -> tuple[tuple[Evidence, ...], tuple[Part, ...]]:
        """All that answers, surest first for each part in turn, and which of it answers which part.

        What is told of all goods is chosen in words for all, but where it speaks of the ``goods`` that are asked about.
        """
        fitting = [self._fitting(way, judged) for way, judged in found]
        together: dict[str, Evidence] = {}
        for item in (item for items in fitting for item in items):
            if item.id not in together or together[item.id].score < item.score:
                together[item.id] = item
        if not together or (len(asked) == 1 and not (asked[0].reworded or found[0][0] in asked[0].of_any)):
            return tuple(together.values()), ()
        places = {name: place for place, name in enumerate(together)}
        parts = []
        for part, items, (way, _) in zip(asked, fitting, found, strict=True):
            told = items or self._told_beside(part, tuple(together.values()), language)
            of_any = () if _names(goods, told[:1]) and RULES[language][0] in part.of_any else part.of_any
            worded = way if way in (*of_any, part.lent and part.text) else part.worded
            parts.append(Part(part.text, worded, {places[item.id]: item.score for item in told}))
        return tuple(together.values()), tuple(parts)

    def _told_beside(self, part: AskedPart, evidence: Sequence[Evidence], language: LanguageCode) -> tuple[Evidence, ...]:
        """The evidence of other parts that has a sentence for this one too."""
        chosen = self._selector.select(part.text, evidence, language)
        return tuple(evidence[place] for place in dict.fromkeys(one.evidence_index for one in chosen))

    def _fitting(self, way: str, judged: Judged) -> tuple[Evidence, ...]:
        """What answers, surest first."""
        return tuple(sorted((*judged.records, *self._with_neighbours(way, judged.hits)), key=lambda item: -item.score))

    def _telling(
        self, way: str, records: Sequence[Evidence], understanding: Understanding, named: Sequence[str]
    ) -> tuple[Evidence, ...]:
        """The records of products that answer, surest first; with a fact to tell: a title may have all a question's words."""
        told = (self._measured(way, record) if record.source in named else record for record in records)
        wanted = sizes(way)
        likely = (one for one in told if one.score >= self._threshold and not of_another(wanted, sizes(one.title)))
        dated = question_types(way)[:1] == ("date",)  # when it is there again, a record tells by a date or not at all
        chosen = ((one, self._selector.select(way, [one], understanding.language.code)) for one in likely)
        telling = (one for one, said in chosen if said and (not dated or any(_tells_date(unit.text) for unit in said)))
        return tuple(sorted(telling, key=lambda record: -record.score))

    def _measured(self, way: str, record: Evidence) -> Evidence:
        """The record of a product that is named, which answers where it holds the measure asked for: it has one weight."""
        kinds, facts = question_types(way), units(record.text)
        holds = bool(kinds) and kinds[0] in OF_A_PRODUCT and any(offers(unit.text, kinds[0]) for unit in facts)
        holds = holds or asks_stock(way)
        holds = holds or any(
            tells(*unit.pairs[0], way, record.title) or told_in(unit.pairs[0][1], way) for unit in facts if unit.pairs
        )
        if not holds and kinds and kinds[0] in STRICT:  # "how long does it take to heat up": heats in 6 minutes
            chosen = self._selector.select(way, [record], record.language)
            holds = any(one.covers >= _ALL_ASKED and offers(one.text, kinds[0]) for one in chosen)
        return replace(record, score=max(record.score, SURELY_ANSWERED)) if holds else record

    def _products(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[Product, ...]:
        """The products named; for a question about a product that names none, the only one of the kind that it names.

        Where it names no kind either, the page's, or the only one just shown.
        """
        skus: Sequence[str] = understanding.entities.skus
        of_product = understanding.intent.name in PRODUCT_INTENTS or any(map(asks_stock, question_parts(understanding.text)))
        if not skus and of_product and understanding.entities.categories:
            members = self._finder.goods.members(understanding.entities.categories[0])
            skus = tuple(members) if len(members) == 1 else ()
        elif not skus and of_product:  # a question that was rewritten names what it is about
            skus = (context.page_sku,) if context.page_sku else () if understanding.rewritten else _alone(state.skus)
        return self._finder.catalogue.get_many(skus[:PRODUCT_CARDS], understanding.language.code)

    def _of_kind(self, way: str, products: Sequence[Product], widely: bool) -> tuple[str, ...]:
        """The question asked of the kind of thing that a product is, as shops write of it: 羽绒睡袋能机洗吗.

        What a shop does is told of kinds, as much is ``widely``: then a part of a title stands for it ("the brick").
        """
        written = plain(way)
        for product in products:
            title, start = plain(product.title), written.lower().find(plain(product.title).lower())
            named = title_at(written, title) if widely or ASKS_TO_DO.search(written) else None
            if start >= 0 or named:
                start, end = named or (start, start + len(title))
                names = (short_name(product.title, product.brand), self._finder.goods.kind_of(product.sku))
                kinds = (kind for kind in dict.fromkeys(filter(None, names)) if kind.lower() != written[start:end].lower())
                return tuple(f"{written[:start]}{kind}{written[end:]}" for kind in kinds)
        return ()

    def _with_neighbours(self, way: str, hits: Sequence[SearchHit]) -> list[Evidence]:
        """The hits that answer, surest first, and beside the first, when it is prose, the passages before and after it.

        Where the shop has answered this very question, its answer alone; what no longer holds only where nothing else answers.
        """
        fitting = [hit for hit in hits if hit.score >= self._threshold][: self._top_k]
        fitting = [hit for hit in fitting if asks_the_same(way, hit.chunk.question)] or fitting
        fitting = [hit for hit in fitting if ended(hit.chunk, date.today()) is None] or fitting
        passages = [evidence_of(hit) for hit in fitting]
        if fitting and fitting[0].chunk.kind == "text":
            taken = {passage.id for passage in passages}
            near = self._search.neighbours(way, fitting[0].chunk)
            weaker = fitting[0].score * BESIDE_A_HIT
            passages += [evidence_of(SearchHit(chunk, weaker, 0.0, 0.0)) for chunk in near if chunk.id not in taken]
        return passages


def _alone(skus: tuple[str, ...]) -> tuple[str, ...]:
    return skus if len(skus) == 1 else ()


def _surety(judged: Judged, language: LanguageCode) -> float:
    """How surely it answers; what is written in the other language alone, a little less."""
    native = max((hit.score for hit in judged.hits if hit.chunk.language == language), default=0.0)
    return max(judged.best - FOREIGN_BEHIND, native)


def _names(goods: str, items: Sequence[Evidence]) -> bool:
    """Whether what is told names one of the ``goods``."""
    return any(frozenset(terms(goods)) & frozenset(terms(item.text)) for item in items)


def _tells_date(text: str) -> bool:
    return offers(text, "date") and any(sign.isdigit() for sign in text)
