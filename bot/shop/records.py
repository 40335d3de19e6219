"""The shop's records beside products, which stand in :mod:`bot.types`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from bot.types import LanguageCode, Product

InteractionEvent = Literal["view", "cart", "purchase", "click"]
EVENTS: frozenset[str] = frozenset(get_args(InteractionEvent))


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order. ``price`` is for one piece."""

    sku: str
    quantity: int = 1
    price: float | None = None
    title: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that moved for an order: ``payment`` to the shop or ``refund`` from it, with the id of the payment method."""

    kind: Literal["payment", "refund"]
    amount: float
    method: str


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay that the shop knows of a customer. ``last`` are the last digits of a card; ``balance`` is a gift card's."""

    id: str
    kind: Literal["gift_card", "paypal", "credit_card", "other"] = "other"
    brand: str = ""
    last: str = ""
    balance: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop knows it. Times are ISO 8601 strings, amounts are in ``currency``.

    ``address_parts`` holds the address by field where the shop keeps it so; ``changes`` is what was requested about it
    since (``cancel_reason``, ``return_items`` …); ``revision`` changes with every change made here.
    """

    order_id: str
    status: str
    items: tuple[OrderItem, ...] = ()
    customer_id: str | None = None
    email: str | None = None
    phone: str | None = None
    placed_at: str | None = None
    total: float | None = None
    currency: str | None = None
    payment: str | None = None
    address: str | None = None
    carrier: str | None = None
    tracking: str | None = None
    delivered_at: str | None = None
    address_parts: Mapping[str, str] = field(default_factory=dict)
    transactions: tuple[Transaction, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the shop; ``birthday`` is ``MM-DD``.

    ``consent``: whether they agreed to be written to for marketing; ``consent_ways``: by which ways alone, any when empty.
    """

    customer_id: str
    name: str = ""
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    tags: tuple[str, ...] = ()
    consent: bool = False
    address_parts: Mapping[str, str] = field(default_factory=dict)
    payment_methods: tuple[PaymentMethod, ...] = ()
    revision: str | None = None
    birthday: str | None = None
    consent_ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A customer's words on a product with 1 to 5 stars."""

    id: str
    sku: str
    rating: float
    text: str = ""
    date: str | None = None
    language: LanguageCode = "en"
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """One step of a customer with a product. ``time`` is ISO 8601."""

    customer_id: str
    sku: str
    event: str
    time: str | None = None


Record = Product | Order | Customer | Review | Interaction
