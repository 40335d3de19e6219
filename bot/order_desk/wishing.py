"""Keeps the list of a customer's wishes current with every message: new ones, more about one, another one instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.order_desk.filling import WITH_ITEMS, read_into
from bot.order_desk.items import mentions
from bot.order_desk.known import OTHER_KIND, Known
from bot.order_desk.policy import OperationKind
from bot.order_desk.reading import INSTEAD, Clause, clauses, same_as, without_same_as
from bot.order_desk.state import Wish

_EVERY_ORDER = re.compile(
    r"\b(?:all|both|every|each)\b(?: of)?(?: my| the| these| those| your)?(?: \w+)? orders?\b|(?:所有|全部|两个"
    r"|都).{0,6}订单|订单.{0,4}(?:都|全部)",
    re.IGNORECASE,
)
_LAST_ITEMS = ("change_address", "change_payment", "invoice")
"""What must come before an order's items are changed, after which nothing else can be."""


def updated(wishes: Sequence[Wish], text: str, known: Known, asked: Collection[str] = ()) -> tuple[Wish, ...]:
    """The wishes after one more message. ``asked`` are the slots that the customer was asked for."""
    current = list(wishes)
    about: list[int] = []
    prelude: list[str] = []
    for clause in clauses(text):
        if clause.kind is None and not current:
            prelude.append(clause.text)
        elif clause.kind is None:
            _more(current, clause, known, asked, about)
        elif clause.dropped:
            current = _given_up(current, clause, known)
            about = []
        else:
            about = _wished(current, clause, known, asked)
            current = [_with_prelude(wish, prelude, clause.text, known) for wish in current]
    return tuple(_in_order(current))


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


def _wished(current: list[Wish], clause: Clause, known: Known, asked: Collection[str]) -> list[int]:
    """Puts a clause that names an operation where it belongs; the places of the wishes that it is about."""
    assert clause.kind is not None
    named = [order.order_id for order in known.orders_in(without_same_as(clause.text))]
    if not named and clause.kind not in WITH_ITEMS and _EVERY_ORDER.search(clause.text):
        named = [order.order_id for order in known.able(clause.kind)]
    if INSTEAD.search(clause.text):
        current[:] = [wish for wish in current if _same_kind(wish.kind, clause.kind) or (named and wish.order_id not in named)]
    places = []
    targets: list[str | None] = [*named] or [None]
    for order_id in targets:
        place = _place(current, clause.kind, order_id)
        if place is None:
            current.append(Wish(clause.kind, order_id, order_id is not None))
            place = len(current) - 1
        alone = clause.text if len(named) < 2 else _without_numbers(clause.text, known, order_id)
        current[place] = read_into(current[place], alone, known, asked)
        places.append(place)
    return places


def _with_prelude(wish: Wish, prelude: Sequence[str], text: str, known: Known) -> Wish:
    """A wish whose order or items its own words leave open, read with what the customer told before they named it."""
    lacks = wish.order_id is None or (wish.kind in WITH_ITEMS and not wish.items)
    if not prelude or not lacks or wish.kind == "change_default_address":
        return wish
    return read_into(Wish(wish.kind, wish.order_id, wish.order_told), " ".join((*prelude, text)), known)


def _without_numbers(text: str, known: Known, kept: str | None) -> str:
    """A clause over several orders as it stands for one of them."""
    for order in known.orders_in(text):
        if order.order_id != kept:
            text = text.replace(order.order_id, " ").replace(order.order_id.lstrip("#"), " ")
    return text


def _place(current: Sequence[Wish], kind: OperationKind, order_id: str | None) -> int | None:
    """The wish of this kind for this order; for words without an order the last of the kind."""
    same = [place for place, wish in enumerate(current) if _same_kind(wish.kind, kind)]
    if order_id is None:
        return same[-1] if same else None
    return next((place for place in same if current[place].order_id in (order_id, None)), None)


def _more(current: list[Wish], clause: Clause, known: Known, asked: Collection[str], about: list[int]) -> None:
    """Words without an operation: about the wish just named, the one that was asked about, or whichever they change."""
    if about:
        for place in about:
            current[place] = read_into(current[place], clause.text, known, asked)
        return
    named = [order.order_id for order in known.orders_in(clause.text)] if same_as(clause.text) is None else []
    every = range(len(current))
    fitting = [place for place in every if not named or current[place].order_id in (*named, None)] or list(every)
    open_ones = [place for place in fitting if _waits(current[place], asked)]
    for place in open_ones or fitting[-1:]:
        current[place] = read_into(current[place], clause.text, known, asked)
        if not {"payment_method"} & set(asked):
            about.append(place)
            return


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
