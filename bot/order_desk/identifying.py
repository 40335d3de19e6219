"""Who the customer is: what they said of themselves over the turns, and what of it proves an account or an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.order_desk.details import said_name, said_zip
from bot.order_desk.policy import OrderPolicy
from bot.order_desk.proof import OrderProof, Refusal, Said
from bot.order_desk.state import DeskState
from bot.order_desk.system import OrderSystem
from bot.shop.orders import order_key
from bot.shop.records import Customer, Order
from bot.types import DialogueState, Entities

_MOST_EMAILS = 4


@dataclass(frozen=True, slots=True)
class Identified:
    """The state with what was said and proved. ``refusal``: a proof was tried and failed; ``asks``: what is missing."""

    state: DialogueState
    desk: DeskState
    refusal: Refusal | None = None
    asks: tuple[str, ...] = ()


class Identifier:
    """Tries what a message says as a proof, where it says something new."""

    def __init__(self, system: OrderSystem, proof: OrderProof, is_product: Callable[[str], object]) -> None:
        self._system, self._proof, self._is_product = system, proof, is_product

    def identify(
        self, text: str, said: Entities, state: DialogueState, conversation: str, signed_in: str | None, policy: OrderPolicy
    ) -> Identified:
        """Who the customer is after this message. ``signed_in`` is a customer whom the server has proved otherwise."""
        desk = DeskState.of(state.desk)
        state, desk = _heard(text, said, state, desk)
        if signed_in:
            return self._signed_in(state, desk, signed_in)
        if desk.proof == "signed_in":
            desk = DeskState(pending=desk.pending)
        strange = self._strange(said, desk)
        if desk.proved and not strange:
            return Identified(state, desk)
        tells = bool(said.emails or said.phones or said.order_ids or said_zip(text, "name_zip" in state.asks))
        anyhow = policy.proof.without_order_number
        if not desk.proved and tells and self._can_prove_account(state, desk, anyhow):
            return self._account(said, state, desk, conversation, policy)
        number = strange[0] if strange else state.order_id
        if number and tells and (state.email or state.phone or (desk.name and desk.zip)):
            if desk.customer and anyhow:
                return Identified(state, desk, "not_found")
            return self._order(number, said, state, desk, conversation, policy)
        if desk.proved:
            return Identified(state, desk, "not_found" if strange else None)
        return Identified(state, desk, asks=_missing(state, desk, policy))

    def orders(self, desk: DeskState) -> Sequence[Order]:
        """All orders that the customer has proved to be theirs, the newest first."""
        found = list(self._system.orders_of(desk.customer)) if desk.customer else []
        keys = {order_key(order.order_id) for order in found}
        single = [self._system.read(one) for one in desk.orders if order_key(one) not in keys]
        return [*found, *(order for order in single if order is not None)]

    def account(self, desk: DeskState, orders: Sequence[Order]) -> Customer | None:
        """The account of the proved customer; of one proved by a single order, nothing beyond that order."""
        return self._system.customer(desk.customer) if desk.customer else None

    def _signed_in(self, state: DialogueState, desk: DeskState, customer: str) -> Identified:
        if desk.customer != customer:
            desk = DeskState(customer=customer, proof="signed_in", pending=desk.pending, wishes=desk.wishes)
        keys = self._own_keys(desk)
        strange = state.order_id is not None and order_key(state.order_id) not in keys
        return Identified(state, desk, "not_found" if strange else None)

    def _strange(self, said: Entities, desk: DeskState) -> list[str]:
        """The order numbers of a message that the customer has not proved to be theirs."""
        own = self._own_keys(desk)
        return [one for one in said.order_ids if order_key(one) not in own and not self._is_product(one)]

    def _own_keys(self, desk: DeskState) -> set[str]:
        return {order_key(order.order_id) for order in self.orders(desk)} if desk.proved else set()

    @staticmethod
    def _can_prove_account(state: DialogueState, desk: DeskState, anyhow: Sequence[str]) -> bool:
        by_email = "email" in anyhow and state.email is not None
        return by_email or ("name_zip" in anyhow and desk.name is not None and desk.zip is not None)

    def _account(
        self, said: Entities, state: DialogueState, desk: DeskState, conversation: str, policy: OrderPolicy
    ) -> Identified:
        tries = [Said(email=email) for email in said.emails[:_MOST_EMAILS] or ((state.email,) if state.email else ())]
        if desk.name and desk.zip and "name_zip" in policy.proof.without_order_number:
            tries.append(Said(name=desk.name, zip=desk.zip))
        refusal: Refusal = "not_found"
        for one in tries:
            found = self._proof.customer(conversation, one)
            if isinstance(found, Customer):
                desk = replace(desk, customer=found.customer_id, proof="email" if one.email else "name_zip")
                return Identified(state, desk, "not_found" if self._strange(said, desk) else None)
            refusal = found
            if found == "locked":
                break
        return Identified(state, desk, refusal, _missing(state, desk, policy))

    def _order(
        self, number: str, said: Entities, state: DialogueState, desk: DeskState, conversation: str, policy: OrderPolicy
    ) -> Identified:
        allowed = policy.proof.with_order_number
        told = Said(
            state.email if "email" in allowed else None,
            state.phone if "phone" in allowed else None,
            desk.name if "name_zip" in allowed else None,
            desk.zip if "name_zip" in allowed else None,
        )
        found: Order | Refusal = "not_found"
        for email in said.emails[:_MOST_EMAILS] or (told.email,):
            found = self._proof.order(number, conversation, replace(told, email=email))
            if isinstance(found, Order) or found == "locked":
                break
        if not isinstance(found, Order):
            return Identified(state, desk, found)
        by = "order_and_contact"
        opened = replace(desk, orders=tuple(dict.fromkeys((*desk.orders, found.order_id))), proof=desk.proof or by)
        if found.customer_id and not desk.customer and policy.proof.reaches == "customer":
            opened = replace(opened, customer=found.customer_id)
        return Identified(replace(state, order_id=found.order_id, verified_order=found.order_id), opened)


def _heard(text: str, said: Entities, state: DialogueState, desk: DeskState) -> tuple[DialogueState, DeskState]:
    """What the message says of the customer, remembered."""
    answering = "name_zip" in state.asks
    name, zip = said_name(text, answering), said_zip(text, answering)
    desk = replace(desk, name=name or desk.name, zip=zip or desk.zip)
    state = replace(state, order_id=said.order_ids[0] if said.order_ids else state.order_id)
    if said.emails or said.phones:
        state = replace(state, email=next(iter(said.emails), None), phone=next(iter(said.phones), None))
    return state, desk


def _missing(state: DialogueState, desk: DeskState, policy: OrderPolicy) -> tuple[str, ...]:
    """What is to be asked for: either way into an account where the policy allows it, else number and contact."""
    if anyhow := policy.proof.without_order_number:
        return tuple(slot for slot in ("email", "name_zip") if slot in anyhow)
    if state.order_id:
        return ("email",)
    told = state.email or state.phone or (desk.name and desk.zip)
    return ("order_id",) if told else ("order_id", "email")
