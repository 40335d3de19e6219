"""The operations on an order: what each one is called, and what it makes of an order and its customer. Pure, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.order_desk.policy import OperationKind
from bot.shop.addresses import PARTS, one_line
from bot.shop.records import Customer, Order, OrderItem, PaymentMethod, Transaction
from bot.types import Operation, Product

ProductOf = Callable[[str], Product | None]
NAMES: dict[OperationKind, str] = {
    "cancel": "cancel_pending_order",
    "return": "return_delivered_order_items",
    "exchange": "exchange_delivered_order_items",
    "change_items": "modify_pending_order_items",
    "change_address": "modify_pending_order_address",
    "change_payment": "modify_pending_order_payment",
    "change_default_address": "modify_user_address",
    "invoice": "request_invoice",
}
KINDS: dict[str, OperationKind] = {name: kind for kind, name in NAMES.items()}
UNDO = "undo_order_change"


class Impossible(Exception):
    """The operation cannot be done on this order; ``phrase`` with ``values`` says why to the customer."""

    def __init__(self, phrase: str, **values: str) -> None:
        super().__init__(phrase, values)
        self.phrase, self.values = phrase, values


@dataclass(frozen=True, slots=True)
class Effect:
    """The order and the customer after an operation, and the money that moves because of it.

    ``difference`` is what new items cost more (or, negative, less) than those they replace.
    """

    order: Order | None
    customer: Customer | None
    moved: tuple[Transaction, ...] = ()
    difference: float | None = None


def effect(operation: Operation, order: Order | None, customer: Customer | None, product_of: ProductOf) -> Effect:
    """What ``operation`` makes of the order and its customer.

    Raises:
        Impossible: an argument does not fit them: an item that is not in the order, one that is sold out, a way of paying
            that the customer does not have, a gift card with too little on it.
    """
    kind, arguments = KINDS[operation.name], operation.kwargs
    if kind == "change_default_address":
        if customer is None:
            raise Impossible("deny_no_account")
        line, parts = _address(arguments)
        return Effect(None, replace(customer, address=line, address_parts=parts or customer.address_parts))
    assert order is not None, f"{operation.name} needs an order"
    if kind == "cancel":
        return _cancelled(order, customer, str(arguments.get("reason", "")))
    if kind == "change_address":
        line, parts = _address(arguments)
        return Effect(replace(order, address=line, address_parts=parts or order.address_parts), customer)
    if kind == "change_payment":
        return _repaid(order, customer, str(arguments["payment_method_id"]))
    if kind == "invoice":
        asked = {name: value for name, value in arguments.items() if name != "order_id"}
        return Effect(_noted(order, order.status, invoice=asked), customer)
    return _items_changed(kind, arguments, order, customer, product_of)


def _items_changed(
    kind: OperationKind, arguments: Any, order: Order, customer: Customer | None, product_of: ProductOf
) -> Effect:
    leaving = list(map(str, arguments["item_ids"]))
    require_items(order, leaving)
    method = method_of(order, customer, str(arguments["payment_method_id"])) if "payment_method_id" in arguments else None
    paid_by = {"payment_method": method.id} if method else {}
    if kind == "return":
        return Effect(_noted(order, "return_requested", return_items=sorted(leaving), **paid_by), customer)
    coming = list(map(str, arguments["new_item_ids"]))
    difference = price_difference(order, leaving, coming, product_of)
    if method and method.balance is not None and method.balance < difference:
        raise Impossible("deny_balance", balance=f"{method.balance:.2f}", needed=f"{difference:.2f}")
    if kind == "exchange":
        noted = {"exchange_items": sorted(leaving), "exchange_new_items": sorted(coming), "exchange_difference": difference}
        return Effect(_noted(order, "exchange_requested", **noted, **paid_by), customer, difference=difference)
    moved = (Transaction("payment" if difference > 0 else "refund", abs(difference), method.id if method else ""),)
    new_items = tuple(_replaced(order, leaving, coming, product_of))
    changed = replace(
        order,
        items=new_items,
        status="pending_items_modified",
        transactions=(*order.transactions, *moved) if order.transactions else (),
        total=None if order.total is None else round(order.total + difference, 2),
    )
    return Effect(changed, credited(customer, moved), moved, difference)


def require_items(order: Order, skus: Sequence[str]) -> None:
    """Raises Impossible where the order has not so many pieces of each SKU."""
    here = Counter({item.sku: 0 for item in order.items})
    for item in order.items:
        here[item.sku] += item.quantity
    for sku, wanted in Counter(skus).items():
        if wanted > here[sku]:
            raise Impossible("deny_not_in_order", order=order.order_id)


def price_difference(order: Order, leaving: Sequence[str], coming: Sequence[str], product_of: ProductOf) -> float:
    """What the new items cost more than those they replace. Raises Impossible for one that cannot be had."""
    paid = {item.sku: item.price for item in order.items}
    total = 0.0
    for old, new in zip(leaving, coming, strict=True):
        product = product_of(new)
        if product is None or product.stock == 0:
            raise Impossible("deny_sold_out", item=product.title if product else new)
        total += (product.price or 0.0) - (paid[old] or 0.0)
    return round(total, 2)


def original_method(order: Order, customer: Customer | None) -> PaymentMethod | None:
    """The way in which the order was paid first."""
    id = next((one.method for one in order.transactions if one.kind == "payment"), order.payment)
    if not id:
        return None
    return next((one for one in methods(customer) if one.id == id), PaymentMethod(id))


def methods(customer: Customer | None) -> tuple[PaymentMethod, ...]:
    """The ways of paying that the shop knows of the customer."""
    return customer.payment_methods if customer else ()


def method_of(order: Order, customer: Customer | None, id: str) -> PaymentMethod:
    """The customer's way of paying with this id, or that of the order. Raises Impossible for another."""
    known = next((one for one in methods(customer) if one.id == id), None)
    original = original_method(order, customer)
    if known is None and original is not None and original.id == id:
        known = original
    if known is None:
        raise Impossible("deny_method", method=id)
    return known


