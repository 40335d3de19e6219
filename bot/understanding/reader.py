"""The whole understanding of a message: language, entities, rewritten question, intent, sentiment."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from bot.text.money import AROUND, read_money
from bot.text.phrases import plain, tokenise
from bot.text.script import as_read
from bot.types import (
    Constraint,
    DialogueState,
    Entities,
    Fault,
    Intent,
    LanguageCode,
    Message,
    Sensed,
    Sentiment,
    Understanding,
)
from bot.understanding.confirmation import is_no, is_yes
from bot.understanding.language import detect
from bot.understanding.news import asks_when_back
from bot.understanding.rewriting import rewrite
from bot.understanding.story import question_after_story

__all__ = ["MessageReader", "is_no", "is_yes"]

_BARE_NUMBER = re.compile(r"[^\d]{0,4}(\d{2,7}(?:\.\d{1,2})?)[^\d]{0,4}")
_BARE_ORDER = re.compile(r"(?:it'?s |是|就是)?#?[A-Za-z]{0,4}-?\d{3,20}(?:-\d{1,10})?[.。!]?")
_ASKING = re.compile(
    r"[?？]|\b(?:how|what|when|where|why|which|who|can|could|do|does|is|are)\b(?=.* )|吗$|呢$|怎么|多少|多久|什么"
    r"|为什么|能不能|有没有",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\b(?:the|that) (?:[\w-]+ ){1,2}ones?\b|[的色]那?[个款件双只]|那[个款件双只]", re.IGNORECASE)
_BARE_AMOUNT = re.compile(
    r"(?:(?:ok|okay|maybe|well|hm+|那|嗯|就)[,， ]*)?(?P<near>about |around |roughly |大概|差不多)?(?P<below>under"
    r" |below |up to |max |不超过|最多)?"
    r"(?:[$€£¥] ?)?(?P<number>\d{2,6})(?P<unit> ?(?:yuan|rmb|cny|usd|dollars|euros?|块钱?|元))?"
    r"(?P<after> ?(?:左右|上下|吧|以内|以下|max|tops|or so|or less|then|please))?[.!。！]?",
    re.IGNORECASE,
)
_TEXT_SLOTS = {"name_zip": 12, "address": 30, "reason": 20, "items": 20, "option": 14, "payment_method": 10, "need": 24}
"""Slots that a free text answers, with the words that such an answer has at most."""
_LEAVING = frozenset({"human_agent", "complaint", "goodbye", "privacy", "thanks"})
LEAVING_CONFIDENCE = 0.6
SLOT_CONFIDENCE = 0.9
"""Of the kept intent when a message only answers what the assistant asked for."""
FALLBACK_MARGIN = 0.1
REMEMBERED = 1024
"""Messages whose intent and sentiment are kept: customers ask alike, and what was said before is read again."""
CLEAR, LONGEST_FOLLOW_UP = 0.6, 12
"""A message whose intent is surer, or that has more words, is not given to the model for rewriting."""


class TitleOf(Protocol):
    """Gives the title of a SKU, in the language of the conversation where the shop wrote one."""

    def __call__(self, sku: str, language: LanguageCode, /) -> str | None:
        """The title, or None for an unknown SKU."""
        ...


class Rewriter(Protocol):
    """A language model's attempt at a follow-up that the rules do not resolve."""

    def __call__(self, message: str, history: Sequence[Message], language: LanguageCode, /) -> str | None:
        """The message as a question that stands alone; None when the model fails."""
        ...


class IntentClassifier(Protocol):
    """Says what a message wants."""

    def classify(self, text: str) -> Intent:
        """The likeliest intent of ``text``."""
        ...


class SentimentClassifier(Protocol):
    """Says how a customer feels."""

    def analyse(self, text: str) -> Sentiment:
        """The sentiment of ``text``."""
        ...


class EntitySource(Protocol):
    """Reads entities: an :class:`bot.understanding.entities.EntityReader`, or what keeps one current."""

    def read(self, text: str, language: LanguageCode) -> Entities:
        """The entities of ``text``."""
        ...

    def spelt(self, text: str) -> str:
        """``text`` with the names of goods put right that are misspelt."""
        ...

    def variants(self, skus: Sequence[str], constraints: Sequence[Constraint], widely: bool = False) -> tuple[str, ...]:
        """``skus`` in the colour or size that is asked for."""
        ...


