"""A shop's own order system behind a web address: signed JSON, a timeout, and retries only where repeating is harmless.

Requests are ``GET /orders/{number}``, ``GET /customers/{id}``, ``GET /customers/{id}/orders``, ``GET /customers?email=…``
(or ``zip=…``) and ``POST /operations``. Each carries ``X-Shopdesk-Signature: t=SECONDS,v1=HEX`` with the HMAC-SHA256 of
``t.METHOD.PATH.BODY``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from bot.errors import OrderSystemError
from bot.order_desk.deadline import answered
from bot.order_desk.operations import UNDO
from bot.order_desk.system import Command, Result
from bot.shop.cells import BadCell
from bot.shop.columns import Defaults, by_field, fields_of
from bot.shop.order_tables import read_customer, read_order
from bot.shop.orders import order_key
from bot.shop.records import Customer, Order
from bot.store.order_changes import OrderChanges
from bot.turn.giving_way import about_to_wait

SIGNATURE, IDEMPOTENCY = "X-Shopdesk-Signature", "Idempotency-Key"
READ_TRIES = 3
LEAST_S = 0.01
"""What a request is given at least."""


def signature(secret: str, moment: int, method: str, path: str, body: bytes) -> str:
    """The value of the signature's header; ``path`` with its query. The receiver computes the same and refuses old moments."""
    signed = f"{moment}.{method}.{path}.".encode() + body
    return f"t={moment},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class HttpOrderSystem:
    """Reads orders from a shop's own system and has operations done there. The audit is kept here.

    Reading is tried three times, within ``timeout_s`` in all. An operation is sent once: only if the connection was never made
    is it sent again, and if no answer comes the outcome is ``unknown``, since the shop may have carried it out.
    """

    def __init__(
        self, url: str, secret: str, timeout_s: float, changes: OrderChanges, transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._base, self._secret, self._changes, self._clock = url.rstrip("/"), secret, changes, clock
        self._path = httpx.URL(self._base).path.rstrip("/")
        self._timeout_s = timeout_s
        self._client = httpx.Client(timeout=timeout_s, transport=transport, follow_redirects=False)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def read(self, order_id: str) -> Order | None:
        """The order of this number, as ``GET /orders/{number}`` gives it; None for 404."""
        row = self._get(f"/orders/{quote(order_id, safe='')}")
        return None if row is None else _order(row)

    def orders_of(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, in the order that the shop gives."""
        return [_order(row) for row in _rows(self._get(f"/customers/{quote(customer_id, safe='')}/orders"))]

    def customer(self, customer_id: str) -> Customer | None:
        """The customer of this id; None for 404."""
        row = self._get(f"/customers/{quote(customer_id, safe='')}")
        return None if row is None else _customer(row)

    def find_customers(self, email: str | None = None, zip: str | None = None) -> Sequence[Customer]:
        """Customers with this e-mail address, or with this postcode."""
        query = urlencode({name: value for name, value in (("email", email), ("zip", zip)) if value})
        return [_customer(row) for row in _rows(self._get(f"/customers?{query}"))]

    def apply(self, command: Command) -> Result:
        """Posts the operation with its key; a second time under the same key nothing is sent.

        Confirmations of one order wait for one another: of two at a time the one behind is refused: its order has changed.
        """
        begun = datetime.fromtimestamp(self._clock(), UTC)
        with self._changes.in_turn(command.order_id, command.conversation_id, begun) as overtaken:
            if known := self._changes.of_key(command.key):
                return Result("done" if known.outcome == "done" else "unknown")
            if overtaken:
                return Result("refused", phrase="deny_overtaken")
            before = self.read(command.order_id) if command.order_id else None
            return self._post(command, {}, before)

    def undo(self, key: str, command: Command) -> Result:
        """Posts ``undo_order_change`` with the key of what is to be taken back."""
        done = self._changes.of_key(key)
        if done is None or done.outcome != "done":
            return Result("refused", phrase="deny_undo")
        return self._post(command, {"undo": key}, self.read(done.order_id) if done.order_id else None)

    def was_done(self, key: str) -> bool:
        """Whether something was carried out under ``key``."""
        return self._changes.of_key(key) is not None

    def _post(self, command: Command, more: Mapping[str, Any], before: Order | None) -> Result:
        body = {
            "key": command.key,
            "operation": command.operation.name,
            "arguments": dict(command.operation.kwargs),
            "order_id": command.order_id,
            "customer_id": command.customer_id,
            "conversation": command.conversation_id,
            "proof": command.proof,
            "at": datetime.fromtimestamp(self._clock(), UTC).isoformat(),
            **more,
        }
        answer = self._send_once(json.dumps(body, ensure_ascii=False).encode(), command.key)
        if answer is not None and answer.status_code in (409, 422):
            return Result("refused", phrase="deny_undo" if command.operation.name == UNDO else "deny_overtaken")
        try:
            told = None if answer is None or not answer.content else _parsed(answer)
            after = None if told is None or command.order_id is None else _order(told)
        except OrderSystemError:
            answer = after = None
        other = after is not None and command.order_id and order_key(after.order_id) != order_key(command.order_id)
        if answer is None or other:  # nothing says that it was not done
            self._record(command, "unknown", before, None)
            return Result("unknown")
        self._record(command, "done", before, after)
        return Result("done", after)

    def _send_once(self, body: bytes, key: str) -> httpx.Response | None:
        """The shop's answer; None where it is unknown whether the operation was done."""
        headers = {"Content-Type": "application/json", IDEMPOTENCY: key}
        end = time.monotonic() + self._timeout_s
        for last in (False, True):
            try:
                answer = self._request("POST", "/operations", body, headers, end)
            except httpx.ConnectError as error:
                if last:
                    raise OrderSystemError(f"The order system {self._base!r} cannot be reached: check 'orders_url'.") from error
                continue
            except httpx.HTTPError:
                return None
            return None if answer.status_code >= 500 else _accepted(answer, self._base)
        return None

    def _get(self, path: str) -> Any:
        """The parsed answer; None for 404."""
        end = time.monotonic() + self._timeout_s
        for tried in range(1, READ_TRIES + 1):
            try:
                answer = self._request("GET", path, b"", {}, end)
            except httpx.HTTPError as error:
                if tried == READ_TRIES or time.monotonic() >= end:
                    raise OrderSystemError(f"The order system {self._base!r} does not answer: check 'orders_url'.") from error
                continue
            if answer.status_code < 500:
                break
        if answer.status_code == 404:
            return None
        return _parsed(_accepted(answer, self._base))

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str], end: float) -> httpx.Response:
        signed = signature(self._secret, int(self._clock()), method, self._path + path, body)
        about_to_wait()
        left = max(end - time.monotonic(), LEAST_S)
        return answered(self._client, method, self._base + path, left, content=body, headers={**headers, SIGNATURE: signed})

    def _record(self, command: Command, outcome: str, before: Order | None, after: Order | None) -> None:
        at = datetime.fromtimestamp(self._clock(), UTC)
        self._changes.add(command.audited(outcome, _status_of(before), _status_of(after), at))


