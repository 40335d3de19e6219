"""Turns a wish into the operation that it comes to, or says what is missing or why it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.generation.brief import Line
from bot.order_desk.choosing import variants
from bot.order_desk.filling import WITH_ITEMS, WITH_OPTIONS
from bot.order_desk.known import Known
from bot.order_desk.operations import NAMES, Effect, Impossible, effect
from bot.order_desk.rulings import excluded, ruling
from bot.order_desk.state import Wish, WishItem
from bot.order_desk.wording import item_words, joined, method_words, variant_words
from bot.shop.addresses import PARTS
from bot.shop.records import Order
from bot.types import Operation

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Settled:
    """``operation`` with its ``effect``; else ``asks`` with ``lines`` that help to answer, ``refused``, or for a person.

    ``notes`` say which items were left out, and why.
    """

    wish: Wish
    operation: Operation | None = None
    effect: Effect | None = None
    asks: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    refused: bool = False
    person: bool = False
    notes: tuple[Line, ...] = ()


def settle(wish: Wish, known: Known) -> Settled:
    """What the wish comes to with what is known now."""
    order = known.order(wish.order_id)
    if order is None and wish.kind != "change_default_address":
        return _which_order(wish, known)
    wish, notes = _without_excluded(_rounded(wish, order, known), known)
    wish, alone = _without_lone(wish, order, known)
    return replace(_settled(wish, order, known), notes=(*notes, *alone))


def _without_excluded(wish: Wish, known: Known) -> tuple[Wish, tuple[Line, ...]]:
    """A wish without the items that the policy excludes, where others are left."""
    reasons = excluded(wish.kind, [item.sku for item in wish.items], known)
    left = tuple(item for item in wish.items if item.sku not in reasons)
    if not reasons or not (left or wish.unclear):
        return wish, ()
    return replace(wish, items=left), tuple(Line.of("deny_item", reason=reason) for reason in dict.fromkeys(reasons.values()))


def _without_lone(wish: Wish, order: Order | None, known: Known) -> tuple[Wish, tuple[Line, ...]]:
    """A wish for other variants without the items that come in no other one, where others are left."""
    if order is None or wish.kind not in WITH_OPTIONS:
        return wish, ()
    left = tuple(item for item in wish.items if item.new_sku or variants(item, order, known))
    if not left or len(left) == len(wish.items):
        return wish, ()
    lone = (item for item in wish.items if item not in left)
    return replace(wish, items=left), tuple(Line.of("no_variants", item=_told_apart(order, one.sku, known)) for one in lone)


def _settled(wish: Wish, order: Order | None, known: Known) -> Settled:
    judged = ruling(wish.kind, order, [item.sku for item in wish.items], known)
    if judged.verdict != "allowed":
        return Settled(wish, lines=judged.lines, refused=judged.verdict == "refused", person=judged.verdict == "person")
    missing = _missing(wish, order, known)
    if missing is not None:
        return missing
    wish = replace(wish, payment=_payment(wish, order, known))
    operation = _operation(wish, order, known)
    try:
        made = effect(operation, order, known.customer, known.product_of)
    except Impossible as reason:
        return _impossible(wish, reason, order, known)
    return Settled(wish, operation, made)


def _which_order(wish: Wish, known: Known) -> Settled:
    able = [order for order in known.able(wish.kind) if order.order_id not in wish.beside]
    if not able:
        return Settled(wish, lines=(Line.of("deny_no_order"),), refused=True)
    listed = joined([f"{order.order_id}: {titles(order, known)}" for order in able[:MOST_SHOWN]], known.language)
    return Settled(wish, asks=("order_id",), lines=(Line.of("which_order", orders=listed),))


def titles(order: Order, known: Known) -> str:
    """The names of an order's items."""
    return (", " if known.language == "en" else "、").join(title_of(order, one.item.sku, known) for one in known.named(order))


def title_of(order: Order, sku: str, known: Known) -> str:
    """What an item is called: the order's own word where it has options beside it, else the catalogue's title."""
    item = known.item(order, sku)
    own = item.title if item and item.title and any(one.options for one in order.items if one.sku == sku) else ""
    product = known.goods.get(sku, known.language)
    return own or (product.title if product else "") or (item.title if item else "") or sku


def _told_apart(order: Order, sku: str, known: Known) -> str:
    """What an item is called, with its options where another of the order is called the same."""
    title = title_of(order, sku, known)
    alike = [one for one in known.named(order) if title_of(order, one.item.sku, known) == title]
    return _item(order, sku, 1, known) if len(alike) > 1 else title