class Senser(Protocol):
    """Says what sentences want done to an order, where a message may be about one."""

    def __call__(self, text: str, state: DialogueState, /) -> tuple[Sensed, ...]:
        """The sentences with their likeliest wishes; none for a message that is about something else."""
        ...


class MessageReader:
    """Reads messages of a conversation.

    ``title_of`` gives the title of a SKU, ``price_of`` (where given) its price, for follow-ups that point at shown products.
    ``rewriter`` is asked for short unclear messages amid a conversation that the rules leave as they are.
    """

    def __init__(
        self,
        intent_classifier: IntentClassifier,
        sentiment_classifier: SentimentClassifier,
        entity_reader: EntitySource,
        title_of: TitleOf,
        price_of: Callable[[str], float | None] | None = None,
        rewriter: Rewriter | None = None,
        senser: Senser | None = None,
        fault_of: Callable[[str], Fault | None] | None = None,
    ) -> None:
        self._intent_of = lru_cache(REMEMBERED)(intent_classifier.classify)
        self._sentiment_of = lru_cache(REMEMBERED)(sentiment_classifier.analyse)
        self._entities = entity_reader
        self._title_of = title_of
        self._price_of = price_of
        self._rewriter, self._senser, self._fault_of = rewriter, senser, fault_of

    def read(self, text: str, history: Sequence[Message], state: DialogueState) -> Understanding:
        """What ``text`` says, given the conversation so far, both in simplified characters.

        A message that only answers what the assistant asked for keeps the intent of the conversation and is not rewritten.
        ``entities`` are those of the message together with the products that the rewritten question names.
        """
        if asked := question_after_story(text, state):
            return self._after_story(text, self.read(asked, history, state))
        understanding = self._read(text, history, state)
        sensed = self._senser(text, state) if self._senser else ()
        return replace(understanding, sensed=sensed, fault=self._fault_of(text) if self._fault_of else None)

    def _after_story(self, text: str, asked: Understanding) -> Understanding:
        """What the question at the end of a long message says; the budget may be told before it, and anger is of the whole."""
        amounts, budget, currency = read_money(text)
        if budget and not asked.entities.budget:
            asked = replace(asked, entities=replace(asked.entities, amounts=amounts, budget=budget, currency=currency))
        whole = self._sentiment_of(text)
        return replace(asked, sentiment=whole) if whole.angry else asked

    def _read(self, text: str, history: Sequence[Message], state: DialogueState) -> Understanding:
        language = detect(text, state.language)
        entities = self._entities.read(text, language.code)
        sentiment = self._sentiment_of(text)
        entities = _with_bare_budget(text, entities, state)
        answered = _answer(text, language.code, entities, state)
        if answered is not None and state.last_intent is not None and not self._leaves(text, state):
            intent = Intent(state.last_intent, SLOT_CONFIDENCE)
            return Understanding(text, text, language, intent, sentiment, answered)
        if state.last_question and not entities.skus and asks_when_back(text[:200]):
            named = self._entities.read(state.last_question, language.code).skus[:1]
            state = replace(state, skus=(*named, *(sku for sku in state.skus if sku not in named)))
        spelt = text if entities.order_ids or entities.emails else self._entities.spelt(text)
        if spelt != text:
            entities = self._entities.read(spelt, language.code)
        question = rewrite(spelt, language.code, entities, history, state, self._titles(language.code), self._price_of)
        question = question or (spelt if spelt != text else None)
        intent = self._intent(text, question)
        if question is None and (asked := self._by_model(text, intent, entities, history, language.code)):
            found = self._with_products_of(text, asked, language.code, entities, state)
            own = replace(found, order_ids=entities.order_ids)
            return Understanding(text, asked, language, self._intent(text, asked), sentiment, own, rewritten=True)
        if question is None:
            return Understanding(text, text, language, intent, sentiment, answered or entities)
        entities = self._with_products_of(text, question, language.code, entities, state)
        return Understanding(text, question, language, intent, sentiment, entities, rewritten=True)

    def _by_model(
        self, text: str, intent: Intent, entities: Entities, history: Sequence[Message], language: LanguageCode
    ) -> str | None:
        """The model's rewriting of a short unclear message; it finds passages and products, and never names an order."""
        if self._rewriter is None or not history or intent.confidence >= CLEAR or entities.order_ids or entities.emails:
            return None
        short = 0 < len(tokenise(plain(text))) <= LONGEST_FOLLOW_UP
        return self._rewriter(text, history, language) if short else None

    def _titles(self, language: LanguageCode) -> Callable[[str], str | None]:
        return lambda sku: self._title(sku, language)

    def _title(self, sku: str, language: LanguageCode) -> str | None:
        title = self._title_of(sku, language)
        return title and as_read(title)

    def _intent(self, text: str, question: str | None) -> Intent:
        """The intent of the rewritten question, unless the message alone is the clearer of the two."""
        alone = self._intent_of(text)
        if question is None:
            return alone
        whole = self._intent_of(question)
        return alone if alone.confidence > whole.confidence + FALLBACK_MARGIN and alone.name != "out_of_scope" else whole

    def _leaves(self, text: str, state: DialogueState) -> bool:
        """Whether the customer asks for something else instead of answering a slot that any words would fill."""
        if not any(slot in _TEXT_SLOTS for slot in state.asks):
            return False
        intent = self._intent_of(text)
        return intent.name in _LEAVING and intent.confidence >= LEAVING_CONFIDENCE

    def _with_products_of(
        self, text: str, question: str, language: LanguageCode, entities: Entities, state: DialogueState
    ) -> Entities:
        """Adds the shown products whose titles the rewriting put into the question, and its categories and order."""
        folded = question.lower()
        shown = [(folded.find(title.lower()), sku) for sku in state.skus if (title := self._title(sku, language)) is not None]
        skus = tuple(sku for at, sku in sorted(shown) if at >= 0)
        found = self._entities.read(question, language)
        meant = tuple(dict.fromkeys([*entities.skus, *skus])) or found.skus
        if not entities.skus:
            meant = self._entities.variants(meant, entities.constraints, _THE_ONE.search(plain(text)) is not None)
        return replace(
            entities,
            brands=found.brands,
            skus=meant,
            categories=entities.categories or (() if skus else found.categories),
            order_ids=entities.order_ids or found.order_ids,
        )


