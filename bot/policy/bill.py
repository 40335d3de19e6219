"""Whether a customer asks what their cart, or what they chose in the chat, comes to."""

from __future__ import annotations

from bot.order_desk.state import DeskState
from bot.types import DialogueState, Understanding
from bot.understanding.totals import asks_in_all, asks_of_cart

_OF_ORDERS = frozenset({"order_status", "order_change", "confirm"})


def asks_for_bill(understanding: Understanding, state: DialogueState, cart: bool = False) -> bool:
    """Whether it is the cart that is asked for, or the sum of goods in view; ``cart``: the page tells of one."""
    text, said = understanding.text[:300], understanding.entities
    if asks_of_cart(text):
        return True
    of_order = DeskState.of(state.desk).busy or state.last_action in _OF_ORDERS or said.order_ids
    something = cart or state.taken or state.skus
    return bool(something) and not (of_order or said.skus or said.categories) and asks_in_all(text)
