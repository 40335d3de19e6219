"""Which orders a clause speaks of: every one, another than before, and what it says of one among several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.order_desk.items import likeness
from bot.order_desk.known import Known
from bot.order_desk.reading import Clause
from bot.order_desk.state import Wish
from bot.shop.records import Order

_EVERY_ORDER = re.compile(
    r"\b(?:all|both|every|each)\b(?: of)?(?: my| the| these| those| your)?(?: \w+)? orders?\b|(?:所有|全部|两个"
    r"|都).{0,6}订单|订单.{0,4}(?:都|全部)",
    re.IGNORECASE,
)
_OTHER_ORDER = re.compile(
    r"\b(?:other|another|different|second|pending|unshipped) (?:\w+ )?order\b|\b(?:ordered|bought) something else\b"
    r"|另[一外].{0,3}[个笔]?(?:订单|单)|其他订单|别的订单|还有[一那]?[个笔]?订?单",
    re.IGNORECASE,
)
_THIS_ORDER = re.compile(r"\b(?:this|the same) order\b|这个?(?:订?单子?|笔)", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|this|that|them|(?:the|my|this|that) order)\b|它|这个|这单|该订单", re.IGNORECASE)
_GOES_ON = re.compile(r"\W*(?:and |so |ok(?:ay)?,? |well,? )?then\b|\W*那(?!边|天|时|件|款|双|条)", re.IGNORECASE)


def names_every_order(text: str) -> bool:
    """Whether ``text`` speaks of all the customer's orders."""
    return _EVERY_ORDER.search(text) is not None


def own_words(text: str, known: Known, order_id: str, marked: Sequence[tuple[int, Order]]) -> str:
    """What a clause over several orders says of one of them: from where it is named to where the next one is."""
    places = [(at, order.order_id) for at, order in marked]
    places += [(text.find(order.order_id.lstrip("#")), order.order_id) for order in known.orders_in(text)]
    starts = sorted(at for at, _ in places if at >= 0)
    start = next((at for at, own in places if own == order_id and at >= 0), 0)
    return text[start : next((at for at in starts if at > start), len(text))]


def without_numbers(text: str, known: Known, kept: str | None) -> str:
    """A clause over several orders as it stands for one of them."""
    for order in known.orders_in(text):
        if order.order_id != kept:
            text = text.replace(order.order_id, " ").replace(order.order_id.lstrip("#"), " ")
    return text


def other_order(current: Sequence[Wish], clause: Clause, known: Known) -> list[str]:
    """The only order that "my other order" can be: one that allows it, and that no wish is about yet."""
    assert clause.kind is not None
    if not names_other_order(clause.text):
        return []
    spoken_of = {wish.order_id for wish in current}
    left = [order.order_id for order in known.able(clause.kind) if order.order_id not in spoken_of]
    return left if len(left) == 1 else []


def names_other_order(text: str) -> bool:
    """Whether ``text`` speaks of an order beside the one that was spoken of."""
    return _OTHER_ORDER.search(text) is not None


def refers_back(text: str) -> bool:
    """Whether a wish goes on from what was just refused: "then cancel it", 那能退吗."""
    return _GOES_ON.match(text) is not None


def means_order(wish: Wish, order: Order, text: str, known: Known, shown: bool) -> bool:
    """Whether a wish that names no order and no item is about ``order``, the one spoken of last.

    "It" always is, and what is wished of an order that was just ``shown``; else where that or no other can be meant.
    """
    able, other = known.able(wish.kind), known.order(wish.order_id)
    if names_other_order(text):
        return False
    named = bool(wish.items and other and likeness(text, known.named(other))[0])
    if (shown or _THIS_ORDER.search(text)) and not (wish.order_told or named):
        return True
    return wish.order_id is None and (_IT.search(text) is not None or order in able or not able)
