"""The order desk as a skill: shows orders to those who proved that they are theirs, and changes them after an explicit yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.errors import OrderSystemError
from bot.generation.brief import Brief, Line
from bot.generation.order_text import CHASE, LOST, NEWS
from bot.order_desk.asking import asks_how_it_stands, asks_of_refund, asks_of_the_order, picks_order
from bot.order_desk.counter import Answer, Counter
from bot.order_desk.details import lacks_number, reason_of
from bot.order_desk.identifying import Identified, Identifier
from bot.order_desk.known import Known
from bot.order_desk.operations import NAMES
from bot.order_desk.policy import OperationKind, PolicyFile
from bot.order_desk.proof import OrderProof
from bot.order_desk.reading import names_operation
from bot.order_desk.routing import may_want, takes_back, tells_of_own, tries_again
from bot.order_desk.rulings import ruling
from bot.order_desk.settling import title_of, titles
from bot.order_desk.state import DeskState
from bot.order_desk.system import OrderSystem
from bot.policy.idle import gives_up
from bot.policy.intents import ORDER_WISHES
from bot.shop.catalogue import Catalogue
from bot.shop.orders import order_evidence, order_key
from bot.shop.records import Order
from bot.shop.status import AWAITED, status_words
from bot.shop.wording import format_date
from bot.skills.care import OrderCare
from bot.skills.handover import handover
from bot.skills.order_times import delivery_time, lost_parcel, refund_time
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import ActionName, DialogueState, Evidence, Handover, LanguageCode, Offer, Understanding
from bot.understanding.aftersale import FAULT
from bot.understanding.confirmation import agreed_with_more, calls_off, is_no, is_yes, says_cancel
from bot.understanding.identifiers import only_identifies
from bot.understanding.news import asks_for_news
from bot.understanding.order_aspects import asks_for_orders, hurries, of_last_time, order_aspects, says_missing
from bot.understanding.ordinals import by_place

MOST_PENDING = 8
_PROOF = ("order_id", "email")
_ACCOUNTS = ("signed_in", "email", "name_zip")
_TAKEN_UP: Mapping[Offer, Mapping[LanguageCode, str]] = {
    "return": {"en": "return it", "zh": "退货"}, "same": {"en": "for the same one", "zh": "换同款"},
}  # fmt: skip
"""What a yes to an offer says."""
_MAY_WANT: Mapping[OperationKind, str] = {
    "cancel": "care_cancel", "change_address": "care_address", "return": "care_return_items", "exchange": "care_exchange_items",
}  # fmt: skip
"""What customers want most of an order, as the questions that they may press where the policy allows it."""
MOST_LISTED = 10
_WAITS = (CHASE, LOST)
_OF_LOST = ("status", "delivered")


class OrderDeskSkill:
    """Nothing of an order reaches the brief before its owner is proved; an unknown order and a wrong proof look the same.

    It is the one skill that writes: the operations of a proposal, when the next message is the customer's explicit yes.
    """

    def __init__(
        self,
        system: OrderSystem,
        proof: OrderProof,
        policy: PolicyFile,
        counter: Counter,
        catalogue: Catalogue,
        care: OrderCare | None = None,
        answer: Skill | None = None,
    ) -> None:
        """``answer`` finds what the documents say of how long delivery takes."""
        self._identifier = Identifier(system, proof, catalogue.get)
        self._policy, self._counter, self._care, self._documents = policy, counter, care, answer

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Asks for the proof, shows orders, proposes changes, or carries out what was confirmed."""
        try:
            return self._prepare(understanding, state, context)
        except OrderSystemError:
            brief = replace(brief_for("order_status", understanding, context), lines=(Line.of("system_away"),), abstained=True)
            return Outcome(brief, replace(state, asks=()))

    def _prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        desk = DeskState.of(state.desk)
        taken_up = _TAKEN_UP.get(state.offered) if state.offered else None
        if taken_up and is_yes(understanding.text, understanding.language.code):
            understanding = replace(understanding, text=taken_up[understanding.language.code])
        if desk.busy and _gives_up(understanding, sure=not (desk.proved or context.customer)):
            kept = replace(state, desk=desk.idle().to_json(), asks=())
            return Outcome(brief_for("order_change", understanding, context, note="kept"), kept)
        changing = _wants_change(understanding, state)
        who = self._identifier.identify(
            understanding.text, understanding.entities, state, context.conversation, context.customer, self._policy.current()
        )
        if who.refusal or who.asks:
            return _unproved(who, changing, understanding, context)
        orders = self._identifier.orders(who.desk)
        customer = self._identifier.account(who.desk, orders)
        known = self._counter.known(orders, customer, understanding.language.code, context.written)
        if not changing:
            return self._show(who, known, understanding, context, state)
        answer = self._answer(who, known, understanding, state, context)
        return self._told(answer, who, known, understanding, context)

    def _answer(
        self, who: Identified, known: Known, understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Answer:
        desk, text, language = who.desk, understanding.text, understanding.language.code
        if desk.proposal:
            if is_yes(text, language) or (desk.proposal.only(NAMES["cancel"]) and says_cancel(text)):
                return self._counter.carry_out(desk, known, context.conversation)
            if is_no(text, language):
                return Answer(desk.idle(), outcome="kept")
            more = agreed_with_more(text)
            if more is not None and self._counter.unchanged(more, desk, known):
                return self._counter.carry_out(desk, known, context.conversation)
        elif (
            is_no(text, language)
            and desk.busy
            and not ("reason" in state.asks and reason_of(text, known.policy.cancel.reasons))
        ):
            return Answer(desk.idle(), outcome="kept")
        if takes_back(text, desk):
            left = desk.busy and not desk.done
            return Answer(desk.idle(), outcome="kept") if left else self._counter.offer_undo(desk, known)
        asked = [slot for slot in state.asks if slot != "operation"]  # which may be named in any words
        return self._counter.listen(text, desk, known, asked, who.state.order_id)

    def _told(
        self, answer: Answer, who: Identified, known: Known, understanding: Understanding, context: TurnContext
    ) -> Outcome:
        action: ActionName = "confirm" if answer.proposed else "order_change"
        refused = (answer.desk.refused,) if answer.outcome == "denied" and answer.desk.refused else ()
        concerned = [known.order(wish.order_id) for wish in (*who.desk.wishes, *answer.desk.wishes, *refused)]
        evidence = self._evidence([order for order in concerned if order], understanding)
        person = answer.person and not answer.proposed and not answer.asks
        brief = replace(
            brief_for("handover" if person else action, understanding, context),
            evidence=evidence,
            lines=answer.lines,
            asks=answer.asks,
            note=answer.outcome,
            proposed_change=answer.proposed or None,
            handover=Handover("order_change") if answer.person else None,
            care=self._cared(concerned, understanding, shown=False) if answer.outcome == "done" else (),
        )
        if "operation" in answer.asks:
            last = known.order(who.state.order_id)
            evidence = self._evidence([last] if last else [], understanding)
            brief = replace(brief, evidence=evidence, care=_ways(last, known, ("return", "exchange")) if last else ())
        orders = [order.order_id for order in concerned if order]
        state = replace(
            who.state,
            asks=answer.asks,
            desk=answer.desk.to_json(),
            order_id=orders[-1] if orders else who.state.order_id,
            handed_over=who.state.handed_over or person,
        )
        return Outcome(brief, state)

    def _show(
        self, who: Identified, known: Known, understanding: Understanding, context: TurnContext, before: DialogueState
    ) -> Outcome:
        """One order, or which there are; of the one that was proved ``before`` this message, what is asked alone."""
        text = understanding.text
        shown = tuple(one.order_id for one in known.orders[:MOST_LISTED])
        picked = by_place(text, shown) if picks_order(understanding, before) else ()
        lists, newest = asks_for_orders(text), of_last_time(text)
        order = None if lists or newest else known.order(picked[0] if picked else who.state.order_id)
        brief = brief_for("order_status", understanding, context)
        if order is None and not newest and (lists or _only_introduces(understanding)) and len(known.orders) > 1:
            return self._list(who, known, brief, understanding)
        order = order or next(iter(known.orders), None)
        if order is None:
            brief = replace(brief, asks=("order_id",), note="not_in_account", abstained=True)
            return Outcome(brief, replace(who.state, asks=brief.asks, desk=who.desk.to_json()))
        state = replace(who.state, order_id=order.order_id, asks=(), desk=who.desk.to_json())
        waits = order.status in AWAITED
        if asks_for_news(text) and waits:
            brief = replace(brief, lines=(Line.of("news_noted", order=order.order_id),), note=NEWS)
        elif hurries(text) and waits:
            brief = replace(brief, lines=(Line.of("chase"),), note=CHASE)
        elif not waits and (says_missing(text) or hurries(text)):
            brief = replace(brief, lines=(Line.of("ask_person"),), note=LOST)
        seen = not picked and order_key(order.order_id) == order_key(before.order_id or "") and DeskState.of(before.desk).proved
        facts = (("status",) if asks_of_refund(text) else _asked(text, brief.note)) if seen or brief.note == LOST else ()
        if before.offered == "person" and before.last_action == "order_status" and (brief.note in _WAITS or not facts):
            told = handover(understanding, state, context, "complaint")  # who was offered a person and goes on needs one
            return replace(told, brief=replace(told.brief, evidence=self._evidence([order], understanding)))
        beside = self._beside(order, facts, understanding, context)
        evidence = (*self._evidence([order], understanding), *(beside.evidence if beside else ()))
        care = (*self._cared([order], understanding, shown=not facts), *_ways(order, known, tuple(_MAY_WANT)))
        care = () if brief.note == LOST else care
        return Outcome(replace(brief, evidence=evidence, care=care, facts=facts, beside=beside), state)

    def _list(self, who: Identified, known: Known, brief: Brief, understanding: Understanding) -> Outcome:
        """The orders of a customer, of which they may pick one."""
        shown, language = list(known.orders[:MOST_LISTED]), known.language
        lines = [
            Line.of(
                "order_line", order=one.order_id, items=titles(one, known), status=status_words(one.status, language),
                date=format_date(one.placed_at, language) if one.placed_at else "–",
            )
            for one in shown
        ]  # fmt: skip
        lines = [Line.of("your_orders"), *lines]
        brief = replace(brief, lines=tuple(lines), evidence=self._evidence(shown, understanding), asks=("order_id",))
        return Outcome(brief, replace(who.state, order_id=None, asks=brief.asks, desk=who.desk.to_json()))

    def _beside(self, order: Order, facts: Sequence[str], understanding: Understanding, context: TurnContext) -> Brief | None:
        """What the documents say of the time that an order still takes, or its refund, where that is what is asked."""
        if self._documents is None:
            return None
        if facts == _OF_LOST:
            return lost_parcel(self._documents, understanding, context)
        if "expected" in facts and order.status in AWAITED:
            return delivery_time(self._documents, order, understanding, context)
        return refund_time(self._documents, understanding, context) if facts == ("status",) else None

    def _cared(self, orders: Sequence[Order | None], understanding: Understanding, shown: bool) -> tuple[Line, ...]:
        """What the customer may want next after the last of their orders that was spoken of."""
        last = next((order for order in reversed(orders) if order is not None), None)
        return self._care.of(last, understanding.language.code, shown) if self._care and last is not None else ()

    def _evidence(self, orders: list[Order], understanding: Understanding) -> tuple[Evidence, ...]:
        """Orders with their items' titles from the catalogue, in the reply's language where the shop has it."""
        language = understanding.language.code
        found: dict[str, Evidence] = {}
        for order in orders:
            known = self._counter.known([order], None, language)
            items = tuple(replace(item, title=title_of(order, item.sku, known)) for item in order.items)
            found[order.order_id] = order_evidence(replace(order, items=items), language)
        return tuple(found.values())


def _ways(order: Order, known: Known, kinds: Sequence[OperationKind]) -> tuple[Line, ...]:
    """The operations of these ``kinds`` that the policy allows for an order, as what the customer may press."""
    return tuple(Line.of(_MAY_WANT[kind]) for kind in kinds if ruling(kind, order, (), known).verdict == "allowed")


def _asked(text: str, note: str | None) -> tuple[str, ...]:
    """The facts that are asked for; who waits for news or hurries wants to know when the order comes."""
    return _OF_LOST if note == LOST else order_aspects(text) or (("expected",) if note else ())


def _gives_up(understanding: Understanding, sure: bool) -> bool:
    """Whether somebody wants nothing done any more: by taking it back in so many words, or, if ``sure``, by any no."""
    text = understanding.text
    return calls_off(text) or (sure and (gives_up(text) or is_no(text, understanding.language.code)))


def _only_introduces(understanding: Understanding) -> bool:
    """Whether a message says who the customer is, and nothing of an order."""
    return not understanding.entities.order_ids and understanding.intent.name not in ("order_status", "delivery")


def _wants_change(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the turn is about changing orders: by what it says, or because that is what the desk is busy with."""
    desk = DeskState.of(state.desk)
    if asks_how_it_stands(understanding, state) or asks_of_the_order(understanding, state):
        return False
    if desk.busy or names_operation(understanding.text) or takes_back(understanding.text, desk):
        return True
    if only_identifies(understanding):
        return state.last_intent in ORDER_WISHES
    if FAULT.search(understanding.text[:200]) and not understanding.text.endswith(("?", "？", "吗")):
        return True
    if tries_again(understanding, desk) or may_want(understanding) or (not state.skus and tells_of_own(understanding)):
        return True
    return understanding.intent.name in ORDER_WISHES


def _unproved(who: Identified, changing: bool, understanding: Understanding, context: TurnContext) -> Outcome:
    """Asks for the proof, or says that it failed. What the customer wants is kept until they are proved."""
    action: ActionName = "order_change" if changing else "order_status"
    desk = who.desk
    if changing and not desk.proved:
        desk = replace(desk, pending=(*desk.pending, understanding.text)[-MOST_PENDING:])
    state = replace(who.state, desk=desk.to_json())
    if who.refusal is None:
        lost = "order_id" in who.asks and lacks_number(understanding.text, answering=True)
        brief = brief_for(action, understanding, context, asks=who.asks, note="no_number" if lost else None)
        return Outcome(brief, replace(state, asks=who.asks))
    if who.refusal == "locked":
        brief = brief_for(action, understanding, context, note="locked", abstained=True)
        return Outcome(brief, replace(state, email=None, phone=None, asks=()))
    own = desk.customer is not None and desk.proof in _ACCOUNTS
    asks, note = (("order_id",), "not_in_account") if own else (who.asks or _PROOF, "not_found")
    brief = brief_for(action, understanding, context, asks=asks, note=note, abstained=True)
    return Outcome(brief, replace(state, asks=asks))