def _status_of(order: Order | None) -> dict[str, str]:
    return {"status": order.status} if order else {}


def _accepted(answer: httpx.Response, base: str) -> httpx.Response:
    """Answers that say nothing of the order, such as a refused signature, are the owner's business."""
    if answer.status_code in (409, 422) or answer.is_success:
        return answer
    raise OrderSystemError(f"The order system {base!r} answered {answer.status_code}: check 'orders_secret' and its log.")


def _parsed(answer: httpx.Response) -> Any:
    try:
        return json.loads(answer.content or b"{}")
    except (ValueError, RecursionError) as error:
        raise OrderSystemError(f"The order system {str(answer.url)!r} gave no JSON: check its log.") from error


def _rows(value: Any) -> list[Any]:
    """The rows of a list; none for 404."""
    if not isinstance(value, list | None):
        raise OrderSystemError("The order system gave no list where one was asked for: check its log.")
    return value or []


def _named(row: Any, what: str) -> Mapping[str, Any]:
    """A row as an object of named columns, which is the only form that can be read."""
    if not isinstance(row, Mapping):
        raise OrderSystemError(f"The order system gave {what} that is no object of named columns: check its log.")
    return row


def _order(row: Any) -> Order:
    row = _named(row, "an order")
    try:
        return read_order(*by_field(row, fields_of(row, "orders")), Defaults())
    except BadCell as error:
        raise OrderSystemError(f"The order system gave an order that cannot be read: {error}.") from error


def _customer(row: Any) -> Customer:
    row = _named(row, "a customer")
    try:
        return read_customer(*by_field(row, fields_of(row, "customers")), Defaults())
    except BadCell as error:
        raise OrderSystemError(f"The order system gave a customer that cannot be read: {error}.") from error
