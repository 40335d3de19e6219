"""One turn, from the customer's message to the stored reply, as the events that every front end consumes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Protocol

from bot.errors import InputError
from bot.generation.brief import Brief
from bot.generation.composer import Composer, Composition
from bot.generation.service_text import welcome
from bot.policy import decide
from bot.profile import ShopProfile
from bot.skills.handover import handover
from bot.skills.outcome import Outcome, Skill, TurnContext
from bot.types import Action, ActionName, DialogueState, LanguageCode, Message, ProductCard, Reply, TurnEvent, Understanding
from bot.understanding.reader import MessageReader

MAX_CHARACTERS = 4000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028-\u202e\u2060\ud800-\udfff\ufeff]")


class Conversations(Protocol):
    """Where turns are kept: :class:`bot.store.conversations.ConversationStore`, or a transcript that the caller keeps."""

    def open(self, conversation: str | None, customer: str | None = None) -> tuple[str, DialogueState, int]:
        """The conversation's id, its state and the number of its next turn."""
        ...

    def history(self, conversation: str, last: int = 12) -> tuple[Message, ...]:
        """The messages of the ``last`` turns, oldest first."""
        ...

    def add_turn(self, understanding: Understanding, reply: Reply, state: DialogueState, evidence_ids: tuple[str, ...]) -> None:
        """Keeps a finished turn and the state after it."""
        ...


class DialogueManager:
    """Runs turns. It holds no state of its own: conversations live in the store."""

    def __init__(
        self,
        reader: MessageReader,
        skills: Mapping[ActionName, Skill],
        composer: Composer,
        store: Conversations,
        shop: ShopProfile,
    ) -> None:
        self._reader, self._skills, self._composer, self._store, self._shop = reader, skills, composer, store, shop

    def over(self, store: Conversations) -> DialogueManager:
        """The same assistant, whose turns are kept in ``store``."""
        return DialogueManager(self._reader, self._skills, self._composer, store, self._shop)

    def stream(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        page_sku: str | None = None,
        language: LanguageCode | None = None,
    ) -> Iterator[TurnEvent]:
        """The turn's events; the last one is ``done`` with the :class:`Reply`, which is stored by then.

        ``language`` is the one of the page that the customer sees: taken where neither the message nor what went before tells.

        Raises:
            InputError: for an empty or overlong message, or an unknown conversation; nothing is stored then.
        """
        clock = Stopwatch()
        message = cleaned(text)
        conversation, state, turn = self._store.open(conversation, customer)
        state = replace(state, language=state.language or language)
        history = self._store.history(conversation)
        context = TurnContext(self._shop, history, conversation, customer, page_sku)

        understanding = self._reader.read(message, history, state)
        clock.lap("understanding")
        yield TurnEvent("understanding", understanding)

        action = decide(understanding, state)
        outcome = self._gather(action, understanding, state, context)
        brief = outcome.brief
        clock.lap("evidence")

        composition = yield from self._composer.compose(brief)
        clock.lap("writing")
        yield TurnEvent("citations", composition.citations)
        cards = product_cards(brief)
        yield TurnEvent("products", cards)
        follow_ups = self._composer.follow_ups(brief, composition)
        yield TurnEvent("follow_ups", follow_ups)
        yield TurnEvent("asks", brief.asks)
        clock.lap("follow_ups")

        reply = _reply(conversation, turn, understanding, brief, composition, cards, follow_ups, clock)
        self._store.add_turn(understanding, reply, remember(outcome, understanding), tuple(e.id for e in brief.evidence))
        yield TurnEvent("done", reply)

    def greeting(self, language: LanguageCode) -> str:
        """The first words of a conversation: the owner's own, or the built-in ones."""
        return welcome(self._shop, language)

    def _gather(self, action: Action, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        if action.name == "handover":
            return handover(understanding, state, context, action.reason or "requested")
        if action.documents_first:
            answered = self._skills["answer"].prepare(understanding, state, context)
            if answered.brief.action == "answer":
                return answered
        return self._skills[action.name].prepare(understanding, state, context)


class Stopwatch:
    """Milliseconds of each stage of a turn, and of the whole."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Ends ``stage`` now; the next one begins."""
        now = perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def read(self) -> dict[str, float]:
        """The stages so far and ``total``."""
        return {**self._laps, "total": round((perf_counter() - self._started) * 1000, 3)}


def cleaned(text: str) -> str:
    """The message without control characters.

    Raises:
        InputError: when nothing is left, or more than ``MAX_CHARACTERS``.
    """
    message = _CONTROL.sub("", text).strip()
    if not message:
        raise InputError("The message is empty: please type your question. / 消息是空的，请输入您的问题。")
    if len(message) > MAX_CHARACTERS:
        raise InputError(
            f"The message has {len(message)} characters: please keep it under {MAX_CHARACTERS}. "
            f"/ 消息有 {len(message)} 个字，请控制在 {MAX_CHARACTERS} 字以内。"
        )
    return message


def remember(outcome: Outcome, understanding: Understanding) -> DialogueState:
    """The state after the turn: what the skill kept, and what was said and done last."""
    return replace(
        outcome.state,
        language=understanding.language.code,
        last_intent=understanding.intent.name,
        last_action=outcome.brief.action,
        last_question=understanding.question,
        asks=outcome.brief.asks,
    )


def product_cards(brief: Brief) -> tuple[ProductCard, ...]:
    """The brief's products as cards, each with its reason."""
    reasons = (*brief.reasons, *("" for _ in brief.products))
    return tuple(
        ProductCard(p.sku, p.title, p.price, p.currency, p.stock, p.url, why, p.image)
        for p, why in zip(brief.products, reasons, strict=False)
    )


def _reply(
    conversation: str,
    turn: int,
    understanding: Understanding,
    brief: Brief,
    composition: Composition,
    cards: tuple[ProductCard, ...],
    follow_ups: tuple[str, ...],
    clock: Stopwatch,
) -> Reply:
    return Reply(
        conversation=conversation,
        turn=turn,
        language=brief.language,
        intent=understanding.intent,
        sentiment=understanding.sentiment,
        action=brief.action,
        text=composition.text,
        citations=composition.citations,
        products=cards,
        follow_ups=follow_ups,
        asks=brief.asks,
        proposed_change=brief.proposed_change,
        handover=brief.handover,
        abstained=brief.abstained,
        writer=composition.writer,
        prompt=composition.prompt,
        timings_ms=clock.read(),
    )
