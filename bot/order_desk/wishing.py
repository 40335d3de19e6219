"""Keeps the list of a customer's wishes current with every message: new ones, more about one, another one instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.order_desk.details import address_in, names_payment, reason_of, without_introduction
from bot.order_desk.filling import WITH_ITEMS, WITH_OPTIONS, read_into
from bot.order_desk.implied import elsewhere, listed_orders, marked_orders
from bot.order_desk.items import likeness, mentions, wants_all
from bot.order_desk.known import OTHER_KIND, Known
from bot.order_desk.own_words import in_own_words
from bot.order_desk.policy import OperationKind
from bot.order_desk.reading import INSTEAD, Clause, clauses, same_as, without_same_as
from bot.order_desk.sensing import with_meaning
from bot.order_desk.sharing import shared_out
from bot.order_desk.state import Wish, WishItem
from bot.order_desk.targets import names_every_order, names_other_order, other_order, own_words, without_numbers

_LIKES = re.compile(
    r"\b(?:i|we)(?:'m| am| do|'re| are)? (?:really |quite |both )?(?:like|love|happy with|keep|enjoy)\b(?! to| a\b| it if)"
    r"[^?]*$"
    r"|\b(?:is|are|was|were) (?:all |both )?(?:fine|great|good|lovely|perfect|ok(?:ay)?)\b(?! by| with)[^?]*$"
    r"|(?:挺好|很好|喜欢|满意|没问题)的?[。！]?$",
    re.IGNORECASE,
)
"""What somebody is content with is no part of a wish."""
_THOSE = re.compile(r"\b(?:those|these|them|both|the two)\b|[这那它]们|[这那]两|都", re.IGNORECASE)
_BESIDE = frozenset({"change_items", "change_address", "change_payment", "change_default_address"})
"""What an order can have all of: none is said in place of another."""
_LAST_ITEMS = ("change_address", "change_payment", "invoice")
"""What must come before an order's items are changed, after which nothing else can be."""


def updated(wishes: Sequence[Wish], text: str, known: Known, asked: Collection[str] = ()) -> tuple[Wish, ...]:
    """The wishes after one more message. ``asked`` are the slots that the customer was asked for."""
    if known.customer is not None:
        text = without_introduction(text, known.customer.name)
    current = list(wishes)
    about: list[int] = []
    prelude: list[str] = []
    meant = [Clause(text)] if _only_an_address(text, current, known, asked) else with_meaning(clauses(text), known, asked)
    for clause in [part for one in meant for part in shared_out(one, known)]:
        if clause.fallback and any(known.order(current[place].order_id) in known.able(current[place].kind) for place in about):
            continue
        if clause.kind is None and not current:
            prelude.append(clause.text)
        elif clause.kind is None:
            _more(current, clause, known, asked, about)
        elif clause.dropped:
            current = _given_up(current, clause, known)
            about = []
        else:
            spoken_of = [current[place].order_id for place in about if place < len(current)]
            about = _wished(current, clause, known, asked, prelude)
            if not names_other_order(clause.text):
                current = [_of_the_same(wish, spoken_of, clause, known) for wish in current]
            current = [_with_prelude(wish, prelude, clause.text, known) for wish in current]
    return tuple(in_own_words(wish, known.written) for wish in _in_order(current))


def _only_an_address(text: str, current: Sequence[Wish], known: Known, asked: Collection[str]) -> bool:
    """Whether an answer to where something shall go is the address, whatever word for a change it begins with."""
    if "address" not in asked or {clause.kind for clause in clauses(text)} - {None, "change_items", "change_address"}:
        return False
    orders = [order for wish in current if (order := known.order(wish.order_id))]
    return bool(address_in(text, any(order.address_parts for order in orders)))


def _given_up(current: Sequence[Wish], clause: Clause, known: Known) -> list[Wish]:
    """The wishes without what a clause takes back: the items that it names, the order that it names, or all of its kind."""
    assert clause.kind is not None
    named = [order.order_id for order in known.orders_in(clause.text)]
    kept = []
    for wish in current:
        order = known.order(wish.order_id)
        meant = mentions(clause.text, known.named(order)) if order else []
        skus = {sku for mention in meant for sku in mention.skus}
        if not _same_kind(wish.kind, clause.kind) or (named and wish.order_id not in named):
            kept.append(wish)
        elif skus and wish.items and not skus & {item.sku for item in wish.items}:
            kept.append(wish)
        elif skus and (left := tuple(item for item in wish.items if item.sku not in skus)):
            kept.append(replace(wish, items=left))
    return kept


