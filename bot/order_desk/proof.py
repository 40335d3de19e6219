"""Proof of who a customer is. Without it nothing about an order is revealed, not even that it exists."""

from __future__ import annotations

import hashlib
import hmac
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy import ColumnElement, Engine, delete, func, insert, select

from bot.errors import OrderSystemError
from bot.order_desk.system import OrderSystem
from bot.shop.orders import SHORTEST_PHONE, email_key, order_key, phone_digits, same_phone
from bot.shop.records import Customer, Order
from bot.store.shop import order_attempts
from bot.text.script import to_simplified

Found = TypeVar("Found", Order, Customer)
Refusal = Literal["not_found", "locked"]
ATTEMPTS = 5
WINDOW_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer said of themselves."""

    email: str | None = None
    phone: str | None = None
    name: str | None = None
    zip: str | None = None

    @property
    def named(self) -> bool:
        """Whether both a name and a postcode are there."""
        return bool(self.name and self.zip)


class OrderProof:
    """Lets those through to orders who prove that they are theirs.

    ``clock`` gives seconds since 1970. Wrong proofs are kept in SQL, so that the lock holds across processes and restarts.
    After five within 15 minutes in one conversation, for one order number, or with one e-mail, phone or name: ``locked``,
    whatever is given.
    """

    def __init__(self, system: OrderSystem, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._system, self._engine, self._clock = system, engine, clock

    def order(self, order_id: str, conversation: str, said: Said) -> Order | Refusal:
        """The order, if what was said is its customer's. ``not_found`` alike for an unknown order and for a wrong proof."""

        def proved() -> Order | None:
            order = self._system.read(order_id)
            return order if order and self._belongs(order, said) else None

        return self._guarded((order_key(order_id), *_keys(said)), conversation, proved)

    def customer(self, conversation: str, said: Said) -> Customer | Refusal:
        """The one customer whom an e-mail address, or a name with a postcode, names without an order number."""

        def proved() -> Customer | None:
            found = self._system.find_customers(email=said.email) if said.email else self._named(said)
            return found[0] if len(found) == 1 else None

        return self._guarded(tuple(_keys(said)), conversation, proved)

    def _named(self, said: Said) -> Sequence[Customer]:
        if not said.named:
            return ()
        return [one for one in self._system.find_customers(zip=said.zip) if _lives(one, said)]

    def _belongs(self, order: Order, said: Said) -> bool:
        if said.email and order.email and hmac.compare_digest(email_key(said.email).encode(), email_key(order.email).encode()):
            return True
        if said.phone and order.phone and same_phone(said.phone, order.phone):
            return True
        if not said.named or not order.customer_id:
            return False
        owner = self._system.customer(order.customer_id)
        return owner is not None and (_lives(owner, said) or (_has_name(owner, said) and _at(order.address, said)))

    def _guarded(self, keys: Sequence[str], conversation: str, proved: Callable[[], Found | None]) -> Found | Refusal:
        """Counts an attempt under each key before it is judged: parallel guesses then see each other."""
        now = self._clock()
        attempts = self._reserve(conversation, keys, now)
        if self._attempts(conversation, keys, now) > ATTEMPTS:
            self._release(attempts)
            return "locked"
        try:
            found = proved()
        except OrderSystemError:
            self._release(attempts)  # nobody said whether the proof is right
            raise
        if found is None:
            return "not_found"
        self._release(attempts)
        return found

    def _reserve(self, conversation: str, keys: Sequence[str], now: float) -> list[int]:
        """The conversation stands beside the first key alone, so that one attempt counts once for it."""
        said_in = (conversation[:200], *("" for _ in keys[1:]))
        rows = [{"conversation": one, "order_key": key, "at": now} for one, key in zip(said_in, keys, strict=True)]
        with self._engine.begin() as connection:
            connection.execute(delete(order_attempts).where(~_recent(now)))
            made = [connection.execute(insert(order_attempts).values(row)).inserted_primary_key for row in rows]
        return [int(key[0]) for key in made if key]

    def _attempts(self, conversation: str, keys: Sequence[str], now: float) -> int:
        counted = [order_attempts.c.order_key == key for key in keys]
        if conversation:
            counted.append(order_attempts.c.conversation == conversation[:200])
        with self._engine.connect() as connection:
            queries = (select(func.count()).select_from(order_attempts).where(_recent(now), which) for which in counted)
            return max(connection.scalar(query) or 0 for query in queries)

    def _release(self, attempts: Sequence[int]) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(order_attempts).where(order_attempts.c.id.in_(attempts)))


def _recent(now: float) -> ColumnElement[bool]:
    """Within the window, also for a clock that was set back: what lies further ahead would lock people out until it comes."""
    return order_attempts.c.at.between(now - WINDOW_S, now + WINDOW_S)


def _keys(said: Said) -> Iterator[str]:
    """What attempts with one e-mail, number or name, however spelt, have in common; not readable as any of them."""
    shared = {
        "email": said.email and email_key(said.email),
        "phone": said.phone and phone_digits(said.phone)[-SHORTEST_PHONE:],
        "name": said.named and f"{_folded(said.name)}|{said.zip}",
    }
    for kind, value in shared.items():
        if value:
            yield f"{kind}:{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()}"


def _folded(name: str | None) -> str:
    """A name as it is compared: letters alone, without accents and case, in simplified characters."""
    spread = unicodedata.normalize("NFKD", to_simplified(name or "")).casefold()
    return "".join(letter for letter in spread if letter.isalnum())


def _has_name(customer: Customer, said: Said) -> bool:
    own = _folded(customer.name)
    return bool(own) and hmac.compare_digest(own.encode(), _folded(said.name).encode())


def _lives(customer: Customer, said: Said) -> bool:
    zip = customer.address_parts.get("zip")
    at_home = zip == said.zip if zip else _at(customer.address, said)
    return at_home and _has_name(customer, said)


def _at(address: str | None, said: Said) -> bool:
    """Whether the postcode stands in the address as a number of its own."""
    padded = "".join(letter if letter.isalnum() else " " for letter in address or "")
    return bool(said.zip) and str(said.zip) in padded.split()
