"""What the desk may look at for one proved customer: their orders, their account, the catalogue and the shop's policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.order_desk.goods import Goods
from bot.order_desk.items import Named, mentions
from bot.order_desk.operations import ProductOf, methods, original_method
from bot.order_desk.policy import OperationKind, OrderPolicy
from bot.order_desk.words import called
from bot.shop.orders import order_key
from bot.shop.records import Customer, Order, OrderItem, PaymentMethod
from bot.types import LanguageCode, Product
from bot.understanding.faults import FaultOf
from bot.understanding.wishes import Sense

_NUMBER = re.compile(r"#?\s?[A-Za-z]{0,6}[-_ ]?\d[\w-]*")
_ENDING = re.compile(r"(?:\bend(?:s|ing)? (?:in|with)|尾号[是为]?)\s*#?(\d{2,})", re.IGNORECASE)
_LAST = re.compile(
    r"\b(?:last|latest|most recent|newest|recent)\b (?:order|purchase|one)|(?:最近|最新|上一?"
    r"|最后一?)(?:的)?[个笔次]?(?:订单|单)",
    re.IGNORECASE,
)
OTHER_KIND: dict[OperationKind, OperationKind] = {"exchange": "change_items", "change_items": "exchange"}
"""Other options for an item: before the parcel leaves its order is changed, after delivery it is exchanged."""


@dataclass(frozen=True, slots=True)
class Known:
    """A proved customer's data at this moment. ``orders`` has the newest first; ``written`` is what the customer wrote.

    ``sense`` tells what a sentence means, ``fault_of`` what a message says is wrong with goods; without them only what words
    name is understood.
    """

    orders: Sequence[Order]
    customer: Customer | None
    policy: OrderPolicy
    goods: Goods
    language: LanguageCode
    now: datetime
    written: Sequence[str] = ()
    sense: Sense | None = None
    fault_of: FaultOf | None = None

    def order(self, order_id: str | None) -> Order | None:
        """The customer's order of this number, in any spelling."""
        key = order_key(order_id) if order_id else None
        return next((order for order in self.orders if order_key(order.order_id) == key), None)

    def orders_in(self, text: str) -> list[Order]:
        """The customer's orders that ``text`` names by number, or by how their number ends."""
        said = [order_key(match[0]) for match in _NUMBER.finditer(text)]
        bare = {re.sub(r"\D", "", one) for one in said if len(re.sub(r"\D", "", one)) >= 4}
        found = [one for one in self.orders if order_key(one.order_id) in said or re.sub(r"\D", "", one.order_id) in bare]
        if not found and (ending := _ENDING.search(text)):
            found = [one for one in self.orders if order_key(one.order_id).endswith(ending[1])]
        return found

    def strange_in(self, text: str) -> bool:
        """Whether ``text`` names an order number of the customer's kind that is none of theirs."""
        shapes = {_shape(order.order_id) for order in self.orders}
        keys = {order_key(order.order_id) for order in self.orders}
        said = [match[0] for match in _NUMBER.finditer(text)]
        return any(_shape(one) in shapes and order_key(one) not in keys for one in said)

    def able(self, kind: OperationKind) -> list[Order]:
        """Orders whose status allows the operation, or its counterpart before or after delivery."""
        kinds = [one for one in (kind, OTHER_KIND.get(kind), "cancel" if kind == "return" else None) if one]
        statuses = {status for one in kinds for status in self.policy.rule(one).statuses}
        return [order for order in self.orders if order.status in statuses]

    def newest(self, orders: Sequence[Order], text: str) -> Order | None:
        """The newest of ``orders`` where ``text`` says "my last order"."""
        return orders[0] if orders and _LAST.search(text) else None

    def named(self, order: Order) -> list[Named]:
        """The order's items, each SKU once, with all that they may be called by."""
        found: dict[str, Named] = {}
        for item in order.items:
            rows = self.goods.rows(item.sku)
            options = item.options or self.options_of(item)
            titles = (
                (item.title, *(row.title for row in rows), *(row.category for row in rows))
                if not item.options
                else (item.title, *(row.category for row in rows))
            )
            before = found[item.sku].item.quantity if item.sku in found else 0
            whole = replace(item, options=options, quantity=item.quantity + before)
            names = tuple(filter(None, titles))
            found[item.sku] = Named(whole, (*names, *called(names[0] if names else "")), self._choices(whole))
        return list(found.values())

    def tells_of_fault(self, text: str) -> bool:
        """Whether a message says that something is wrong with goods."""
        return self.fault_of is not None and self.fault_of(text) is not None

    def faulty(self, order: Order) -> frozenset[str]:
        """The items of which the customer says that they are faulty; the only one, where they name none."""
        named, told = self.named(order), [text for text in self.written if self.tells_of_fault(text)]
        skus = frozenset(sku for text in told for mention in mentions(text, named) for sku in mention.skus)
        return skus or frozenset(one.item.sku for one in named if told and len(named) == 1)

    def _choices(self, item: OrderItem) -> tuple[str, ...]:
        """The names of an item's options, and the values that they have among its variants."""
        told = [one.attributes[name] for one in self.family(item.sku) for name in item.options if name in one.attributes]
        return tuple(dict.fromkeys((*item.options, *item.options.values(), *told)))

    def item(self, order: Order, sku: str) -> OrderItem | None:
        """The order's item of this SKU with all its pieces."""
        return next((one.item for one in self.named(order) if one.item.sku == sku), None)

    def options_of(self, item: OrderItem) -> dict[str, str]:
        """What an item's product is like, where its order does not say."""
        product = self.goods.get(item.sku, self.language)
        family = self.family(item.sku)
        if product is None or len(family) < 2:
            return {}
        differing = {name for one in family for name, value in one.attributes.items() if product.attributes.get(name) != value}
        return {name: value for name, value in product.attributes.items() if name in differing}

    def family(self, sku: str) -> list[Product]:
        """The variants of the product of ``sku``, in the customer's language where the shop has them."""
        return self.goods.variants(sku, self.language)

    @property
    def product_of(self) -> ProductOf:
        """Gives products in the customer's language."""
        return lambda sku: self.goods.get(sku, self.language)

    def methods(self, order: Order, kind: OperationKind) -> list[PaymentMethod]:
        """The ways of paying that the policy allows for this operation on this order."""
        original, own = original_method(order, self.customer), methods(self.customer)
        if kind == "change_payment":
            return [one for one in own if original is None or one.id != original.id]
        allowed = self.policy.rule(kind).refund_to
        known = list(own) + ([original] if original and original.id not in {one.id for one in own} else [])
        if "any" in allowed:
            return known
        return [
            one
            for one in known
            if ("original" in allowed and original and one.id == original.id)
            or ("gift_card" in allowed and one.kind == "gift_card")
        ]


def _shape(order_id: str) -> str:
    """An order number with its digits as 0: numbers of one shop look alike."""
    return re.sub(r"\d", "0", order_key(order_id))