def _wished(
    current: list[Wish], clause: Clause, known: Known, asked: Collection[str], prelude: Sequence[str] = ()
) -> list[int]:
    """Puts a clause that names an operation where it belongs; the places of the wishes that it is about.

    ``prelude`` is what was said before, where "those two" may be named.
    """
    assert clause.kind is not None
    named = [order.order_id for order in known.orders_in(without_same_as(clause.text, clause.kind))]
    marked = [] if named or clause.kind in WITH_ITEMS else marked_orders(clause.text, known.able(clause.kind), known)
    if marked and clause.kind == "cancel":
        listed = listed_orders(clause.text, known.able("cancel"), known)
        marked += [one for one in listed if one[1] not in [order for _, order in marked]]
    if not (named or marked or clause.kind in WITH_ITEMS) and names_every_order(clause.text):
        named = [order.order_id for order in known.able(clause.kind)]
    if not (named or marked or clause.kind in WITH_ITEMS) and _THOSE.search(clause.text):
        marked = marked_orders(" ".join(prelude), known.able(clause.kind), known)
    named = named or [order.order_id for _, order in marked] or other_order(current, clause, known)
    before = list(current)
    if INSTEAD.search(clause.text):
        current[:] = [wish for wish in current if not _replaced(wish, clause, named, known)]
    places = []
    targets: list[str | None] = [*named] or [None]
    for order_id in targets:
        place = _place(current, clause, order_id, known)
        if place is None:
            begun = _begun(clause.kind, order_id, [wish for wish in before if wish not in current])
            beside = tuple(wish.order_id for wish in before if wish.order_id) if names_other_order(clause.text) else ()
            current.append(replace(begun, beside=beside))
            place = len(current) - 1
        if len(named) > 1 and order_id is not None:
            own = own_words(clause.text, known, order_id, marked)
            current[place] = read_into(replace(current[place], order_id=order_id, order_told=True), own, known, asked)
        alone = clause.text if len(named) < 2 else without_numbers(clause.text, known, order_id)
        told = current[place].reason
        current[place] = read_into(current[place], alone, known, asked)
        current[place] = replace(current[place], reason=told or current[place].reason)
        places.append(place)
    return places


def _replaced(wish: Wish, clause: Clause, named: Sequence[str], known: Known) -> bool:
    """Whether a clause that changes the customer's mind is about what this wish is about: its items, its order, or all."""
    assert clause.kind is not None
    if _same_kind(wish.kind, clause.kind) or {wish.kind, clause.kind} <= _BESIDE or (named and wish.order_id not in named):
        return False
    order = known.order(wish.order_id)
    about = {item.sku for item in wish.items or (order.items if order else ())}
    meant = {sku for one in known.orders for mention in mentions(clause.text, known.named(one)) for sku in mention.skus}
    return not (meant and about) or bool(meant & about)


def _of_the_same(wish: Wish, spoken_of: Sequence[str | None], clause: Clause, known: Known) -> Wish:
    """A wish of a clause that leaves its order open, about the order of the clause before, where that can be."""
    order = known.order(spoken_of[0]) if len(spoken_of) == 1 else None
    if wish.order_id is not None or wish.kind != clause.kind or order is None or order not in known.able(wish.kind):
        return wish
    return read_into(replace(wish, order_id=order.order_id), "", known)


def _with_prelude(wish: Wish, prelude: Sequence[str], text: str, known: Known) -> Wish:
    """A wish whose order or items its own words leave open, read with what the customer told before they named it."""
    if not prelude or wish.kind == "change_default_address":
        return wish
    order = known.order(wish.order_id)
    own = known.named(order) if order is not None else []
    these = wants_all(text) and not mentions(text, own) and mentions(" ".join(prelude), own)  # both of those named before
    if wish.order_id is not None and (wish.items or wish.kind not in WITH_ITEMS) and not these:
        return _told_before(wish, prelude, known)
    begun = Wish(wish.kind, wish.order_id, wish.order_told, beside=wish.beside)
    return read_into(begun, " ".join((*prelude, text)), known)


def _told_before(wish: Wish, prelude: Sequence[str], known: Known) -> Wish:
    """A wish with its reason, or the items that should be otherwise, from what the customer said before they named it."""
    reasons = known.policy.rule(wish.kind).reasons
    if wish.kind not in WITH_OPTIONS:
        return replace(wish, reason=wish.reason or reason_of(" ".join(prelude), reasons))
    told = read_into(Wish(wish.kind, wish.order_id, True), " ".join(prelude), known)
    here = {item.sku for item in wish.items}
    return replace(wish, items=(*(item for item in told.items if item.wanted and item.sku not in here), *wish.items))


