"""Whoever asks to be told when something is back in stock: what is noted for them, and why nothing is."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import Engine

from bot.generation.brief import Line
from bot.shop.customers import may_be_written_to
from bot.shop.finder import ProductFinder
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.text.question_type import offers
from bot.types import DialogueState, Evidence, Product, Understanding
from bot.understanding.news import asks_for_restock, asks_when_back

_OF_STOCK = re.compile(
    r"\b(?:restock\w*|(?:back )?in stock|sold out|pre-?order\w*)\b|有货|到货|补货|缺货|预售|预定", re.IGNORECASE
)


class RestockSkill:
    """Notes the wish of an identified customer who may be written to; every other message goes to ``otherwise``.

    When sold-out goods are there again is told only from what speaks of their stock.

    The turn itself is the note: :mod:`bot.marketing.outbox.rules` reads the message and the product that was shown with it.
    """

    def __init__(self, finder: ProductFinder, engine: Engine) -> None:
        self._finder, self._engine = finder, engine

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class. Who is not identified is told what documents say of it, else that they have to log in."""
        product = self._sold_out(understanding, state, context) if asks_when_back(understanding.text[:500]) else None
        if product is None:
            return otherwise.prepare(understanding, state, context)
        if not asks_for_restock(understanding.text[:500]):
            told = otherwise.prepare(understanding, state, context)
            instead = told.brief.note == "sold_out"
            if instead or any(_speaks_of_stock(item, product) for item in told.brief.evidence):
                return told
            unknown = self._outcome("restock_unknown", product, understanding, state, context)
            return replace(unknown, brief=replace(unknown.brief, abstained=True))
        if context.customer is None:
            told = otherwise.prepare(understanding, state, context)
            return (
                told
                if told.brief.action == "answer"
                else self._outcome("restock_log_in", product, understanding, state, context)
            )
        reached = may_be_written_to(self._engine, context.customer)
        phrase = "restock_noted" if reached else "restock_no_consent"
        return self._outcome(phrase, product, understanding, state, context)

    def _sold_out(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Product | None:
        """The first product named, on the page or in view that there is none of."""
        meant = understanding.entities.skus or (*filter(None, [context.page_sku]), *state.skus)
        products = self._finder.catalogue.get_many(meant, understanding.language.code)
        return next((product for product in products if product.stock == 0), None)

    def _outcome(
        self, phrase: str, product: Product, understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        brief = replace(
            brief_for("answer", understanding, context),
            evidence=self._finder.evidence((product,), understanding.language.code),
            products=(product,),
            lines=(Line.of(phrase, title=product.title),),
        )
        return Outcome(brief, replace(state, skus=(product.sku,), asks=(), failures=0), 1.0)


def _speaks_of_stock(item: Evidence, product: Product) -> bool:
    """Whether a passage speaks of the product by its number, or of goods that come in again; its own record, with a day."""
    text = f"{item.question or ''} {item.text}"
    comes_in = _OF_STOCK.search(text) is not None
    if item.kind == "product":
        return item.source == product.sku and comes_in and offers(item.text, "date")
    return comes_in or product.sku in text
