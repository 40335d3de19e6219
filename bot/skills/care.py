"""What a customer may want next, where their own orders and talks support it: as questions that they can press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from sqlalchemy import Engine

from bot.generation.brief import Line
from bot.generation.phrases import Phrases
from bot.shop.catalogue import Catalogue
from bot.shop.graph import ProductGraph
from bot.shop.records import Order
from bot.shop.status import AWAITED
from bot.skills.outcome import Outcome, Skill, TurnContext
from bot.store.complaints import left_unhappy
from bot.types import DialogueState, LanguageCode, Product, Understanding

REMEMBERED = timedelta(days=14)
_CAME = ("delivered", "completed")
_REVIEW = Line.of("follow_review")
_WAYS = {"return_refund": (Line.of("care_return"),), "exchange": (Line.of("care_exchange"),)}
Answers = Callable[[str, LanguageCode], bool]
_BOUGHT = ("partially_shipped", "shipped", "delivered")


class OrderCare:
    """Next questions about one order of a proved customer."""

    def __init__(self, graph: ProductGraph, catalogue: Catalogue, answers: Answers | None = None) -> None:
        """``answers`` says whether the shop's documents answer a question."""
        self._graph, self._catalogue, self._answers = graph, catalogue, answers

    def of(self, order: Order, language: LanguageCode, shown: bool) -> tuple[Line, ...]:
        """When it comes or, unless it was just ``shown``, where it is; what goes with its goods and is in stock; how to review.

        The last is for an order that came and was just shown, where the shop tells how.
        """
        where = Line.of("care_when") if shown else Line.of("care_where", order=order.order_id)
        bought = [item.sku for item in order.items] if order.status in _BOUGHT else ()
        review = [_REVIEW] if shown and order.status in _CAME and self._tells_how_to_review(language) else []
        return (*((where,) if order.status in AWAITED else ()), *self.accessories(bought, language), *review)

    def _tells_how_to_review(self, language: LanguageCode) -> bool:
        question = Phrases(language).say(_REVIEW.phrase)
        return self._answers is not None and self._answers(question, language)

    def accessories(self, skus: Sequence[str], language: LanguageCode) -> tuple[Line, ...]:
        """What goes with the first of the goods that has accessories in stock, apart from these goods."""
        products: tuple[Product, ...] = self._catalogue.get_many(tuple(skus), language)
        fitted = next((one for one in products if self._has_accessories(one.sku, skus)), None)
        return () if fitted is None else (Line.of("care_accessory", title=fitted.title),)

    def _has_accessories(self, sku: str, bought: Sequence[str]) -> bool:
        others = (one for one in self._graph.related(sku, "accessory") if one not in bought)
        return any(product.stock != 0 for product in self._catalogue.get_many(tuple(others)))


class OrderWaySkill:
    """Another skill's outcome; who asks for the rules on returns or exchanges may press that they want one of their own.

    So may who tells of a fault.
    """

    def __init__(self, has_orders: Callable[[], bool]) -> None:
        """``has_orders`` says whether the shop's orders are there to be looked at."""
        self._has_orders = has_orders

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """The other skill's outcome with the wish."""
        outcome = otherwise.prepare(understanding, state, context)
        faulty = understanding.fault is not None
        ways = tuple(chain(*_WAYS.values())) if faulty else _WAYS.get(understanding.intent.name, ())
        told = outcome.brief.action in ("answer", "decline") and (faulty or not outcome.brief.products)
        if not (ways and told and self._has_orders()):
            return outcome
        return replace(outcome, brief=replace(outcome.brief, care=(*outcome.brief.care, *ways)))


class WelcomeBackSkill:
    """Another skill's outcome; a customer who is greeted again and left unhappy last time may press that it is not solved."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """The other skill's outcome with the question."""
        outcome = otherwise.prepare(understanding, state, context)
        if context.customer is None or context.history or understanding.intent.name != "greeting":
            return outcome
        since = datetime.now(UTC) - REMEMBERED
        if not left_unhappy(self._engine, context.customer, context.conversation, since):
            return outcome
        return replace(outcome, brief=replace(outcome.brief, care=(Line.of("care_complaint"),)))