def _begun(kind: OperationKind, order_id: str | None, replaced: Sequence[Wish]) -> Wish:
    """A new wish; one in place of another is about the same items."""
    if order_id is None and len(replaced) == 1 and kind in WITH_ITEMS and replaced[0].items:
        last = replaced[0]
        return Wish(kind, last.order_id, items=tuple(WishItem(item.sku, item.quantity) for item in last.items))
    return Wish(kind, order_id, order_id is not None)


def _place(current: Sequence[Wish], clause: Clause, order_id: str | None, known: Known) -> int | None:
    """The wish of this kind for this order; for words without an order the last of the kind that can be about them."""
    assert clause.kind is not None
    same = [place for place, wish in enumerate(current) if _same_kind(wish.kind, clause.kind)]
    if order_id is None:
        fitting = [place for place in same if not _elsewhere(current[place], clause, known)]
        return fitting[-1] if fitting else None
    return next((place for place in same if current[place].order_id in (order_id, None)), None)


def _elsewhere(wish: Wish, clause: Clause, known: Known) -> bool:
    """Whether a clause names items that are not in the wish's order, but in another one."""
    order = known.order(wish.order_id)
    if order is None or names_other_order(clause.text):
        return order is not None
    here = likeness(clause.text, known.named(order))[0]
    return any(likeness(clause.text, known.named(other))[0] > here for other in known.able(wish.kind) if other != order)


def _more(current: list[Wish], clause: Clause, known: Known, asked: Collection[str], about: list[int]) -> None:
    """Words without an operation: about the wish just named, the one that was asked about, or whichever they change."""
    if _LIKES.search(clause.text) and not names_payment(clause.text):
        return
    if about:
        wish = current[about[-1]]
        other = elsewhere(clause.text, known.order(wish.order_id), known.able(wish.kind), known)
        if other is not None and wish.kind not in WITH_OPTIONS:
            current.append(read_into(Wish(wish.kind, other.order_id, True), clause.text, known))
            about[:] = [len(current) - 1]
            return
        for place in about if not _only_pays(clause.text, known) else _unpaid(current, about):
            current[place] = read_into(current[place], clause.text, known, asked)
        return
    named = [order.order_id for order in known.orders_in(clause.text)] if same_as(clause.text) is None else []
    every = range(len(current))
    fitting = [place for place in every if not named or current[place].order_id in (*named, None)] or list(every)
    open_ones = [place for place in fitting if _waits(current[place], asked)]
    for place in open_ones or fitting[-1:]:
        current[place] = read_into(current[place], clause.text, known, asked)
        if not {"payment_method", "reason"} & set(asked):
            about.append(place)
            return


def _only_pays(text: str, known: Known) -> bool:
    """Whether words name a way of paying and no goods."""
    return names_payment(text) and not any(likeness(text, known.named(order))[0] for order in known.orders)


def _unpaid(current: Sequence[Wish], about: Sequence[int]) -> list[int]:
    """The wishes that a way of paying, named after them, is for: those just spoken of, and any that have none yet."""
    return [place for place, wish in enumerate(current) if place in about or (wish.kind in WITH_ITEMS and wish.payment is None)]


def _waits(wish: Wish, asked: Collection[str]) -> bool:
    """Whether a wish lacks what was asked for."""
    lacks = {
        "order_id": wish.order_id is None,
        "items": wish.kind in WITH_ITEMS and not wish.items,
        "quantity": any(item.quantity is None for item in wish.items),
        "option": wish.kind in ("exchange", "change_items") and any(item.new_sku is None for item in wish.items),
        "payment_method": wish.payment is None and (wish.kind in WITH_ITEMS or wish.kind == "change_payment"),
        "address": wish.kind in ("change_address", "change_default_address") and not wish.address,
        "reason": wish.kind == "cancel" and wish.reason is None,
        "invoice_title": wish.kind == "invoice" and wish.title is None,
    }
    return any(lacks.get(slot, False) for slot in asked)


def _same_kind(one: OperationKind, other: OperationKind) -> bool:
    return one == other or OTHER_KIND.get(one) == other


def _in_order(wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes, of one order those first that its changed items would rule out."""
    first: dict[str | None, int] = {}
    for place, wish in enumerate(wishes):
        first.setdefault(wish.order_id or f"\x00{place}", place)
    ranked = [
        (first[wish.order_id or f"\x00{place}"], wish.kind not in _LAST_ITEMS, place) for place, wish in enumerate(wishes)
    ]
    return [replace(wishes[place]) for _, _, place in sorted(ranked)]
