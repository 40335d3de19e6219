"""Reads the customer's words into a wish: its order, items, options, way of paying, address and reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.order_desk.choosing import with_options
from bot.order_desk.details import (
    address_in,
    any_payment,
    corrects_address,
    invoice_title,
    names_payment,
    payment_method,
    reason_of,
)
from bot.order_desk.implied import fitting_orders, marked_orders, without_marks
from bot.order_desk.items import Mention, Named, by_option, likeness, mentions, said_count, split_except, wants_all
from bot.order_desk.known import OTHER_KIND, Known
from bot.order_desk.operations import methods, original_method
from bot.order_desk.options import asked_options
from bot.order_desk.policy import OperationKind
from bot.order_desk.reading import INSTEAD, same_as, without_same_as
from bot.order_desk.state import Wish, WishItem
from bot.shop.attributes import split_name
from bot.shop.records import Order
from bot.text.phrases import plain, term_index, tokenise

WITH_ITEMS = frozenset({"return", "exchange", "change_items"})
WITH_OPTIONS = frozenset({"exchange", "change_items"})
MOST_UNREAD = 8
_KEEPS = re.compile(
    r"(?:\bkeep|\bh(?:ang|old)(?:ing)? on to|\bnot|\b(?:don't|do not|doesn't)(?! (?:want|need|like|work|fit))|\bwithout"
    r"|\bleave out|\bforget|\bremove|\bdrop|留下|保留|不[退换改]"
    r"|别[退换改])\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_KEPT_AFTER = re.compile(r"[^，。；,.;]{0,4}(?:留着|留下|保留|不退|不换|不要动|不用动|别动)")
_OWN_ADDRESS = re.compile(r"\b(?:default|profile|account|home|on file|usual)\b|默认|账户|账号", re.IGNORECASE)
_PAYS_FOR_ALL = re.compile(r"\bfor (?:both|all|everything)\b", re.IGNORECASE)
_OF_DIFFERENCE = re.compile(r"\b(?:difference|extra|rest)\b|差价", re.IGNORECASE)
_TO = re.compile(r"\bto\b|换成|改成|改为|换为|用", re.IGNORECASE)


def read_into(wish: Wish, text: str, known: Known, asked: Collection[str] = ()) -> Wish:
    """The wish with what ``text`` adds to it or changes of it; ``asked`` are the slots that the customer was asked for.

    Words that cannot be read before the order and its items are known are kept, and read once they are.
    """
    written = plain(text, 4_000)
    if wish.kind == "change_default_address":
        return _addressed(replace(wish, unread=()), " ".join((*wish.unread, written)), None, known, asked)
    before, told = wish.order_id, without_same_as(" ".join((*wish.unread, written)), wish.kind)
    named = known.orders_in(told)
    order_id = named[0].order_id if named else _order_id(wish, told, known)
    wish = replace(wish, order_id=order_id, order_told=wish.order_told or bool(named))
    order = known.order(wish.order_id)
    if order is None:
        return replace(wish, unread=(*wish.unread, written))
    if before and before != wish.order_id:
        wish = replace(wish, items=(), everything=False)
    wish = replace(wish, kind=_kind_for(wish.kind, order, known))
    waiting = wish.unread
    for told in waiting:
        wish = _details(wish, told, order, known, ())
    for_unknown_items = bool(waiting) and not wish.items
    wish = _details(wish, written, order, known, asked)
    if for_unknown_items and wish.items:
        for told in waiting:
            wish = _details(wish, told, order, known, ())
    lacks_items = wish.kind in WITH_OPTIONS and not wish.items
    return replace(wish, unread=(*waiting, written)[-MOST_UNREAD:] if lacks_items and written else ())


def _order_id(wish: Wish, text: str, known: Known) -> str | None:
    """The order that is meant: "my last order", by the items named, or because no other comes into question.

    An order that was only gathered so gives way when the customer names items of another.
    """
    if wish.order_id and (wish.order_told or wish.items):
        return wish.order_id
    if known.strange_in(text):
        return None
    open_ones = known.able(wish.kind)
    every = [order for order in open_ones if order.order_id not in wish.beside]
    able = fitting_orders(every, text)
    if not any(likeness(text, known.named(order))[0] for order in able):
        closed = [order for order in known.orders if order not in open_ones and likeness(text, known.named(order))[0]]
        if closed and not any(likeness(text, known.named(order))[0] for order in every):
            return closed[0].order_id  # what is refused is what they spoke of, and nothing else is offered in its place
        able = every
    if wish.order_id and not any(likeness(text, known.named(order))[0] for order in able):
        return wish.order_id
    marked = marked_orders(text, able, known)
    if len(marked) == 1:
        return marked[0][1].order_id
    if last := known.newest(able or known.orders, text):
        return last.order_id
    first = known.policy.rule(wish.kind).statuses
    scores = {order.order_id: (*likeness(text, known.named(order)), order.status in first) for order in able}
    best = max(scores.values(), default=None)
    fitting = [order_id for order_id, score in scores.items() if score == best]
    return fitting[0] if len(fitting) == 1 else None


def _kind_for(kind: OperationKind, order: Order, known: Known) -> OperationKind:
    """Other options mean a changed order before the parcel leaves, and an exchange after it came."""
    other = OTHER_KIND.get(kind)
    if other and order.status not in known.policy.rule(kind).statuses and order.status in known.policy.rule(other).statuses:
        return other
    return kind


def _details(wish: Wish, text: str, order: Order, known: Known, asked: Collection[str]) -> Wish:
    if wish.kind in WITH_ITEMS:
        wish = _with_items(wish, text, order, known, asked)
    if wish.kind in WITH_ITEMS or wish.kind == "change_payment":
        wish = _paid(wish, text, order, known, asked)
    if wish.kind == "change_address":
        wish = _addressed(wish, text, order, known, asked)
    if reasons := known.policy.rule(wish.kind).reasons:
        said = reason_of(text, reasons)
        wish = replace(wish, reason=said or wish.reason or (reasons[0].id if "reason" in asked else None))
    if wish.kind == "invoice":
        wish = replace(wish, title=invoice_title(text, "invoice_title" in asked) or wish.title)
    return wish


def _with_items(wish: Wish, text: str, order: Order, known: Known, asked: Collection[str]) -> Wish:
    named = known.named(order)
    text = without_marks(text, order, known)
    main, left_out = split_except(text)
    found = mentions(main, named, "option" in asked)
    wish = replace(wish, items=tuple(item for item in wish.items if not _kept(item, found, main)))
    found = [mention for mention in found if not _said_to_stay(mention, main)]
    everything = wants_all(main) and (bool(found) or not (names_payment(main) and _PAYS_FOR_ALL.search(main)))
    if everything and not found and (left_out or not wish.items):
        apart = {sku for mention in mentions(left_out, named) for sku in mention.skus}
        items = tuple(WishItem(one.item.sku, one.item.quantity) for one in named if one.item.sku not in apart)
        return replace(wish, items=items, everything=not apart)
    if everything and not found and "quantity" not in asked:
        wish = replace(wish, items=tuple(replace(item, quantity=99) for item in wish.items))
    if wish.kind in WITH_OPTIONS and not everything:
        found = [_told_apart(mention, main, named, known) for mention in found]
    new = _named_items(found, everything, wish, named)
    unclear = [one for one in named if one.item.sku in wish.unclear]
    if unclear and "items" in asked and (cleared := by_option(main, unclear)):
        new = [*new, *(WishItem(sku) for sku in cleared if sku not in {item.sku for item in new})]
    if not found and not wish.items:
        new = [WishItem(sku) for sku in ((named[0].item.sku,) if len(named) == 1 else by_option(main, named))]
    if not found and not wish.items and not new and wish.kind in WITH_OPTIONS:
        new = [WishItem(sku) for sku in _by_wanted_options(main, named, known) or _by_option_name(main, named)]
    if (
        new
        and wish.kind == "return"
        and wish.items
        and INSTEAD.search(text)
        and not re.search(r"\balso\b|\bas well\b|还有|也", text)
    ):
        wish = replace(wish, items=())
    wish = _with_unclear(replace(wish, items=(*wish.items, *new)), found)
    if "quantity" in asked and (count := said_count(text)) is not None:
        wish = replace(wish, items=tuple(replace(item, quantity=item.quantity or count) for item in wish.items))
    if wish.kind in WITH_OPTIONS:
        wish = with_options(wish, text, found, order, known, asked)
    return wish


def _told_apart(mention: Mention, text: str, named: Sequence[Named], known: Known) -> Mention:
    """A mention of several items as that of the one which the options asked for are newest to."""
    if len(mention.skus) < 2:
        return mention
    skus = _by_wanted_options(text[mention.end :], [one for one in named if one.item.sku in mention.skus], known)
    return replace(mention, skus=tuple(skus) or mention.skus)


def _by_wanted_options(text: str, named: Sequence[Named], known: Known) -> list[str]:
    """The one item that more of the options asked for belong to than to any other: "the 3-piece one" is the luggage."""
    counts = {one.item.sku: _changed(text, one, known) for one in named}
    best = max(counts.values(), default=0)
    meant = [sku for sku, count in counts.items() if count == best]
    return meant if best and len(meant) == 1 else []


def _changed(text: str, named: Named, known: Known) -> int:
    """How many options the text asks for that an item has not."""
    wanted = asked_options(text, named.item.options, known.family(named.item.sku)).wanted
    return sum(named.item.options.get(name) != value for name, value in wanted.items())


def _by_option_name(text: str, named: Sequence[Named]) -> list[str]:
    """The one item that comes in several of what the text names: "I'd like another colour" of a lamp and a book."""
    spoken = {found.value.key for found in term_index(("attribute",)).find(tokenise(text))}
    able = [one.item.sku for one in named if any(split_name(option)[0] in spoken for option in one.item.options)]
    return able if len(able) == 1 else []


def _with_unclear(wish: Wish, found: Sequence[Mention]) -> Wish:
    """The wish with the first mention that could be any of several items, as long as none of these is in it."""
    here = {item.sku for item in wish.items}
    doubtful = next((mention.skus for mention in found if len(mention.skus) > 1), wish.unclear)
    return replace(wish, unclear=() if not here or here & set(doubtful) else doubtful)


def _named_items(found: Sequence[Mention], everything: bool, wish: Wish, named: Sequence[object]) -> list[WishItem]:
    """The items that are named and not in the wish yet; of several that a word fits, all where "both" or "all" is said."""
    here = {item.sku for item in wish.items}
    fresh: dict[str, WishItem] = {}
    for mention in found:
        if len(mention.skus) > 1 and not everything:
            continue
        for sku in mention.skus:
            if sku not in here:
                fresh.setdefault(sku, WishItem(sku, 99 if everything else mention.quantity))
    return list(fresh.values())


def _kept(item: WishItem, found: Sequence[Mention], text: str) -> bool:
    """Whether the customer says of an item of the wish that they keep it after all."""
    return any(mention.skus == (item.sku,) and _said_to_stay(mention, text) for mention in found)


def _said_to_stay(mention: Mention, text: str) -> bool:
    return _KEEPS.search(text[: mention.start]) is not None or _KEPT_AFTER.match(text, mention.end) is not None


def _paid(wish: Wish, text: str, order: Order, known: Known, asked: Collection[str]) -> Wish:
    if wish.kind == "change_payment" and _OF_DIFFERENCE.search(text) and "payment_method" not in asked:
        return wish
    original, own = original_method(order, known.customer), methods(known.customer)
    target = _TO.split(text)[-1] if wish.kind == "change_payment" else text
    said = payment_method(target, own, original) or payment_method(text, own, original)
    if said is None and "payment_method" in asked and any_payment(text):
        allowed = known.methods(order, wish.kind)
        said = next((one.id for one in allowed if original and one.id == original.id), allowed[0].id if allowed else None)
    return replace(wish, payment=said or wish.payment)


def _without_contacts(text: str, order: Order | None) -> str:
    """``text`` without the phone number and e-mail address that only prove whose order it is."""
    digits = r"\W{0,2}".join(re.sub(r"\D", "", order.phone or "")) if order else ""
    proofs = "|".join(filter(None, (digits, re.escape((order.email or "") if order else ""))))
    if not proofs:
        return text
    named = r"(?:(?:我的)?(?:手机|电话|邮箱)(?:号码?)?(?:是|为|:)?|(?:my )?(?:phone|e-?mail|number)(?: is|:)?)?"
    return re.sub(rf"[\s,;]*{named}\s*\+?(?:{proofs})", "", text, flags=re.IGNORECASE)


def _addressed(wish: Wish, text: str, order: Order | None, known: Known, asked: Collection[str]) -> Wish:
    customer, like = known.customer, known.order(same_as(text))
    structured = bool((order or customer) and (order.address_parts if order else customer and customer.address_parts))
    written = address_in(_without_contacts(text, order), structured, "address" in asked)
    if not written and like is not None:
        written = like.address_parts or ({"address": like.address} if like.address else {})
    if not written and order is not None and customer is not None and _OWN_ADDRESS.search(text):
        written = customer.address_parts or ({"address": customer.address} if customer.address else {})
    if not written and wish.address and "confirmation" in asked and corrects_address(text):
        return replace(wish, address={})
    return replace(wish, address=dict(written) or wish.address)