def _rounded(wish: Wish, order: Order | None, known: Known) -> Wish:
    """The wish with what is beyond doubt: the only item or faulty one, the only piece; a return before delivery."""
    if order is None or wish.kind not in WITH_ITEMS:
        return wish
    named = known.named(order)
    back = wish.kind in ("return", "exchange") and not wish.unclear
    meant = [one.item.sku for one in named] if len(named) == 1 else known.faulty(order) if back else ()
    items = wish.items or tuple(WishItem(sku) for sku in meant if len(meant) == 1)
    pieces = {one.item.sku: one.item.quantity for one in named}
    counted = tuple(
        replace(item, quantity=1 if pieces.get(item.sku, 1) == 1 else item.quantity and min(item.quantity, pieces[item.sku]))
        for item in items
    )
    wish = replace(wish, items=counted)
    if wish.kind == "exchange":
        wish = replace(wish, items=tuple(_for_the_same(item, order, known) for item in wish.items))
    cancels = order.status in known.policy.cancel.statuses and order.status not in known.policy.return_.statuses
    if wish.kind == "return" and cancels:
        return replace(wish, kind="cancel", items=())
    return wish


def _for_the_same(item: WishItem, order: Order, known: Known) -> WishItem:
    """An item that is faulty, of which nothing else is wanted, is exchanged for the same again."""
    same = item.new_sku is None and not item.wanted and item.sku in known.faulty(order) and _in_stock(item.sku, known)
    return replace(item, new_sku=item.sku) if same else item


def _missing(wish: Wish, order: Order | None, known: Known) -> Settled | None:
    if order is None or wish.kind == "change_address":
        return None if wish.address else Settled(wish, asks=("address",))
    rule = known.policy.rule(wish.kind)
    if rule.reasons and wish.reason is None:
        return Settled(wish, asks=("reason",), lines=(Line.of("which_reason", reasons=_reasons(wish, known)),))
    if wish.kind == "invoice" and wish.title is None:
        return Settled(wish, asks=("invoice_title",))
    if wish.kind in WITH_ITEMS:
        return _missing_items(wish, order, known)
    if wish.kind == "change_payment" and _payment(wish, order, known) is None:
        return _which_method(wish, order, known, ())
    return None


def _missing_items(wish: Wish, order: Order, known: Known) -> Settled | None:
    if not wish.items or wish.unclear:
        asked = [one.item for one in known.named(order) if not wish.unclear or one.item.sku in wish.unclear]
        listed = joined([_item(order, one.sku, one.quantity, known) for one in asked], known.language)
        return Settled(wish, asks=("items",), lines=(Line.of("which_items", order=order.order_id, items=listed),))
    if uncounted := [item for item in wish.items if not item.quantity]:
        item = known.item(order, uncounted[0].sku)
        name = _told_apart(order, uncounted[0].sku, known)
        line = Line.of("which_quantity", item=name, count=str(item.quantity if item else 0))
        return Settled(wish, asks=("quantity",), lines=(line,))
    open_items = [item for item in wish.items if item.new_sku is None] if wish.kind in WITH_OPTIONS else []
    if open_items and not variants(open_items[0], order, known):
        return _no_others(wish, open_items[0], order, known)
    asks: tuple[str, ...] = ("option",) if open_items else ()
    lines = tuple(_choices(item, order, known) for item in open_items[:1])
    if _payment(wish, order, known) is None and known.methods(order, wish.kind):
        return _which_method(wish, order, known, lines, asks)
    return Settled(wish, asks=asks, lines=lines) if asks else None


def _no_others(wish: Wish, item: WishItem, order: Order, known: Known) -> Settled:
    """That an item comes in nothing else, and what can be done instead: the same again, or a return."""
    none = Line.of("no_variants", item=_told_apart(order, item.sku, known))
    if wish.kind == "exchange" and _in_stock(item.sku, known):
        return Settled(wish, asks=("option",), lines=(none, Line.of("same_again")))
    returnable = ruling("return", order, [item.sku], known).verdict == "allowed"
    return Settled(wish, lines=(none, Line.of("can_return" if returnable else "ask_person")), refused=True)


