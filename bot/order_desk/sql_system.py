"""The orders and customers that were loaded into Shopdesk's own database, as an order system."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.order_desk.operations import Impossible, ProductOf, effect
from bot.order_desk.system import Command, Result
from bot.shop.orders import email_key, order_from_row, order_key
from bot.shop.records import Customer, Order, PaymentMethod
from bot.store import shop as sql
from bot.store.order_changes import OrderChanges, record

_ORDER_FIELDS = ("status", "items", "total", "payment", "address", "address_parts", "transactions", "changes")
_CUSTOMER_FIELDS = ("address", "address_parts", "payment_methods")


class _Overtaken(Exception):
    """Somebody else changed the row between reading and writing."""


class SqlOrderSystem:
    """Reads and changes the loaded tables. Every change and its audit row are one transaction."""

    def __init__(
        self, engine: Engine, product_of: ProductOf, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._product_of, self._clock = engine, product_of, clock
        self._changes = OrderChanges(engine)

    def read(self, order_id: str) -> Order | None:
        """The order; where its row names no e-mail and no phone, with those of its customer."""
        with self._engine.connect() as connection:
            order = _read_order(connection, order_id)
            if order is None or order.email or order.phone or not order.customer_id:
                return order
            owner = _read_customer(connection, order.customer_id)
        return replace(order, email=owner.email, phone=owner.phone) if owner else order

    def orders_of(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, the newest first."""
        newest = sql.orders.c.placed_at.desc().nulls_last()
        wanted = select(sql.orders).where(sql.orders.c.customer_id == customer_id).order_by(newest, sql.orders.c.order_key)
        with self._engine.connect() as connection:
            return [order_from_row(row) for row in connection.execute(wanted).mappings()]

    def customer(self, customer_id: str) -> Customer | None:
        """The customer of this id."""
        with self._engine.connect() as connection:
            return _read_customer(connection, customer_id)

    def find_customers(self, email: str | None = None, zip: str | None = None) -> Sequence[Customer]:
        """Customers with this e-mail address, or with this postcode in their address."""
        wanted = select(sql.customers).limit(1000)
        if email:
            wanted = wanted.where(func.lower(sql.customers.c.email) == email_key(email))
        else:
            wanted = wanted.where(sql.customers.c.address.contains(zip or "", autoescape=True))
        with self._engine.connect() as connection:
            return [customer_from_row(row) for row in connection.execute(wanted).mappings()]

    def apply(self, command: Command) -> Result:
        """Carries the command out once; a second time under the same key changes nothing and says ``done`` again."""
        if self._changes.of_key(command.key) is not None:
            return Result("done", (command.order_id and self.read(command.order_id)) or None)
        try:
            with self._engine.begin() as connection:
                order = _read_order(connection, command.order_id) if command.order_id else None
                owner = (order.customer_id if order else None) or command.customer_id
                customer = _read_customer(connection, owner) if owner else None
                after = effect(command.operation, order, customer, self._product_of)
                self._store(connection, command, (order, customer), (after.order, after.customer))
        except Impossible as reason:
            return Result("refused", phrase=reason.phrase, values=tuple(reason.values.items()))
        except (_Overtaken, IntegrityError):
            return Result("refused", phrase="deny_overtaken")
        return Result("done", after.order)

    def undo(self, key: str, command: Command) -> Result:
        """Puts the order and the customer back as they were before ``key``, unless either has changed since."""
        done = self._changes.of_key(key)
        if done is None or done.outcome != "done":
            return Result("refused", phrase="deny_undo")
        try:
            with self._engine.begin() as connection:
                order = _read_order(connection, done.order_id) if done.order_id else None
                customer = _read_customer(connection, done.customer_id) if done.customer_id else None
                if _state(order, customer) != {**done.after}:
                    return Result("refused", phrase="deny_undo")
                before = _restored(order, done.before.get("order")), _restored(customer, done.before.get("customer"))
                self._store(connection, command, (order, customer), before)
        except (_Overtaken, IntegrityError):
            return Result("refused", phrase="deny_overtaken")
        return Result("done", before[0] if isinstance(before[0], Order) else None)

    def was_done(self, key: str) -> bool:
        """Whether something was carried out under ``key``."""
        return self._changes.of_key(key) is not None

    def _store(self, connection: Connection, command: Command, before: tuple[Any, Any], after: tuple[Any, Any]) -> None:
        order, customer = before
        if order is not None and after[0] is not None and after[0] != order:
            _write(connection, sql.orders, sql.orders.c.order_key == order_key(order.order_id), order, after[0], _ORDER_FIELDS)
        if customer is not None and after[1] is not None and after[1] != customer:
            which = sql.customers.c.customer_id == customer.customer_id
            _write(connection, sql.customers, which, customer, after[1], _CUSTOMER_FIELDS)
        states = _state(order, customer), _state(after[0] or order, after[1] or customer)
        whose = customer.customer_id if customer else command.customer_id
        of_one = replace(command, order_id=order.order_id if order else None, customer_id=whose)
        record(connection, of_one.audited("done", *states, at=self._clock()))


def customer_from_row(row: Any) -> Customer:
    """A customer from their row."""
    fields = {name: value for name, value in row.items() if name not in ("location", "fingerprint", "tags")}
    methods = tuple(PaymentMethod(**method) for method in fields.pop("payment_methods"))
    return Customer(tags=tuple(row["tags"]), payment_methods=methods, **fields)


def _read_order(connection: Connection, order_id: str) -> Order | None:
    row = connection.execute(select(sql.orders).where(sql.orders.c.order_key == order_key(order_id))).mappings().first()
    return order_from_row(row) if row else None


def _read_customer(connection: Connection, customer_id: str) -> Customer | None:
    row = connection.execute(select(sql.customers).where(sql.customers.c.customer_id == customer_id)).mappings().first()
    return customer_from_row(row) if row else None


def _columns(record: Order | Customer, fields: Sequence[str]) -> dict[str, Any]:
    plain = asdict(record)
    return {name: [*value] if isinstance(value := plain[name], tuple) else value for name in fields}


def _state(order: Order | None, customer: Customer | None) -> dict[str, Any]:
    """The part of both records that operations change, as the audit keeps it."""
    found = {
        "order": order and _columns(order, _ORDER_FIELDS),
        "customer": customer and _columns(customer, _CUSTOMER_FIELDS),
    }
    return {name: value for name, value in found.items() if value}


def _restored(record: Any, columns: dict[str, Any] | None) -> Any:
    if record is None or columns is None:
        return record
    made = order_from_row if isinstance(record, Order) else customer_from_row
    return made({**asdict(record), **columns})


def _write(
    connection: Connection, table: Table, which: Any, before: Order | Customer, after: Order | Customer, fields: Sequence[str]
) -> None:
    """Writes the changed columns, if the row still has the revision that was read."""
    same = which & (table.c.revision == before.revision if before.revision else table.c.revision.is_(None))
    values = _columns(after, fields) | {"revision": secrets.token_hex(8)}
    if connection.execute(update(table).where(same).values(**values)).rowcount != 1:
        raise _Overtaken
