"""One turn, from the customer's message to the stored reply, as the events that every front end consumes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Protocol

from bot.generation.composer import Composer, Composition
from bot.generation.script import reply_in_script, tokens_in_script
from bot.generation.service_text import welcome
from bot.generation.spending import spent_on
from bot.order_desk.asking import asks_of_bought
from bot.order_desk.routing import may_want
from bot.policy.decision import decide
from bot.settings.profile import ShopProfile
from bot.skills.handover import handover
from bot.skills.multi_intent import for_all_intents
from bot.skills.outcome import Outcome, Skill, TurnContext
from bot.store.conversations import Opened
from bot.turn.hearing import Heard, Page, cleaned
from bot.turn.replying import last_events, left_to_person, remember, reply_of
from bot.turn.stopwatch import Stopwatch
from bot.types import (
    ActionName,
    CartLine,
    DialogueState,
    LanguageCode,
    Message,
    Reply,
    Script,
    TurnEvent,
    Understanding,
)
from bot.understanding.identifiers import names_order
from bot.understanding.reader import MessageReader

LOOK_EVERY_S = 0.5
"""How often it is looked, while a reply is being written, whether a person took the conversation over."""


class Conversations(Protocol):
    """Where turns are kept: :class:`bot.store.conversations.ConversationStore`, or a transcript that the caller keeps."""

    def open(self, conversation: str | None, customer: str | None = None) -> Opened:
        """The conversation as it stands; a new one without an id."""
        ...

    def same_hands(self, opened: Opened) -> bool:
        """Whether nobody took the conversation over, or gave it back, since it was opened."""
        ...

    def history(self, conversation: str, last: int = 12) -> tuple[Message, ...]:
        """The messages of the ``last`` turns, oldest first."""
        ...

    def add_turn(
        self,
        understanding: Understanding,
        reply: Reply,
        state: DialogueState,
        evidence_ids: tuple[str, ...],
        hands: int = 0,
        declined: str | None = None,
    ) -> bool:
        """Keeps a finished turn and the state after it, if the conversation still is in these hands.

        ``declined`` is why the words of a language model that was asked were not used.
        """
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
        expect: Callable[[str], None],
    ) -> None:
        """``expect`` hears of every message before it is read: most are searched for as they stand."""
        self._reader, self._skills, self._composer, self._store, self._shop = reader, skills, composer, store, shop
        self._expect = expect

    def over(self, store: Conversations) -> DialogueManager:
        """The same assistant, whose turns are kept in ``store``."""
        return DialogueManager(self._reader, self._skills, self._composer, store, self._shop, self._expect)

    def stream(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        page_sku: str | None = None,
        language: LanguageCode | None = None,
        script: Script | None = None,
        cart: Sequence[CartLine] = (),
    ) -> Iterator[TurnEvent]:
        """The turn's events; the last one is ``done`` with the :class:`Reply`, which is stored by then.

        ``language`` and ``script`` are those of the page that the customer sees: taken where neither the message nor what went
        before tells. What is said in Chinese comes in the customer's script. ``cart`` is what the page tells of their cart.
        While a person has the conversation, the message is kept for them and the reply is empty, written by ``agent``.

        Who speaks is decided when the turn is stored: if a person took the conversation over since it was opened, or gave it
        back, nothing of the attempt is kept, words already streamed are taken back with an empty ``token`` that resets, and
        the message is taken anew in the new hands.

        Raises:
            InputError: for an empty or overlong message, or an unknown conversation; nothing is stored then.
        """
        clock = Stopwatch()
        message = cleaned(text)
        opened = self._store.open(conversation, customer)
        page = Page(language, script, page_sku, tuple(cart))
        while not (yield from self._attempt(message, opened, customer, page, clock)):
            yield TurnEvent("token", {"text": "", "reset": True})
            opened = self._store.open(opened.conversation, customer)

    def _attempt(
        self,
        message: str,
        opened: Opened,
        customer: str | None,
        page: Page,
        clock: Stopwatch,
    ) -> Generator[TurnEvent, None, bool]:
        """The turn in the hands that the conversation is in; False when these changed before it was stored."""
        heard = Heard.of(message, self._store.history(opened.conversation), opened.state, page)
        state = heard.state
        context = TurnContext(self._shop, heard.history, opened.conversation, customer, page.sku, page.cart, heard.written)

        if not opened.with_person:
            self._expect(heard.read)
        with spent_on(opened.conversation, opened.turn):
            understanding = self._reader.read(heard.read, heard.history, state)
        told, script = heard.as_written(understanding), heard.script(understanding.language.code)
        clock.lap("understanding")
        yield TurnEvent("understanding", told)
        if opened.with_person:
            return (yield from self._leave_to_person(told, opened, clock))

        outcome = for_all_intents(understanding, state, context, self._reader.read, self._gather)
        brief = outcome.brief
        clock.lap("evidence")

        composition = yield from self._while_silent(opened, tokens_in_script(self._composer.compose(brief), script))
        if composition is None:
            return False
        clock.lap("writing")
        with spent_on(opened.conversation, opened.turn):
            follow_ups = self._composer.follow_ups(brief, composition)
        clock.lap("follow_ups")

        reply = reply_in_script(reply_of(opened, told, brief, composition, follow_ups, clock), script)
        kept, evidence_ids = remember(outcome, understanding, reply), tuple(evidence.id for evidence in brief.evidence)
        if not self._store.add_turn(told, reply, kept, evidence_ids, opened.hands, composition.declined):
            return False
        yield from last_events(reply)
        return True

    def _while_silent(
        self, opened: Opened, writing: Generator[TurnEvent, None, Composition]
    ) -> Generator[TurnEvent, None, Composition | None]:
        """What is being written, until a person takes the conversation over: then None, and no more is written."""
        look_at = perf_counter() + LOOK_EVERY_S
        while True:
            try:
                with spent_on(opened.conversation, opened.turn):
                    event = next(writing)
            except StopIteration as end:
                composition: Composition = end.value
                return composition
            yield event
            if perf_counter() >= look_at:
                if not self._store.same_hands(opened):
                    with spent_on(opened.conversation, opened.turn):
                        writing.close()
                    return None
                look_at = perf_counter() + LOOK_EVERY_S

    def _leave_to_person(
        self, understanding: Understanding, opened: Opened, clock: Stopwatch
    ) -> Generator[TurnEvent, None, bool]:
        reply = left_to_person(opened, understanding, clock)
        state = replace(opened.state, language=understanding.language.code)
        if not self._store.add_turn(understanding, reply, state, (), opened.hands):
            return False
        yield from last_events(reply)
        return True

    def greeting(self, language: LanguageCode) -> str:
        """The first words of a conversation: the owner's own, or the built-in ones."""
        return welcome(self._shop, language)

    def _gather(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        action = decide(understanding, state)
        if action.name == "handover":
            return handover(understanding, state, context, action.reason or "requested")
        if names_order(understanding.entities) and action.name not in ("order_change", "order_status"):
            proved = self._skills["order_status"].prepare(understanding, state, context).state
            state = replace(state, desk=proved.desk, order_id=proved.order_id, verified_order=proved.verified_order)
        if context.customer and asks_of_bought(understanding.text):
            ruled = self._skills["order_change"].prepare(understanding, state, context)
            if any(item.kind == "order" for item in ruled.brief.evidence):
                return ruled
        if action.unless_answered is not None:
            answered = self._skills["answer"].prepare(understanding, state, context)
            of_goods = all(item.kind == "product" for item in answered.brief.evidence) and action.name == "order_change"
            if answered.brief.action == "answer" and answered.surety >= action.unless_answered and not of_goods:
                wanted = understanding.entities.categories[:1] if action.name in ("recommend", "guide") else ()
                return replace(answered, state=replace(answered.state, category=wanted[0])) if wanted else answered
        outcome = self._skills[action.name].prepare(understanding, state, context)
        lost = action.name not in ("order_change", "order_status") and outcome.brief.action in ("decline", "handover")
        return (
            self._skills["order_change"].prepare(understanding, state, context) if lost and may_want(understanding) else outcome
        )
