"""What connectors to a shop platform have in common: requests within a deadline, one write for each confirmation, the audit."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from bot.errors import OrderSystemError
from bot.order_desk.deadline import answered
from bot.order_desk.operations import KINDS
from bot.order_desk.system import Command, Result
from bot.shop.records import Customer, Order
from bot.store.order_changes import OrderChanges
from bot.turn.giving_way import about_to_wait

T = TypeVar("T")
logger = logging.getLogger(__name__)
READ_TRIES = 3
MOST_PAGES = 20
_SHAPE = "answered in a shape that its platform does not use"
_OTHER_SHAPE = (LookupError, TypeError, ValueError, AttributeError)
"""What reading an answer of another shape comes to."""
_COUNTRIES = {"usa": "US", "united states": "US", "uk": "GB", "united kingdom": "GB", "china": "CN", "中国": "CN"}


class Busy(Exception):
    """The platform has taken nothing of a request and wants it later; ``wait_s`` says when, if it does."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds that one request with all its repetitions may take, and the clocks that are waited by."""

    total_s: float
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Requests:
    """Sends requests. A refusal for too many is waited out; reading is tried again after a failure, writing is not."""

    def __init__(self, base: str, headers: Mapping[str, str], timing: Timing, auth: tuple[str, str] | None = None) -> None:
        self.base, self.timing = base.rstrip("/"), timing
        self._client = httpx.Client(timeout=timing.total_s, headers=headers, auth=auth, follow_redirects=False)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def read(self, send: Callable[[float], httpx.Response]) -> httpx.Response:
        """The answer to a request that changes nothing.

        Raises:
            OrderSystemError: there was no usable answer within the deadline.
        """
        end = self.timing.monotonic() + self.timing.total_s
        for _ in range(READ_TRIES):
            try:
                answer = send(self._left(end))
            except Busy as busy:
                self._wait(busy.wait_s, end)
            except httpx.HTTPError:
                continue
            else:
                if answer.status_code < 500:
                    return self._accepted(answer)
        raise self.failure("does not answer")

    def write(self, send: Callable[[float], httpx.Response]) -> httpx.Response | None:
        """The answer to a request that changes something, sent again only where nothing of it can have arrived; None: unclear.

        Raises:
            OrderSystemError: it certainly was not carried out.
        """
        end = self.timing.monotonic() + self.timing.total_s
        for _ in range(READ_TRIES):
            try:
                answer = send(self._left(end))
            except Busy as busy:
                self._wait(busy.wait_s, end)
            except httpx.ConnectError:
                continue
            except httpx.HTTPError:
                return None
            else:
                return None if answer.status_code >= 500 else self._accepted(answer)
        raise self.failure("cannot be reached")

    def request(self, method: str, path: str, timeout: float, **content: Any) -> httpx.Response:
        """One request. Raises Busy for 429."""
        about_to_wait()
        answer = answered(self._client, method, self.base + path, timeout, self.timing.monotonic, **content)
        if answer.status_code == 429:
            written = answer.headers.get("Retry-After", "")
            raise Busy(float(written) if written.replace(".", "", 1).isdigit() else 1.0)
        return answer

    def parsed(self, answer: httpx.Response, shape: type = dict) -> Any:
        """The JSON of an answer, which is to be an object, or whatever else ``shape`` says.

        Raises:
            OrderSystemError: it holds none, or one of another shape.
        """
        try:
            told = answer.json()
        except ValueError as error:
            raise self.failure("gave no JSON") from error
        if not isinstance(told, shape):
            raise self.failure(_SHAPE)
        return told

    def told(self, answer: httpx.Response | None) -> Any:
        """What a platform says to a write; None where it does not say so clearly that it was done, or was not."""
        try:
            return None if answer is None else self.parsed(answer)
        except OrderSystemError:
            return None

    def failure(self, what: str) -> OrderSystemError:
        """An error for the owner; it names the address, never the key."""
        return OrderSystemError(f"The order system {self.base!r} {what}: check 'orders_url', 'orders_secret' and its log.")

    def _left(self, end: float) -> float:
        left = end - self.timing.monotonic()
        if left <= 0:
            raise self.failure(f"gave no answer within {self.timing.total_s:g} s")
        return left

    def _wait(self, seconds: float, end: float) -> None:
        if seconds >= self._left(end):
            raise self.failure(f"is busy and wants to be asked again in {seconds:g} s")
        self.timing.sleep(seconds)

    def _accepted(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success or answer.status_code in (400, 404, 409, 422):
            return answer
        raise self.failure(f"answered {answer.status_code}")


class PlatformOrders(ABC):
    """An order system on a shop platform that knows no keys of ours: what is done is kept here, and the state is read first."""

    def __init__(self, requests: Requests, changes: OrderChanges) -> None:
        self._requests, self._changes = requests, changes

    def close(self) -> None:
        """Closes the connections."""
        self._requests.close()

    def read(self, order_id: str) -> Order | None:
        """See :class:`bot.order_desk.system.OrderSystem`."""
        return self._shaped(lambda: self._read(order_id))

    def orders_of(self, customer_id: str) -> Sequence[Order]:
        """See :class:`bot.order_desk.system.OrderSystem`."""
        return self._shaped(lambda: self._orders_of(customer_id))

    def customer(self, customer_id: str) -> Customer | None:
        """See :class:`bot.order_desk.system.OrderSystem`."""
        return self._shaped(lambda: self._customer(customer_id))

    def find_customers(self, email: str | None = None, zip: str | None = None) -> Sequence[Customer]:
        """Customers with this e-mail address. The platforms cannot be asked for a postcode: none."""
        return [] if not email else self._shaped(lambda: self._customers(email))

    def missing_rights(self) -> Sequence[str]:
        """What the shop's secret may not do, and this connector needs; empty where the platform does not tell.

        Raises:
            OrderSystemError: the platform cannot be reached or gives no usable answer.
        """
        return self._shaped(self._missing_rights)

    def _missing_rights(self) -> Sequence[str]:
        return ()

    @abstractmethod
    def _read(self, order_id: str) -> Order | None:
        """The order of this number, in whatever spelling."""

    @abstractmethod
    def _orders_of(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, the newest first."""

    @abstractmethod
    def _customer(self, customer_id: str) -> Customer | None:
        """The customer of this id."""

    @abstractmethod
    def _customers(self, email: str) -> Sequence[Customer]:
        """Customers with this e-mail address."""

    @abstractmethod
    def _write(self, command: Command) -> Result:
        """Carries the command out in one request, or says why not.

        Raises:
            OrderSystemError: it certainly was not carried out.
        """

    def _shaped(self, read: Callable[[], T]) -> T:
        """What is read; an answer that lacks what the platform always tells, or tells it in another way, is a failure."""
        try:
            return read()
        except _OTHER_SHAPE as error:
            raise self._requests.failure(_SHAPE) from error

    def _after(self, order_id: str) -> Order | None:
        """The order as it stands after a write; None where the platform does not tell, which takes nothing back."""
        try:
            return self.read(order_id)
        except OrderSystemError:
            return None

    def apply(self, command: Command) -> Result:
        """Carries the command out; a second time under the same key nothing is sent."""
        with self._changes.in_turn(command.order_id, command.conversation_id, datetime.now(UTC)) as overtaken:
            if known := self._changes.of_key(command.key):
                return Result("done" if known.outcome == "done" else "unknown")
            before = None if overtaken else self.read(command.order_id or "")
            if before is None:
                return Result("refused", phrase="deny_overtaken")
            result = self._written(command)
            if result.outcome != "refused":
                self._changes.add(command.audited(result.outcome, _told(before), _told(result.order), datetime.now(UTC)))
            return result

    def _written(self, command: Command) -> Result:
        """What became of the command; unclear where an answer has another shape, since it may have been the write's."""
        try:
            return self._write(command)
        except _OTHER_SHAPE:
            logger.exception("The order system %r %s", self._requests.base, _SHAPE)
            return Result("unknown")

    def undo(self, key: str, command: Command) -> Result:
        """Refuses: the platforms cannot take back a cancellation."""
        return Result("refused", phrase="deny_undo")

    def was_done(self, key: str) -> bool:
        """Whether something was carried out, or may have been, under ``key``."""
        return self._changes.of_key(key) is not None


def note_of(command: Command) -> str:
    """What the shop's people read on the order: what was done, on whose word, and in which conversation."""
    words = {"cancel": "cancelled the order", "change_address": "changed the address", "return": "requested a return"}
    done, proof = words.get(KINDS[command.operation.name], command.operation.name), command.proof.replace("_", " ")
    return f"The customer (proved by {proof}) {done} in the chat, conversation {command.conversation_id}."


def country_code(written: str, known: str = "") -> str | None:
    """The two letters of a country that is written so or well known; ``known`` for none. None for another."""
    code = _COUNTRIES.get(written.strip().casefold(), written.strip().upper())
    return known if not written.strip() else code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _told(order: Order | None) -> dict[str, Any]:
    return {"status": order.status, "address": order.address} if order else {}
