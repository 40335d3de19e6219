"""What answers customers: parts that stay as long as the program runs, and what is made of them from settings and profile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from bot.dialogue import DialogueManager
from bot.generation.composer import Composer
from bot.generation.fact_gate.gate import FactGate
from bot.generation.passage_judge import PassageJudge
from bot.generation.selection import Selector
from bot.generation.writer_builtin import BuiltinWriter
from bot.generation.writer_llm import LlmWriter
from bot.learning.ratings import Ratings
from bot.marketing.promotion import Promotion
from bot.order_desk.counter import Counter
from bot.order_desk.policy import PolicyFile
from bot.order_desk.proof import OrderProof
from bot.order_desk.routing import sensed
from bot.order_desk.system import OrderSystem
from bot.settings import Settings
from bot.settings.own_intents import OwnIntents
from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.graph import ProductGraph
from bot.shop.orders import order_examples
from bot.shop.profile.profiles import Profiles
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader
from bot.shop.rules import MerchandisingRules
from bot.shop.tastes import Tastes
from bot.skills.answer import AnswerSkill
from bot.skills.care import OrderCare, OrderWaySkill, WelcomeBackSkill
from bot.skills.cart import CartSkill
from bot.skills.choice import ChoiceSkill
from bot.skills.compare import CompareSkill
from bot.skills.each_in_view import EachInViewSkill
from bot.skills.evidence import DOCUMENT_KINDS, RELATED, EvidenceSearch, evidence_of
from bot.skills.guide import GuideSkill
from bot.skills.included import IncludedSkill
from bot.skills.order_desk import OrderDeskSkill
from bot.skills.outcome import Skill, in_turn
from bot.skills.own_answer import OwnAnswerSkill
from bot.skills.own_words import OwnWordsSkill
from bot.skills.product_question import ProductQuestionSkill
from bot.skills.promoted import PromotedSkill, Serve
from bot.skills.recommend import RecommendSkill
from bot.skills.related_products import RelatedProductsSkill
from bot.skills.restock import RestockSkill
from bot.skills.said_by_person import SaidByPersonSkill
from bot.skills.size_choice import SizeChoiceSkill
from bot.skills.size_end import SizeEndSkill
from bot.skills.small_talk import SmallTalkSkill
from bot.skills.stand_ins import SoldOutSkill
from bot.skills.told_before import ToldBeforeSkill
from bot.skills.without_data import WithoutDataSkill
from bot.store.conversations import ConversationStore
from bot.types import ActionName
from bot.understanding.combined_intents import CombinedIntents
from bot.understanding.faults import FaultReader
from bot.understanding.intent import IntentClassifier
from bot.understanding.live_entities import LiveEntityReader
from bot.understanding.reader import MessageReader
from bot.understanding.sentiment import SentimentClassifier
from bot.understanding.wishes import WishReader
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.static_encoder import StaticEncoder


@dataclass(frozen=True, slots=True)
class Foundation:
    """Models, knowledge and the shop's data. ``engine`` holds the orders, their changes, and the customers' proofs."""

    engine: Engine
    knowledge: KnowledgeBase
    catalogue: Catalogue
    opinions: OpinionReader
    words: StaticEncoder
    selector: Selector
    tastes: Tastes
    profiles: Profiles
    entities: LiveEntityReader
    judge: PassageJudge
    graph: ProductGraph
    policy: PolicyFile
    orders: OrderSystem
    own: OwnIntents
    intents: IntentClassifier | CombinedIntents
    sentiment: SentimentClassifier
    wishes: WishReader
    faults: FaultReader
    conversations: ConversationStore
    serve: Serve
    ratings: Ratings


@dataclass(frozen=True, slots=True)
class Assistant:
    """All that a turn takes, and what the shop says by itself, from one state of the settings."""

    settings: Settings
    shop: ShopProfile
    dialogue: DialogueManager
    search: EvidenceSearch
    promotion: Promotion
    llm: LlmWriter | None


def assemble(parts: Foundation, settings: Settings, shop: ShopProfile, llm: LlmWriter | None) -> Assistant:
    """The assistant that settings and profile describe."""
    rules = MerchandisingRules.of(shop.boost, shop.exclude, shop.by_margin)
    finder = ProductFinder(parts.catalogue, parts.opinions, Recommender(rules), parts.tastes)
    ratings = parts.ratings if settings.learn_from_ratings else None
    entities = parts.entities
    search = EvidenceSearch(
        parts.knowledge, finder, parts.judge, entities.subjects, settings.answer_threshold, ratings, entities.opens_with_goods
    )
    reader = MessageReader(
        parts.intents,
        parts.sentiment,
        parts.entities,
        parts.catalogue.title_of,
        parts.catalogue.price_of,
        llm.rewrite if llm else None,
        partial(sensed, parts.wishes.sense),
        parts.faults.told,
    )
    skills, composer = _skills(parts, settings, finder, search), _composer(parts, settings, search, llm)
    dialogue = DialogueManager(reader, skills, composer, parts.conversations, shop, parts.knowledge.expect)
    promotion = Promotion.open(parts.engine, parts.catalogue, settings, shop, llm)
    return Assistant(settings, shop, dialogue, search, promotion, llm)


def _skills(parts: Foundation, settings: Settings, finder: ProductFinder, search: EvidenceSearch) -> dict[ActionName, Skill]:
    knowledge, graph = parts.knowledge, parts.graph
    answer = AnswerSkill(finder, parts.selector, search, settings.top_k, settings.answer_threshold)
    counter = Counter(parts.orders, parts.policy, parts.catalogue, sense=parts.wishes.sense, fault_of=parts.faults.told)
    proof = OrderProof(parts.orders, parts.engine)
    threshold = settings.answer_threshold
    care = OrderCare(graph, parts.catalogue, lambda question, language: search.judged(question, language).best >= threshold)

    def has_orders() -> bool:
        return settings.orders_url is not None or bool(order_examples(parts.engine))

    order_desk = WithoutDataSkill(
        OrderDeskSkill(parts.orders, proof, parts.policy, counter, parts.catalogue, care, answer), answer, has_orders
    )
    related = RelatedProductsSkill(graph, finder)
    with_goods = partial(WithoutDataSkill, otherwise=answer, there=lambda: bool(parts.catalogue.families()))
    return {
        "answer": in_turn(
            PromotedSkill("chat", parts.serve),
            OwnAnswerSkill(parts.own, knowledge.search),
            SaidByPersonSkill(parts.selector),
            IncludedSkill(finder),
            OwnWordsSkill(finder),
            ToldBeforeSkill(search, parts.judge.words),
            OrderWaySkill(has_orders),
            CartSkill(finder, answer, parts.selector),
            RestockSkill(finder, parts.engine),
            SizeEndSkill(search),
            SizeChoiceSkill(search),
            related,
            EachInViewSkill(finder),
            ProductQuestionSkill(finder, graph),
            last=answer,
        ),
        "recommend": with_goods(
            in_turn(
                PromotedSkill("recommendation", parts.serve),
                ChoiceSkill(finder, care, answer),
                related,
                SoldOutSkill(finder, graph),
                last=RecommendSkill(finder, knowledge.search, parts.profiles),
            )
        ),
        "guide": GuideSkill(finder, search.hits, settings.answer_threshold),
        "compare": with_goods(CompareSkill(finder)),
        "order_status": order_desk,
        "order_change": order_desk,
        "small_talk": in_turn(WelcomeBackSkill(parts.engine), last=SmallTalkSkill()),
    }


def _composer(parts: Foundation, settings: Settings, search: EvidenceSearch, llm: LlmWriter | None) -> Composer:
    knowledge = parts.knowledge
    return Composer(
        BuiltinWriter(parts.selector),
        llm,
        FactGate(),
        lambda question: [evidence_of(hit) for hit in knowledge.search(question, RELATED, DOCUMENT_KINDS)],
        lambda question: [evidence_of(hit) for hit in search.hits(question, RELATED, DOCUMENT_KINDS)],
        parts.selector.encode,
        settings.answer_threshold,
    )
