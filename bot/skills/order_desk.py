"""The order desk as a skill: shows orders to those who proved that they are theirs, and changes them after an explicit yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import OrderSystemError
from bot.generation.brief import Line
from bot.order_desk.asking import asks_how_it_stands, asks_of_the_order
from bot.order_desk.counter import Answer, Counter
from bot.order_desk.details import lacks_number, reason_of
from bot.order_desk.identifying import Identified, Identifier
from bot.order_desk.known import Known
from bot.order_desk.operations import NAMES
from bot.order_desk.policy import PolicyFile
from bot.order_desk.proof import OrderProof
from bot.order_desk.reading import names_operation
from bot.order_desk.routing import may_want, takes_back, tells_of_own, tries_again
from bot.order_desk.state import DeskState
from bot.order_desk.system import OrderSystem
from bot.policy.idle import gives_up
from bot.policy.intents import ORDER_WISHES
from bot.shop.catalogue import Catalogue
from bot.skills.care import OrderCare
from bot.skills.order_showing import OrderShowing, ways
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import ActionName, DialogueState, Handover, LanguageCode, Offer, Understanding
from bot.understanding.confirmation import agreed_with_more, calls_off, is_no, is_yes, says_cancel, says_yes_outright
from bot.understanding.identifiers import only_identifies

MOST_PENDING = 8
_PROOF = ("order_id", "email")
_ACCOUNTS = ("signed_in", "email", "name_zip")
_TAKEN_UP: Mapping[Offer, Mapping[LanguageCode, str]] = {
    "return": {"en": "return it", "zh": "退货"}, "same": {"en": "for the same one", "zh": "换同款"},
}  # fmt: skip
"""What a yes to an offer says."""


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
        self._policy, self._counter, self._showing = policy, counter, OrderShowing(counter, care, answer)

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
            return self._showing.show(who, known, understanding, context, state)
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
            if more is not None and self._counter.unchanged(more, desk, known, says_yes_outright(text)):
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
        shown = state.last_action == "order_status" and not desk.busy
        return self._counter.listen(text, desk, known, asked, who.state.order_id, shown)

    def _told(
        self, answer: Answer, who: Identified, known: Known, understanding: Understanding, context: TurnContext
    ) -> Outcome:
        action: ActionName = "confirm" if answer.proposed else "order_change"
        refused = (answer.desk.refused,) if answer.outcome == "denied" and answer.desk.refused else ()
        concerned = [known.order(wish.order_id) for wish in (*who.desk.wishes, *answer.desk.wishes, *refused)]
        evidence = self._showing.evidence([order for order in concerned if order], known.language)
        person = answer.person and not answer.proposed and not answer.asks
        brief = replace(
            brief_for("handover" if person else action, understanding, context),
            evidence=evidence,
            lines=answer.lines,
            asks=answer.asks,
            note=answer.outcome,
            proposed_change=answer.proposed or None,
            handover=Handover("order_change") if answer.person else None,
            care=self._showing.cared(concerned, known.language, shown=False) if answer.outcome == "done" else (),
        )
        if "operation" in answer.asks:
            last = known.order(who.state.order_id)
            evidence = self._showing.evidence([last] if last else [], known.language)
            brief = replace(brief, evidence=evidence, care=ways(last, known, ("return", "exchange")) if last else ())
        orders = [order.order_id for order in concerned if order]
        state = replace(
            who.state,
            asks=answer.asks,
            desk=answer.desk.to_json(),
            order_id=orders[-1] if orders else who.state.order_id,
            handed_over=who.state.handed_over or person,
        )
        return Outcome(brief, state)


def _gives_up(understanding: Understanding, sure: bool) -> bool:
    """Whether somebody wants nothing done any more: by taking it back in so many words, or, if ``sure``, by any no."""
    text = understanding.text
    return calls_off(text) or (sure and (gives_up(text) or is_no(text, understanding.language.code)))


def _wants_change(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the turn is about changing orders: by what it says, or because that is what the desk is busy with."""
    desk = DeskState.of(state.desk)
    if asks_how_it_stands(understanding, state) or asks_of_the_order(understanding, state):
        return False
    if desk.busy or names_operation(understanding.text) or takes_back(understanding.text, desk):
        return True
    if only_identifies(understanding):
        return state.last_intent in ORDER_WISHES
    if understanding.fault and not understanding.text.endswith(("?", "？", "吗")):
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
