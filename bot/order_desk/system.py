"""Where orders live: the connector that the order desk reads them from and has operations done by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.shop.records import Customer, Order
from bot.store.order_changes import AuditRow
from bot.types import Operation


@dataclass(frozen=True, slots=True)
class Command:
    """One operation to carry out, confirmed by its customer.

    ``key`` is the same whenever the same confirmation is carried out again. ``proof`` says how the customer was proved.
    """

    key: str
    operation: Operation
    order_id: str | None
    customer_id: str | None
    conversation_id: str
    proof: str

    def audited(self, outcome: str, before: Mapping[str, Any], after: Mapping[str, Any], at: datetime) -> AuditRow:
        """What is kept of it: ``before`` and ``after`` tell what it was about."""
        return AuditRow(
            key=self.key,
            order_id=self.order_id,
            customer_id=self.customer_id,
            conversation_id=self.conversation_id,
            proof=self.proof,
            operation=self.operation.name,
            arguments=dict(self.operation.kwargs),
            outcome=outcome,
            before=before,
            after=after,
            at=at,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a command.

    ``done`` (also when it had been done before under this key), ``refused`` (nothing changed), or ``unknown``: the shop's
    system gave no clear answer, and a person has to look.
    """

    outcome: Literal["done", "refused", "unknown"]
    order: Order | None = None
    phrase: str | None = None
    values: tuple[tuple[str, str], ...] = ()


class OrderSystem(Protocol):
    """A shop's order system. Nothing here proves who asks: that is the order desk's part, before it asks.

    Raises:
        OrderSystemError: the system cannot be reached or gives no usable answer.
    """

    def read(self, order_id: str) -> Order | None:
        """The order of this number, in whatever spelling; with the e-mail and phone of its customer, for the proof."""
        ...

    def orders_of(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, the newest first."""
        ...

    def customer(self, customer_id: str) -> Customer | None:
        """The customer of this id."""
        ...

    def find_customers(self, email: str | None = None, zip: str | None = None) -> Sequence[Customer]:
        """Customers with this e-mail address or with this postcode in their address."""
        ...

    def apply(self, command: Command) -> Result:
        """Carries the command out, once for each key, and keeps an audit of it."""
        ...

    def undo(self, key: str, command: Command) -> Result:
        """Takes back what was done under ``key``, if nothing has happened to the order since."""
        ...

    def was_done(self, key: str) -> bool:
        """Whether something was carried out under ``key``."""
        ...
