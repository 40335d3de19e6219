"""Looks orders up for their owners, and takes wishes about an order to a person once their owner is proved."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.brief import Brief
from bot.policy import ORDER_WISHES, only_identifies
from bot.shop.catalogue import Catalogue
from bot.shop.orders import OrderDesk, Refusal, order_evidence, order_key
from bot.skills.outcome import Outcome, TurnContext
from bot.types import ActionName, DialogueState, Handover, LanguageCode, Order, Understanding

_SLOTS = frozenset({"order_id", "email"})


class OrderDeskSkill:
    """Order number plus the e-mail or phone it was placed with; both are remembered over turns.

    Nothing of an order reaches the brief before its owner is proved; an unknown order and a wrong proof look the same.
    """

    def __init__(self, orders: OrderDesk, catalogue: Catalogue) -> None:
        self._orders = orders
        self._catalogue = catalogue

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Shows the order, asks for what is missing, or refuses; for a wish about it, shows it and hands over."""
        action = _action(understanding, state)
        state = _with_slots(understanding, state)
        found = self._find(understanding, state, context)
        if isinstance(found, Order):
            return self._show(found, action, understanding, state, context)
        if found == "locked":
            brief = _brief(action, understanding, context, note="locked", abstained=True)
            return Outcome(brief, replace(state, email=None, phone=None, asks=()))
        if found == "not_found":
            asks, note = (("order_id",), "not_in_account") if context.customer else (("order_id", "email"), "not_found")
            brief = _brief(action, understanding, context, asks=asks, note=note, abstained=True)
            return Outcome(brief, replace(state, asks=brief.asks))
        asks = ("email",) if state.order_id else ("order_id",) if state.email or state.phone else ("order_id", "email")
        return Outcome(_brief(action, understanding, context, asks=asks), replace(state, asks=asks))

    def _find(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Order | Refusal | None:
        """None: something is missing, or nothing new was said that could prove more than before."""
        wanted = state.order_id
        if context.customer:
            return self._own(wanted, context.customer) or "not_found"
        if state.verified_order and (wanted is None or order_key(wanted) == order_key(state.verified_order)):
            return self._orders.verified(state.verified_order) or "not_found"
        said = understanding.entities
        if not wanted or not (state.email or state.phone) or not (said.order_ids or said.emails or said.phones):
            return None
        return self._orders.look_up(wanted, context.conversation, state.email, state.phone)

    def _own(self, wanted: str | None, customer: str) -> Order | None:
        """A proved customer reaches their own orders without further proof, and nobody else's with any."""
        return self._orders.of_customer(wanted, customer) if wanted else self._orders.latest_of_customer(customer)

    def _show(
        self, order: Order, action: ActionName, understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        language = understanding.language.code
        evidence = order_evidence(self._titled(order, language), language)
        state = replace(state, order_id=order.order_id, verified_order=order.order_id, asks=())
        if action != "order_change":
            return Outcome(replace(_brief(action, understanding, context), evidence=(evidence,)), state)
        brief = replace(_brief("handover", understanding, context), evidence=(evidence,), handover=Handover("order_change"))
        return Outcome(brief, replace(state, handed_over=True))

    def _titled(self, order: Order, language: LanguageCode) -> Order:
        """The order with its items' titles from the catalogue, in the reply's language where the shop has it."""
        products = {product.sku: product for product in self._catalogue.get_many((item.sku for item in order.items), language)}
        items = (replace(item, title=products[item.sku].title) if item.sku in products else item for item in order.items)
        return replace(order, items=tuple(items))


def _action(understanding: Understanding, state: DialogueState) -> ActionName:
    """A message that only fills a slot, or only names an order, goes on with what was asked before."""
    wish = state.last_intent if only_identifies(understanding) else understanding.intent.name
    if wish in ORDER_WISHES:
        return "order_change"
    filling = state.last_action == "order_change" and bool(_SLOTS & set(state.asks))
    return "order_change" if filling else "order_status"


def _with_slots(understanding: Understanding, state: DialogueState) -> DialogueState:
    said = understanding.entities
    state = replace(state, order_id=said.order_ids[0] if said.order_ids else state.order_id)
    if not said.emails and not said.phones:
        return state
    return replace(state, email=next(iter(said.emails), None), phone=next(iter(said.phones), None))


def _brief(
    action: ActionName,
    understanding: Understanding,
    context: TurnContext,
    asks: tuple[str, ...] = (),
    note: str | None = None,
    abstained: bool = False,
) -> Brief:
    return Brief(
        action=action,
        question=understanding.question,
        language=understanding.language.code,
        understanding=understanding,
        shop=context.shop,
        history=context.history,
        asks=asks,
        note=note,
        abstained=abstained,
    )
