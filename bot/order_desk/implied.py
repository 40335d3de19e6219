"""What the customer's own goods add to a message: a wish without a verb, and which order a message means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.order_desk.items import likeness, mentions
from bot.order_desk.known import Known
from bot.order_desk.options import asked_options
from bot.order_desk.reading import Clause
from bot.shop.records import Order

_HAVING = re.compile(
    r"\border (?:with|that has|that contains|having|containing|including)\b[^.,:;!?()]*?"
    r"(?=[.,:;!?()]|\s(?:is|isn't|was|were|should|shouldn't|please|to|can|could|needs?|has|must|i|i'd|that i)\b|$)"
    r"|(?:有|含|买了?)[^。，：；！？]{1,20}?的?(?:那|这)[个笔]?(?:订单|单子?)(?:里面?|中)?",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"\b(?:the|my|that) (?P<a>(?:[\w-]+ ){1,3}?)(?:order|one)\b(?! with| that)"
    r"|\b(?:order|one) (?:with|that has|that contains|having|containing|including) (?P<b>[^.,:;!?()]{2,60})"
    r"|(?:有|含)?(?P<c>[^，。；！？、]{1,12})的?[那这]个?(?:订单|单)",
    re.IGNORECASE,
)
_KEEPS = re.compile(r"\b(?:keep\w*|don't|do not|not|leave|except|fine|stays?)\b|保留|留着|不要动|别|不用", re.IGNORECASE)
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


def implied(parts: Sequence[Clause], known: Known) -> list[Clause]:
    """The clauses of a message that names no operation: where it names an item and options that it has not, a change.

    "The helmet is wrong for me. Large and black would be right." The first clause that names the item is the wish.
    """
    if any(clause.kind for clause in parts):
        return list(parts)
    whole = " ".join(clause.text for clause in parts)
    for order in known.able("change_items"):
        for mention in mentions(whole, known.named(order)):
            item = known.item(order, mention.skus[0])
            if len(mention.skus) == 1 and item and asked_options(whole, item.options, known.family(item.sku)).wanted:
                first = next((n for n, clause in enumerate(parts) if mentions(clause.text, known.named(order))), 0)
                return [replace(clause, kind="change_items") if n == first else clause for n, clause in enumerate(parts)]
    return list(parts)


def marked_orders(text: str, orders: Sequence[Order], known: Known) -> list[tuple[int, Order]]:
    """The orders that ``text`` means by an item ("the lamp order", "the one with the lamp"), each with its place."""
    found: dict[str, tuple[int, Order]] = {}
    for match in _MARKED.finditer(text):
        told = next(group for group in match.groups() if group)
        scored = [(likeness(told, known.named(order))[0], order) for order in orders]
        best = max((score for score, _ in scored), default=0)
        meant = [order for score, order in scored if best and score == best]
        if len(meant) == 1:
            found.setdefault(meant[0].order_id, (match.start(), meant[0]))
    return list(found.values())


def without_marks(text: str, order: Order, known: Known) -> str:
    """``text`` without what only tells which order is meant ("the order with the watch"), if other items are named in it."""
    named = known.named(order)
    blanked = _HAVING.sub(lambda match: " " * len(match[0]) if mentions(match[0], named) else match[0], text)
    return blanked if blanked != text and mentions(blanked, named) else text


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
