"""Orders of a Shopify shop, over its GraphQL Admin API with an access token.

Its scopes: read and write orders, write returns, read customers.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bot.order_desk.operations import KINDS
from bot.order_desk.platform import MOST_PAGES, READ_TRIES, Busy, PlatformOrders, Requests, Timing, country_code, note_of
from bot.order_desk.system import Command, Result
from bot.shop.addresses import one_line, parts_of
from bot.shop.orders import email_key, order_key
from bot.shop.records import Customer, Order, OrderItem
from bot.store.order_changes import OrderChanges

API_VERSION = "2026-07"
_ADDRESS = "firstName lastName phone address1 address2 city province provinceCode country countryCodeV2 zip"
_ORDER = f"""id name note createdAt cancelledAt email phone displayFinancialStatus displayFulfillmentStatus currencyCode
  totalPriceSet {{ shopMoney {{ amount }} }} customer {{ id }} paymentGatewayNames shippingAddress {{ {_ADDRESS} }}
  fulfillments(first: 10) {{ deliveredAt trackingInfo {{ company number }} }}
  lineItems(first: 100) {{ nodes {{ id sku title quantity originalUnitPriceSet {{ shopMoney {{ amount }} }} }} }}"""
_CUSTOMER = f"""id firstName lastName defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }}
  defaultAddress {{ {_ADDRESS} }}"""
_ORDERS_QUERY = f"""query($query: String!, $after: String) {{
  orders(first: 50, after: $after, query: $query, sortKey: CREATED_AT, reverse: true) {{
    nodes {{ {_ORDER} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
_CUSTOMER_QUERY = f"query($id: ID!) {{ customer(id: $id) {{ {_CUSTOMER} }} }}"
_CUSTOMERS_QUERY = f"query($query: String!) {{ customers(first: 10, query: $query) {{ nodes {{ {_CUSTOMER} }} }} }}"
_CANCEL = """mutation($orderId: ID!, $refundMethod: OrderCancelRefundMethodInput!, $staffNote: String) {
  orderCancel(orderId: $orderId, refundMethod: $refundMethod, restock: true, reason: CUSTOMER, notifyCustomer: true,
    staffNote: $staffNote) { job { id } orderCancelUserErrors { message } } }"""
_UPDATE = f"""mutation($input: OrderInput!) {{
  orderUpdate(input: $input) {{ order {{ {_ORDER} }} userErrors {{ message }} }} }}"""
_RETURNABLE_QUERY = """query($orderId: ID!) { returnableFulfillments(orderId: $orderId, first: 10) { nodes {
  returnableFulfillmentLineItems(first: 100) { nodes { quantity fulfillmentLineItem { id lineItem { id sku } } } } } } }"""
_RETURN = """mutation($input: ReturnRequestInput!) {
  returnRequest(input: $input) { return { id status } userErrors { message } } }"""
_SCOPES_QUERY = "query { currentAppInstallation { accessScopes { handle } } }"
_SCOPES = ("read_orders", "write_orders", "write_returns", "read_customers")
_LONGEST_NOTE = 300
_CUSTOMER_ID = "gid://shopify/Customer/"
_FULFILLED = {
    "FULFILLED": "shipped", "PARTIALLY_FULFILLED": "partially_shipped", "IN_PROGRESS": "processing", "ON_HOLD": "processing",
}  # fmt: skip
_PAID = {"REFUNDED": "refunded", "PENDING": "pending_payment", "AUTHORIZED": "pending", "PAID": "paid"}


class ShopifyOrders(PlatformOrders):
    """Reads orders and customers; cancels with a refund to how it was paid and waits until the platform says it is so.

    A return is requested, for the shop to approve or decline. What was done is noted on the order, or on what was done.
    """

    def __init__(self, url: str, secret: str, timing: Timing, changes: OrderChanges) -> None:
        headers = {"X-Shopify-Access-Token": secret, "Content-Type": "application/json"}
        base = f"{url.rstrip('/')}/admin/api/{API_VERSION}"
        super().__init__(Requests(base, headers, timing), changes)

    def _missing_rights(self) -> Sequence[str]:
        """Scopes that the token lacks."""
        given = self._query(_SCOPES_QUERY, {})["currentAppInstallation"]["accessScopes"]
        return [scope for scope in _SCOPES if scope not in {each["handle"] for each in given}]

    def _read(self, order_id: str) -> Order | None:
        """The order of this name, with or without ``#``."""
        row = self._row(order_id)
        return None if row is None else _order(row)

    def _orders_of(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, the newest first."""
        return [_order(row) for row in self._orders(f"customer_id:{customer_id}")] if customer_id.isdigit() else []

    def _customer(self, customer_id: str) -> Customer | None:
        """The customer of this id."""
        if not customer_id.isdigit():
            return None
        row = self._query(_CUSTOMER_QUERY, {"id": _CUSTOMER_ID + customer_id})["customer"]
        return None if row is None else _customer(row)

    def _customers(self, email: str) -> Sequence[Customer]:
        """Customers with this e-mail address."""
        rows = self._query(_CUSTOMERS_QUERY, {"query": f"email:{json.dumps(email)}"})["customers"]["nodes"]
        return [one for one in map(_customer, rows) if email_key(one.email or "") == email_key(email)]

    def _write(self, command: Command) -> Result:
        row = self._row(command.order_id or "")
        if row is None or row["cancelledAt"]:
            return Result("refused", phrase="deny_overtaken")
        arguments = command.operation.kwargs
        if KINDS[command.operation.name] == "change_address":
            address = _mailing(arguments, row.get("shippingAddress") or {})
            if address is None:
                return Result("refused", phrase="deny_address_fields")
            noted = "\n".join(filter(None, (row.get("note"), note_of(command))))
            wanted = {"id": row["id"], "shippingAddress": address, "note": noted}
            return self._sent(_UPDATE, {"input": wanted}, "orderUpdate", "userErrors")
        if KINDS[command.operation.name] == "return":
            return self._return(row, command)
        note = " ".join(filter(None, (str(arguments.get("reason", "")), note_of(command))))[:255]
        wanted = {"orderId": row["id"], "refundMethod": {"originalPaymentMethodsRefund": True}, "staffNote": note}
        sent = self._sent(_CANCEL, wanted, "orderCancel", "orderCancelUserErrors")
        return self._cancelled(command.order_id or "") if sent.outcome == "done" else sent

    def _return(self, row: Mapping[str, Any], command: Command) -> Result:
        """Requests the return of the items, which the shop then approves or declines on the platform."""
        wanted = Counter(str(sku) for sku in command.operation.kwargs.get("item_ids", ()))
        lines: list[dict[str, Any]] = []
        for fulfillment in self._query(_RETURNABLE_QUERY, {"orderId": row["id"]})["returnableFulfillments"]["nodes"]:
            for line in fulfillment["returnableFulfillmentLineItems"]["nodes"]:
                item = line["fulfillmentLineItem"]["lineItem"]
                sku = str(item.get("sku") or item["id"])
                taken = min(wanted[sku], int(line["quantity"]))
                if taken:
                    wanted[sku] -= taken
                    told = {"fulfillmentLineItemId": line["fulfillmentLineItem"]["id"], "quantity": taken}
                    lines.append(told | {"returnReason": "UNKNOWN", "customerNote": note_of(command)[:_LONGEST_NOTE]})
        if not lines or wanted.total():
            return Result("refused", phrase="deny_overtaken")
        sent = self._sent(_RETURN, {"input": {"orderId": row["id"], "returnLineItems": lines}}, "returnRequest", "userErrors")
        return Result("done", _order(row)) if sent.outcome == "done" else sent

    def _cancelled(self, order_id: str) -> Result:
        """The platform cancels in a job of its own: done is what it says is done."""
        for _ in range(READ_TRIES):
            order = self._after(order_id)
            if order is not None and order.status == "cancelled":
                return Result("done", order)
            self._requests.timing.sleep(min(1.0, self._requests.timing.total_s / READ_TRIES))
        return Result("unknown")

    def _sent(self, mutation: str, variables: Mapping[str, Any], name: str, errors: str) -> Result:
        answer = self._requests.write(lambda left: self._post(mutation, variables, left))
        told = self._requests.told(answer)
        if told is not None and told.get("errors"):
            raise self._requests.failure("refused the request")
        payload = (told.get("data") or {}).get(name) if told else None
        if payload is None:
            return Result("unknown")
        if payload[errors]:
            return Result("refused", phrase="deny_overtaken")
        return Result("done", _order(payload["order"]) if payload.get("order") else None)

    def _row(self, order_id: str) -> Mapping[str, Any] | None:
        name = order_id.strip().lstrip("#")
        if not re.fullmatch(r"[\w.-]{1,60}", name):
            return None
        rows = self._orders(f'name:"{name}"')
        return next((row for row in rows if order_key(row["name"].lstrip("#")) == order_key(name)), None)

    def _orders(self, query: str) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        after = None
        for _ in range(MOST_PAGES):
            found = self._query(_ORDERS_QUERY, {"query": query, "after": after})["orders"]
            rows += found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                break
            after = found["pageInfo"]["endCursor"]
        return rows

    def _query(self, query: str, variables: Mapping[str, Any]) -> Any:
        told = self._requests.parsed(self._requests.read(lambda left: self._post(query, variables, left)))
        if told.get("errors") or not told.get("data"):
            raise self._requests.failure("refused the request")
        return told["data"]

    def _post(self, query: str, variables: Mapping[str, Any], left: float) -> httpx.Response:
        """One request. Raises Busy where its cost was refused, which the platform says with status 200."""
        answer = self._requests.request("POST", "/graphql.json", left, json={"query": query, "variables": variables})
        if answer.is_success and b"THROTTLED" in answer.content:
            errors = self._requests.parsed(answer).get("errors") or ()
            if any((error.get("extensions") or {}).get("code") == "THROTTLED" for error in errors):
                raise Busy(1.0)
        return answer


def _order(row: Mapping[str, Any]) -> Order:
    shipments = row.get("fulfillments") or ()
    tracks = [track for shipment in shipments for track in shipment.get("trackingInfo") or ()]
    delivered = [shipment["deliveredAt"] for shipment in shipments if shipment.get("deliveredAt")]
    arrived = bool(shipments) and len(delivered) == len(shipments) and row["displayFulfillmentStatus"] == "FULFILLED"
    address = row.get("shippingAddress") or {}
    items = tuple(
        OrderItem(
            sku=str(item.get("sku") or item["id"]),
            quantity=int(item["quantity"]),
            price=float(item["originalUnitPriceSet"]["shopMoney"]["amount"]),
            title=str(item.get("title") or ""),
        )
        for item in row["lineItems"]["nodes"]
        if item["quantity"]
    )
    return Order(
        order_id=row["name"],
        status="cancelled" if row["cancelledAt"] else "delivered" if arrived else _status(row),
        items=items,
        customer_id=(row.get("customer") or {}).get("id", "").removeprefix(_CUSTOMER_ID) or None,
        email=row.get("email"),
        phone=row.get("phone") or address.get("phone"),
        placed_at=row.get("createdAt"),
        total=float(row["totalPriceSet"]["shopMoney"]["amount"]),
        currency=row.get("currencyCode"),
        payment=", ".join(row.get("paymentGatewayNames") or ()) or None,
        address=one_line(_parts(address)) or None,
        address_parts=_parts(address),
        carrier=next((track["company"] for track in tracks if track.get("company")), None),
        tracking=", ".join(track["number"] for track in tracks if track.get("number")) or None,
        delivered_at=max(delivered) if arrived else None,
    )


def _status(row: Mapping[str, Any]) -> str:
    fulfilled, paid = row.get("displayFulfillmentStatus"), row.get("displayFinancialStatus")
    if paid == "REFUNDED":
        return "refunded"
    return _FULFILLED.get(str(fulfilled)) or _PAID.get(str(paid), "processing")


def _customer(row: Mapping[str, Any]) -> Customer:
    parts = _parts(row.get("defaultAddress") or {})
    return Customer(
        customer_id=row["id"].removeprefix(_CUSTOMER_ID),
        name=" ".join(filter(None, (row.get("firstName"), row.get("lastName")))),
        email=(row.get("defaultEmailAddress") or {}).get("emailAddress"),
        phone=(row.get("defaultPhoneNumber") or {}).get("phoneNumber"),
        address=one_line(parts) or None,
        address_parts=parts,
    )


def _parts(address: Mapping[str, Any]) -> dict[str, str]:
    return (
        parts_of({**address, "country": address.get("countryCodeV2"), "state": address.get("provinceCode")}) if address else {}
    )


def _mailing(arguments: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str] | None:
    """The new address, its name and phone kept; None where it was given on one line, or its country or state is unclear."""
    country = country_code(str(arguments.get("country", "")), str(before.get("countryCodeV2") or ""))
    state = str(arguments.get("state", "")).strip()
    if state.casefold() == str(before.get("province") or "").casefold():
        state = str(before.get("provinceCode") or "")
    if not arguments.get("address1") or not arguments.get("city") or not country or len(state) > 3:
        return None
    kept = {name: before[name] for name in ("firstName", "lastName", "phone") if before.get(name)}
    told = {name: str(arguments.get(name, "")) for name in ("address1", "address2", "city", "zip")}
    return kept | told | {"countryCode": country} | ({"provinceCode": state.upper()} if state else {})