def _choices(item: WishItem, order: Order, known: Known) -> Line:
    title, current = title_of(order, item.sku, known), known.item(order, item.sku)
    able = variants(item, order, known)
    like = current.options if current else {}
    base = title if like and current and current.title else ""
    shown = [variant_words(one, like if base else {}, base, known.language) for one in able[:MOST_SHOWN]]
    return Line.of("which_option", item=_told_apart(order, item.sku, known), options=joined(shown, known.language))


def _which_method(wish: Wish, order: Order, known: Known, lines: Sequence[Line], asks: Sequence[str] = ()) -> Settled:
    allowed = known.methods(order, wish.kind)
    if not allowed:
        return Settled(wish, lines=(Line.of("deny_no_method"),), refused=True)
    named = joined([method_words(one, known.language) for one in allowed], known.language)
    said: list[Line] = [*lines]
    if wish.payment and wish.payment not in {one.id for one in allowed}:
        said.append(Line.of("deny_refund_to"))
    said.append(Line.of("which_method", order=order.order_id, methods=named))
    return Settled(replace(wish, payment=None), asks=(*asks, "payment_method"), lines=tuple(said))


def _payment(wish: Wish, order: Order | None, known: Known) -> str | None:
    """The way of paying that was named, if the policy allows it; the only one there is, where nothing was named."""
    if order is None or not (wish.kind in WITH_ITEMS or wish.kind == "change_payment"):
        return None
    allowed = known.methods(order, wish.kind)
    if wish.payment:
        return wish.payment if wish.payment in {one.id for one in allowed} else None
    return allowed[0].id if len(allowed) == 1 else None


def _operation(wish: Wish, order: Order | None, known: Known) -> Operation:
    arguments: dict[str, object] = {"order_id": order.order_id} if order else {}
    if wish.kind == "change_default_address":
        arguments["user_id"] = known.customer.customer_id if known.customer else ""
    if wish.kind == "cancel" and wish.reason:
        arguments["reason"] = wish.reason
    if wish.kind in WITH_ITEMS:
        pieces = [item for item in wish.items for _ in range(item.quantity or 1)]
        arguments["item_ids"] = [item.sku for item in pieces]
        if wish.kind in WITH_OPTIONS:
            arguments["new_item_ids"] = [item.new_sku for item in pieces]
    if wish.payment:
        arguments["payment_method_id"] = wish.payment
    if wish.address:
        parts = {part: wish.address[part] for part in PARTS if part in wish.address}
        arguments |= parts or {"address": wish.address["address"]}
    if wish.title:
        arguments["title"] = wish.title
    return Operation(NAMES[wish.kind], arguments)


def _impossible(wish: Wish, reason: Impossible, order: Order | None, known: Known) -> Settled:
    """What cannot be done as it is, with a question where another choice would help."""
    line = Line.of(reason.phrase, **reason.values)
    if order is not None and reason.phrase in ("deny_balance", "deny_same_method", "deny_method"):
        others = [one for one in known.methods(order, wish.kind) if one.id != wish.payment]
        if others:
            named = joined([method_words(one, known.language) for one in others], known.language)
            lines = (line, Line.of("which_method", order=order.order_id, methods=named))
            return Settled(replace(wish, payment=None), asks=("payment_method",), lines=lines)
    if order is not None and reason.phrase == "deny_sold_out":
        items = tuple(replace(item, new_sku=None) if _sold_out(item, known) else item for item in wish.items)
        gone = next((item for item in items if item.new_sku is None), None)
        if gone:
            wish = replace(wish, items=items)
            return Settled(wish, asks=("option",), lines=(line, _choices(replace(gone, wanted={}, prefer=""), order, known)))
    return Settled(wish, lines=(line,), refused=True)


def _sold_out(item: WishItem, known: Known) -> bool:
    return item.new_sku is None or not _in_stock(item.new_sku, known)


def _in_stock(sku: str, known: Known) -> bool:
    product = known.product_of(sku)
    return product is not None and product.stock != 0


def _item(order: Order, sku: str, quantity: int, known: Known) -> str:
    item = known.item(order, sku)
    title = title_of(order, sku, known)
    own = any(one.options for one in order.items if one.sku == sku)
    return item_words(item if item and own else replace(item, options={}), title, quantity, known.language) if item else title


def _reasons(wish: Wish, known: Known) -> str:
    reasons = known.policy.rule(wish.kind).reasons
    named = [reason.zh or reason.id if known.language == "zh" else reason.id for reason in reasons]
    return "、".join(named) if known.language == "zh" else " / ".join(named)
