"""What the customer's own goods add to a message: a wish without a verb, and which order a message means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.order_desk.items import likeness, mentions, wants_all
from bot.order_desk.known import Known
from bot.shop.records import Order

_ORDER = r"(?:order|parcel|package|delivery|shipment|box)"
_WITH = r"(?:with|that has|that had|that contains|having|containing|including)"
_HAVING = re.compile(
    rf"\b(?:{_ORDER} {_WITH}|(?:ordered|bought|got|came|arrived|sent) (?:together |along )?with)\b[^.,:;!?()]*?"
    r"(?=[.,:;!?()]|\s(?:is|isn't|are|was|wasn't|were|should|shouldn't|please|to|can|could|needs?|has|goes|must|i|i'd"
    r"|that i)\b|$)"
    r"|(?:和|跟|与|同)[^。，：；！？,.:;!?]{1,12}?一起(?:买|订|下单|到)[了的过]?"
    r"|(?:有|含|买了?)[^。，：；！？]{1,20}?的?[那这]?[个笔]?(?:订单|单子?)(?:里面?|中)?",
    re.IGNORECASE,
)
_MARKED = re.compile(
    rf"\b(?:the|my|that) (?P<a>(?:[\w/&+-]+ ){{1,4}}?)(?:{_ORDER}|one)\b(?! with| that)"
    rf"|\b(?:{_ORDER}|one) {_WITH} "
    rf"(?P<b>(?:(?!\band (?:the |my |an? )?(?:other )?(?:{_ORDER}|one)\b)[^.,:;!?()]){{2,60}})"
    r"|[一另][个单]是?有(?P<d>[^，。；！？、的]{1,12})的"
    r"|(?:有|含)?(?P<c>[^，。；！？、]{1,12})的?[那这]?个?(?:订单|单)",
    re.IGNORECASE,
)
_KEEPS = re.compile(r"\b(?:keep\w*|don't|do not|not|leave|except|fine|stays?)\b|保留|留着|不要动|别|不用", re.IGNORECASE)
_KEEPS_PART = re.compile(r"\b(?:keep\w*|leave|except|fine|stays?)\b|保留|留着|不要动|不用动", re.IGNORECASE)
_PART = re.compile(r"[^,;，；]+")
_SENT = re.compile(
    r"\b(?:you|you've|guys) (?:have )?(?:sent|delivered|shipped)\b|\b(?:i|i've|just) (?:got|received)\b"
    r"|\b(?:received|arrived|delivered|came)\b(?! yet)|收到|到货|已经到",
    re.IGNORECASE,
)
_UNSENT = re.compile(
    r"\bwaiting for\b|(?:n't|\bnot)(?: yet)? (?:been )?(?:ship\w*|sent|arriv\w*|come|deliver\w*)|\b(?:pending|open|unshipped)\b"
    r"|(?:还没|没有?|未)(?:发|到|收)",
    re.IGNORECASE,
)
_GONE = ("shipped", "partially_shipped", "delivered")


def marked_orders(text: str, orders: Sequence[Order], known: Known) -> list[tuple[int, Order]]:
    """The orders that ``text`` means by an item ("the lamp order", "the one with the lamp"), each with its place."""
    found: dict[str, tuple[int, Order]] = {}
    for match in _MARKED.finditer(text):
        told = next(group for group in match.groups() if group)
        whole_names = match[0].lower().startswith("one ")  # "a red one with 20 hours and water resistance" is no order
        scored = [(likeness(told, known.named(order))[int(whole_names)], order) for order in orders]
        best = max((score for score, _ in scored), default=0)
        meant = [order for score, order in scored if best and score == best]
        whole = [order for order in meant if best == len(known.named(order)) > 1]
        meant = whole if len(whole) == 1 else meant  # "the one with the lamp and the desk" has nothing else
        if len(meant) == 1:
            found.setdefault(meant[0].order_id, (match.start(), meant[0]))
    return list(found.values())


def listed_orders(text: str, orders: Sequence[Order], known: Known) -> list[tuple[int, Order]]:
    """The orders that the parts of ``text`` mean, each by what is in it: "the chair, the lamp and the desk"; none to keep."""
    found: dict[str, tuple[int, Order]] = {}
    for part in _PART.finditer(text):
        scored = [(likeness(part[0], known.named(order))[0], order) for order in orders if not _KEEPS_PART.search(part[0])]
        best = max((score for score, _ in scored), default=0)
        meant = [order for score, order in scored if best and score == best]
        if len(meant) == 1:
            found.setdefault(meant[0].order_id, (part.start(), meant[0]))
    return list(found.values())


def without_marks(text: str, order: Order, known: Known) -> str:
    """``text`` without what only tells which order is meant ("the order with the watch"), if it names other items, or all."""
    named = known.named(order)
    blanked = _HAVING.sub(lambda match: " " * len(match[0]) if mentions(match[0], named) else match[0], text)
    return blanked if blanked != text and (mentions(blanked, named) or wants_all(blanked)) else text


def fitting_orders(orders: Sequence[Order], text: str) -> Sequence[Order]:
    """Those of ``orders`` that have come, or have not, as ``text`` says; all where that leaves none."""
    sent, unsent = _SENT.search(text) is not None, _UNSENT.search(text) is not None
    if sent == unsent:
        return orders
    return [order for order in orders if (order.status in _GONE) == sent] or orders


def elsewhere(text: str, order: Order | None, orders: Sequence[Order], known: Known) -> Order | None:
    """The only one of ``orders`` whose items ``text`` names, where it names none of ``order``'s and does not say to keep it."""
    if order is None or _KEEPS.search(text) or likeness(text, known.named(order))[0]:
        return None
    named = [other for other in orders if other is not order and likeness(text, known.named(other))[0]]
    return named[0] if len(named) == 1 else None