def _with_bare_budget(text: str, entities: Entities, state: DialogueState) -> Entities:
    """A sum alone, amid a search for products, is a budget: "about 500", "300左右"."""
    if entities.budget or state.last_action not in ("recommend", "guide") or entities.order_ids:
        return entities
    if (match := _BARE_AMOUNT.fullmatch(plain(text))) is None:
        return entities
    amount = float(match["number"])
    near = match["near"] or (match["after"] or "").strip() in ("左右", "上下", "or so")
    return replace(entities, budget=(amount * (1 - AROUND), amount * (1 + AROUND)) if near else (None, amount))


def _answer(text: str, language: LanguageCode, entities: Entities, state: DialogueState) -> Entities | None:
    """The entities of ``text`` when it only answers a slot that the assistant waits for, else None."""
    if not state.asks:
        return None
    written = plain(text)
    asking = _ASKING.search(written) is not None
    words = len(tokenise(written))
    for slot in state.asks:
        if slot == "confirmation" and (is_yes(text, language) or is_no(text, language)):
            return entities
        is_phone = bool(entities.phones) and not {"email", "phone"}.isdisjoint(state.asks)
        if slot == "order_id" and not (entities.order_ids or is_phone) and _BARE_ORDER.fullmatch(written):
            return replace(entities, order_ids=(written.strip(".。! ").upper(),))
        if slot == "budget" and (match := _BARE_NUMBER.fullmatch(written)) is not None and entities.budget is None:
            return replace(entities, budget=(None, float(match[1])))
        if not asking and _fills(slot, entities, words):
            return entities
    return None


def _fills(slot: str, entities: Entities, words: int) -> bool:
    if slot == "order_id":
        return bool(entities.order_ids) and words <= 16
    if slot == "email":
        return bool(entities.emails or entities.phones) and words <= 16
    if slot == "phone":
        return bool(entities.phones) and words <= 16
    if slot == "budget":
        return (entities.budget is not None or bool(entities.amounts)) and words <= 16
    return 0 < words <= _TEXT_SLOTS.get(slot, 0)