def credited(customer: Customer | None, moved: Sequence[Transaction]) -> Customer | None:
    """The customer after money moved to and from their gift cards."""
    if customer is None:
        return None
    cards = []
    for method in customer.payment_methods:
        if method.balance is not None:
            change = sum(one.amount if one.kind == "refund" else -one.amount for one in moved if one.method == method.id)
            method = replace(method, balance=round(method.balance + change, 2))
        cards.append(method)
    return replace(customer, payment_methods=tuple(cards))


def _cancelled(order: Order, customer: Customer | None, reason: str) -> Effect:
    moved = tuple(Transaction("refund", one.amount, one.method) for one in order.transactions if one.kind == "payment")
    noted = _noted(order, "cancelled", cancel_reason=reason) if reason else replace(order, status="cancelled")
    return Effect(replace(noted, transactions=(*order.transactions, *moved)), credited(customer, moved), moved)


def _repaid(order: Order, customer: Customer | None, id: str) -> Effect:
    method, before = method_of(order, customer, id), original_method(order, customer)
    if before is not None and before.id == method.id:
        raise Impossible("deny_same_method")
    amount = sum(one.amount if one.kind == "payment" else -one.amount for one in order.transactions) or order.total or 0.0
    amount = round(amount, 2)
    if method.balance is not None and method.balance < amount:
        raise Impossible("deny_balance", balance=f"{method.balance:.2f}", needed=f"{amount:.2f}")
    moved: tuple[Transaction, ...] = (Transaction("payment", amount, method.id),)
    if before is not None:
        moved = (*moved, Transaction("refund", amount, before.id))
    told = (*order.transactions, *moved) if order.transactions else ()
    return Effect(replace(order, payment=method.id, transactions=told), credited(customer, moved), moved)


def _noted(order: Order, status: str, **notes: Any) -> Order:
    return replace(order, status=status, changes={**order.changes, **notes})


def _address(arguments: Any) -> tuple[str, dict[str, str]]:
    if arguments.get("address"):
        return str(arguments["address"]), {}
    parts = {part: str(arguments.get(part, "")) for part in PARTS}
    return one_line(parts), parts


def _replaced(order: Order, leaving: Sequence[str], coming: Sequence[str], product_of: ProductOf) -> list[OrderItem]:
    """The order's items with each of ``leaving``, piece by piece, replaced by its counterpart."""
    items = list(order.items)
    for old, new in zip(leaving, coming, strict=True):
        place = next(place for place, item in enumerate(items) if item.sku == old)
        product, item = product_of(new), items[place]
        assert product is not None
        options = {name: product.attributes.get(name, value) for name, value in item.options.items()} or product.attributes
        piece = OrderItem(new, 1, product.price, item.title if item.options else product.title, options)
        rest = [replace(item, quantity=item.quantity - 1)] if item.quantity > 1 else []
        items[place : place + 1] = [*rest, piece]
    return items
