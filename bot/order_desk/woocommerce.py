"""Orders of a WooCommerce shop, over its REST API (``/wp-json/wc/v3``) with a consumer key and secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from bot.errors import OrderSystemError
from bot.order_desk.operations import KINDS
from bot.order_desk.platform import MOST_PAGES, PlatformOrders, Requests, Timing, country_code, note_of
from bot.order_desk.system import Command, Result
from bot.shop.addresses import one_line, parts_of
from bot.shop.orders import email_key, order_key
from bot.shop.records import Customer, Order, OrderItem
from bot.shop.status import status_code
from bot.store.order_changes import OrderChanges

logger = logging.getLogger(__name__)
_PER_PAGE = 100
_PARTS = {
    "address1": "address_1", "address2": "address_2", "city": "city", "state": "state", "country": "country", "zip": "postcode",
}  # fmt: skip


class WooCommerceOrders(PlatformOrders):
    """Reads orders and customers. An unpaid order is cancelled by its status, a paid one by a refund of everything.

    What was done gets a private note on the order. A return cannot be requested here: a person does it.
    """

    def __init__(self, url: str, secret: str, timing: Timing, changes: OrderChanges) -> None:
        key, _, word = secret.partition(":")
        base = f"{url.rstrip('/')}/wp-json/wc/v3"
        super().__init__(Requests(base, {"Accept": "application/json"}, timing, (key, word)), changes)

    def _read(self, order_id: str) -> Order | None:
        """The order of this number, or, where numbers are made by a plugin, the one that a search for it finds."""
        row = self._row(order_id)
        return None if row is None else _order(row)

    def _orders_of(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, the newest first."""
        return [_order(row) for row in self._pages("/orders", {"customer": customer_id})] if customer_id.isdigit() else []

    def _customer(self, customer_id: str) -> Customer | None:
        """The customer of this id."""
        row = self._get(f"/customers/{customer_id}") if customer_id.isdigit() else None
        return None if row is None else _customer(row)

    def _customers(self, email: str) -> Sequence[Customer]:
        """Customers with this e-mail address."""
        rows = self._pages("/customers", {"email": email, "role": "all"})
        return [one for one in map(_customer, rows) if email_key(one.email or "") == email_key(email)]

    def _write(self, command: Command) -> Result:
        row = self._row(command.order_id or "")
        if row is None:
            return Result("refused", phrase="deny_overtaken")
        done = self._changed(row, command)
        if done.outcome == "done":
            self._note(row, command)
        return done

    def _note(self, row: Mapping[str, Any], command: Command) -> None:
        """Leaves a note for the shop's people; what was done stands without it."""
        body = {"note": note_of(command), "customer_note": False}
        try:
            sent = self._requests.write(
                lambda left: self._requests.request("POST", f"/orders/{row['id']}/notes", left, json=body)
            )
        except OrderSystemError:
            sent = None
        if sent is None or not sent.is_success:
            logger.warning("An order was changed, but the note on it could not be left.")

    def _changed(self, row: Mapping[str, Any], command: Command) -> Result:
        path, arguments = f"/orders/{row['id']}", command.operation.kwargs
        if KINDS[command.operation.name] == "change_address":
            shipping = _shipping(arguments, row)
            if shipping is None:
                return Result("refused", phrase="deny_address_fields")
            return self._sent("PUT", path, {"shipping": shipping})
        if row["status"] in ("cancelled", "refunded"):
            return Result("refused", phrase="deny_overtaken")
        if not row.get("date_paid"):
            return self._sent("PUT", path, {"status": "cancelled"})
        body = {"amount": str(row["total"]), "reason": str(arguments.get("reason", "")), "api_refund": True}
        done = self._sent("POST", f"{path}/refunds", body)
        return Result("done", self._after(command.order_id or "")) if done.outcome == "done" else done

    def _sent(self, method: str, path: str, body: Mapping[str, Any]) -> Result:
        answer = self._requests.write(lambda left: self._requests.request(method, path, left, json=body))
        if answer is not None and not answer.is_success:
            return Result("refused", phrase="deny_overtaken")
        row = self._requests.told(answer)
        if row is None:
            return Result("unknown")
        return Result("done", _order(row) if "line_items" in row and "status" in row else None)

    def _row(self, order_id: str) -> Mapping[str, Any] | None:
        wanted = order_key(order_id)
        number = order_id.strip().lstrip("#")
        row = self._get(f"/orders/{quote(number)}") if number.isascii() and number.isdigit() else None
        if row is not None and order_key(str(row["number"])) == order_key(number):
            return row
        found = self._pages("/orders", {"search": number}) if number else []
        return next((one for one in found if order_key(str(one["number"])) in (wanted, order_key(number))), None)

    def _pages(self, path: str, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        for page in range(1, MOST_PAGES + 1):
            answer = self._asked(f"{path}?{urlencode({**query, 'per_page': str(_PER_PAGE), 'page': str(page)})}")
            rows += self._requests.parsed(answer, list) if answer.is_success else []
            if page >= int(answer.headers.get("X-WP-TotalPages") or 1):
                break
        return rows

    def _get(self, path: str) -> Mapping[str, Any] | None:
        answer = self._asked(path)
        row: Mapping[str, Any] | None = self._requests.parsed(answer) if answer.is_success else None
        return row

    def _asked(self, path: str) -> httpx.Response:
        return self._requests.read(lambda left: self._requests.request("GET", path, left))


def _order(row: Mapping[str, Any]) -> Order:
    billing, shipping = row.get("billing") or {}, row.get("shipping") or {}
    shown = shipping if shipping.get("address_1") else billing
    parts = parts_of({ours: shown.get(theirs, "") for ours, theirs in _PARTS.items()})
    items = tuple(
        OrderItem(
            sku=str(item.get("sku") or item.get("variation_id") or item.get("product_id")),
            quantity=int(item["quantity"]),
            price=float(item["price"]) if item.get("price") is not None else None,
            title=str(item.get("name") or ""),
        )
        for item in row.get("line_items") or ()
    )
    owner = row.get("customer_id")
    return Order(
        order_id=str(row["number"]),
        status=status_code(str(row["status"])) or "processing",
        items=items,
        customer_id=str(owner) if owner else None,
        email=billing.get("email") or None,
        phone=billing.get("phone") or None,
        placed_at=f"{row['date_created_gmt']}+00:00" if row.get("date_created_gmt") else None,
        total=float(row["total"]),
        currency=row.get("currency"),
        payment=row.get("payment_method_title") or None,
        address=one_line(parts) or None,
        address_parts=parts,
    )


def _customer(row: Mapping[str, Any]) -> Customer:
    billing = row.get("billing") or {}
    parts = parts_of({ours: billing.get(theirs, "") for ours, theirs in _PARTS.items()})
    return Customer(
        customer_id=str(row["id"]),
        name=" ".join(filter(None, (row.get("first_name"), row.get("last_name")))),
        email=row.get("email") or None,
        phone=billing.get("phone") or None,
        address=one_line(parts) or None,
        address_parts=parts,
    )


def _shipping(arguments: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str] | None:
    """The new address in the platform's fields; None where it was given on one line or the country is unclear."""
    known = str((row.get("shipping") or {}).get("country") or (row.get("billing") or {}).get("country") or "")
    country = country_code(str(arguments.get("country", "")), known)
    if not arguments.get("address1") or not arguments.get("city") or country is None:
        return None
    return {theirs: str(arguments.get(ours, "")) for ours, theirs in _PARTS.items()} | {"country": country}
