"""The one place where concrete parts are chosen: what the program is made of."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.admin import Admin
from bot.assistant import Foundation, assemble
from bot.errors import DataDirectoryError, SettingsError
from bot.generation.alignment import WordVectors
from bot.generation.llm_stream import CircuitBreaker, Deadlines, ModelStream
from bot.generation.passage_judge import PassageJudge
from bot.generation.selection import Selector
from bot.generation.spending import turn_now
from bot.generation.token_budget import count_tokens
from bot.generation.writer_llm import LlmWriter
from bot.learning.entry_trial import EntryTrials
from bot.learning.labels import Labels
from bot.learning.ratings import Ratings
from bot.lint.shop_linter import ShopLinter
from bot.loading.loader import Loader
from bot.marketing.campaigns.experiments import Experiments
from bot.marketing.desk import InsightDesk
from bot.order_desk.policy import PolicyFile
from bot.order_desk.sql_system import SqlOrderSystem
from bot.order_desk.system import OrderSystem
from bot.privacy.keeper import Keeper
from bot.running.live import Live
from bot.running.readiness import Readiness
from bot.running.rehearsal import Rehearsal
from bot.settings import Settings, load_intents
from bot.settings.encoding import chosen_encoder, for_bulk
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.graph import ProductGraph
from bot.shop.order_layout import OrderLayout
from bot.shop.orders import order_examples
from bot.shop.profile.profiles import Profiles
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader
from bot.shop.rules import MerchandisingRules
from bot.shop.tastes import Tastes
from bot.shopdesk import Shopdesk
from bot.store.conversations import ConversationStore
from bot.store.corrections import Corrections
from bot.store.csat import CsatStore
from bot.store.database import open_database
from bot.store.handover_log import HandoverLog
from bot.store.handovers import HandoverStore
from bot.store.identities import IdentityStore
from bot.store.knowledge import SqlLedger
from bot.store.model_calls import ModelCalls
from bot.store.order_changes import OrderChanges
from bot.store.outbox import Outbox
from bot.store.product_events import ProductEvents
from bot.store.rate_limits import RateLimits
from bot.store.ratings import RatingStore
from bot.store.schema import upgrade
from bot.store.sessions import SessionStore
from bot.store.sites import SiteStore
from bot.store.sources import SourceStore
from bot.takeover.links import TakeoverLinks
from bot.training.desk import TrainingDesk
from bot.understanding import shipped
from bot.understanding.live_entities import LiveEntityReader
from bot.versions import Versions
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import builtin
from knowledge_base.ensemble_encoder import EnsembleEncoder
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading.web.manners import polite_fetcher
from knowledge_base.loading.web.pages import Web
from knowledge_base.reranker import CrossEncoderReranker, Reranker, RerankerError
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.translation import Translator

if TYPE_CHECKING:
    from bot.order_desk.connectors import Platform


def build(settings: Settings) -> Shopdesk:
    """Opens the data directory and puts the program together.

    Raises:
        SettingsError: a setting names something that cannot be used.
        DataDirectoryError: the data directory cannot be written, or another process has it open.
    """
    with ExitStack() as resources:
        engine = opened_database(settings, resources)
        encoder = chosen_encoder(settings)
        knowledge = _knowledge(settings, engine, for_bulk(encoder, settings), resources)
        catalogue, opinions = Catalogue(engine), OpinionReader(engine)
        platform, own = _platform(settings), load_intents(settings.data)
        policy = PolicyFile(settings.data, platform.kinds if platform else None)
        ours = encoder if isinstance(encoder, EnsembleEncoder | StaticEncoder) else builtin()
        words = ours.static if isinstance(ours, EnsembleEncoder) else ours
        vectors = WordVectors(words.weighted)
        selector = Selector(words.encode, vectors)
        tastes, profiles = Tastes(engine, catalogue), Profiles(engine, catalogue)
        finder = ProductFinder(catalogue, opinions, Recommender(MerchandisingRules()))
        numbers = partial(_known_numbers, settings, engine)
        entities = LiveEntityReader(
            catalogue,
            numbers,
            lambda word: words.knows(word) or word in knowledge.seen,
            partial(Translator, words),
            words.knows,
        )
        entities.current()
        reader_of_answers = shipped.answers(words) if isinstance(encoder, EnsembleEncoder) else None
        judge = PassageJudge(selector.encode or words.encode, vectors, entities.subjects, reader_of_answers)
        labels = Labels(Corrections(engine), own, shipped.intents(ours), shipped.sentiment(), ours)
        ratings = Ratings(RatingStore(engine), words.encode)
        log = HandoverLog(settings.channels)
        conversations = ConversationStore(engine, log)
        parts = Foundation(
            engine,
            knowledge,
            catalogue,
            opinions,
            words,
            selector,
            tastes,
            profiles,
            entities,
            judge,
            ProductGraph(catalogue, opinions),
            policy,
            _order_system(settings, engine, catalogue, resources),
            own,
            labels.intents(),
            labels.sentiment(),
            shipped.wishes(ours),
            shipped.faults(),
            conversations,
            Experiments(engine).serve,
            ratings,
        )
        live = Live(settings, partial(assemble, parts), partial(language_model, ModelCalls(engine)))
        resources.callback(live.close)
        rehearsal = Rehearsal(parts, live)
        versions = Versions(knowledge, rehearsal.dialogue, engine)
        return Shopdesk(
            live,
            conversations,
            SessionStore(engine, settings.conversation_days),
            SiteStore(engine),
            IdentityStore(engine),
            Admin.open(engine, knowledge, ours.encode, live.current, ratings, settings.data, labels, entities.orders),
            CsatStore(engine),
            ProductEvents(engine),
            HandoverStore(engine, log),
            TakeoverLinks.open(settings),
            log.changes,
            Outbox(engine),
            versions,
            EntryTrials(engine, versions, ours.encode),
            ShopLinter(knowledge, catalogue, engine, encoder, partial(polite_fetcher, settings.private_addresses), policy),
            InsightDesk(
                engine,
                catalogue,
                words.encode,
                partial(polite_fetcher, settings.private_addresses),
                settings.bulk_workers,
                settings.zone,
            ),
            TrainingDesk(engine, knowledge, finder, ours.encode, lambda: live.current().shop),
            rehearsal,
            OrderLayout(engine),
            profiles,
            Readiness(knowledge, engine),
            RateLimits(engine),
            Keeper.open(engine, profiles, lambda: live.current().settings, tastes.learn),
            knowledge,
            Loader(
                engine,
                knowledge,
                catalogue,
                settings.data,
                lambda: live.current().shop.currency,
                entities.current,
                tastes.learn,
            ),
            OrderChanges(engine),
            resources.pop_all(),
        )


def opened_database(settings: Settings, resources: ExitStack) -> Engine:
    """The shop's database, made or brought up to date; ``resources`` close it.

    Raises:
        DataDirectoryError: the data directory or the database cannot be used.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryError(
            f"The data directory {str(settings.data)!r} cannot be made ({error.strerror}): choose another with --data."
        ) from error
    engine = open_database(settings.sql_url)
    resources.callback(engine.dispose)
    upgrade(engine)
    return engine


