"""The shop's records beside products and orders, which stand in :mod:`bot.types`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from bot.types import LanguageCode, Order, Product

InteractionEvent = Literal["view", "cart", "purchase", "click"]
EVENTS: frozenset[str] = frozenset(get_args(InteractionEvent))


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the shop. ``consent`` says whether they agreed to be written to for marketing."""

    customer_id: str
    name: str = ""
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    tags: tuple[str, ...] = ()
    consent: bool = False


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