def _reranker(settings: Settings) -> Reranker | None:
    if settings.reranker is None:
        return None
    try:
        return CrossEncoderReranker(settings.reranker)
    except RerankerError as error:
        raise SettingsError(str(error)) from error


def _knowledge(settings: Settings, engine: Engine, encoder: Encoder, resources: ExitStack) -> KnowledgeBase:
    try:
        web = Web(lambda: polite_fetcher(settings.private_addresses, settings.page_pause_s), SourceStore(engine))
        knowledge = KnowledgeBase(settings.data, SqlLedger(engine), encoder, settings.chroma_url, _reranker(settings), web)
    except KnowledgeBaseError as error:
        raise DataDirectoryError(str(error)) from error
    return resources.enter_context(knowledge)


def _platform(settings: Settings) -> Platform | None:
    if settings.orders_url is None:
        return None
    from bot.order_desk.connectors import PLATFORMS

    return PLATFORMS.get(settings.orders_platform)


def _known_numbers(settings: Settings, engine: Engine) -> tuple[str, ...]:
    """Examples of the shop's order numbers: of its platform where orders live there, else of those that were loaded."""
    platform = _platform(settings)
    return order_examples(engine) if settings.orders_url is None else platform.numbers if platform else ()


def _order_system(settings: Settings, engine: Engine, catalogue: Catalogue, resources: ExitStack) -> OrderSystem:
    if settings.orders_url is None:
        return SqlOrderSystem(engine, catalogue.get)
    from bot.order_desk.connectors import connector

    system = connector(settings, settings.orders_url, OrderChanges(engine))
    resources.callback(system.close)
    return system


def language_model(calls: ModelCalls, settings: Settings) -> LlmWriter | None:
    """The language model that the settings name, whose use ``calls`` counts; None where they name none.

    Raises:
        SettingsError: it cannot be used.
    """
    if (name := settings.llm) is None:
        return None
    from bot.generation.chat_model import chat_model, runs_here

    model = chat_model(settings)
    masking = {"always": True, "never": False}.get(settings.mask_personal_data, not runs_here(settings))
    count = model.get_num_tokens if name.startswith("transformers:") else count_tokens
    prices = (settings.llm_input_price, settings.llm_output_price)
    stream = ModelStream(
        model,
        Deadlines(settings.llm_first_token_s, settings.llm_total_s),
        CircuitBreaker(pause_s=settings.llm_pause_s),
        masking=masking,
        spent=lambda prompt, answer: calls.record(name, prompt, answer, prices, turn_now()),
        count=count,
        allowed=lambda: calls.may(settings.llm_conversation_tokens, settings.llm_shop_tokens, turn_now()),
    )
    return LlmWriter(name, stream, count, settings.llm_context_tokens, settings.llm_answer_tokens)
