"""How often one address, one key or one conversation may ask."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from itertools import islice

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.serving.from_store import from_store
from bot.serving.problems import Extension, Problem, response
from bot.store.rate_limits import RateLimits

MINUTE = 60.0
MOST_KEYS = 50_000
UNLIMITED_PATHS = ("/health", "/ready", "/metrics", "/openapi.json")
MESSAGE_PATHS = ("/messages", "/chat/completions")


class RateLimiter:
    """At most ``per_minute`` takes of a key in a minute, ``at_once`` of them at a time, else all; 0 for no limit.

    The generic cell rate algorithm (ITU-T I.371): of each key it keeps only when its allowance will be whole again.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, at_once: int | None = None) -> None:
        self._interval = MINUTE / per_minute if per_minute else 0.0
        self._ahead = MINUTE if at_once is None else min(MINUTE, at_once * self._interval)
        self._clock = clock
        self._whole_at: dict[str, float] = {}

    def take(self, key: str) -> float:
        """0 when allowed, else the seconds until it will be; a refused take costs nothing."""
        if not self._interval:
            return 0.0
        now = self._clock()
        whole_at = max(self._whole_at.pop(key, now), now)
        wait = whole_at + self._interval - now - self._ahead
        self._whole_at[key] = whole_at if wait > 0 else whole_at + self._interval
        self._forget(now)
        return max(wait, 0.0)

    def wait(self, key: str) -> float:
        """What :meth:`take` would answer, without taking."""
        now = self._clock()
        return max(self._whole_at.get(key, now) + self._interval - now - self._ahead, 0.0) if self._interval else 0.0

    def _forget(self, now: float) -> None:
        """Drops a few of those that asked longest ago: the ones that are whole again, or one that a flood of keys leaves."""
        for key, at in list(islice(self._whole_at.items(), 2)):
            if at <= now or len(self._whole_at) > MOST_KEYS:
                del self._whole_at[key]


class SharedRateLimiter:
    """The same, for all processes that share the database."""

    def __init__(self, limits: RateLimits, name: str, per_minute: int) -> None:
        self._limits, self._name, self._interval = limits, name, MINUTE / per_minute

    def take(self, key: str) -> float:
        """As :meth:`RateLimiter.take`."""
        return self._limits.take(self._name, key, self._interval)

    def wait(self, key: str) -> float:
        """As :meth:`RateLimiter.wait`."""
        return self._limits.wait(self._name, key, self._interval)


Limiter = RateLimiter | SharedRateLimiter


def limiter_of(limits: RateLimits, name: str, per_minute: int) -> Limiter:
    """What counts ``per_minute`` in the database where that is shared, else here."""
    return SharedRateLimiter(limits, name, per_minute) if limits.shared and per_minute else RateLimiter(per_minute)


async def taken(limiter: Limiter, key: str) -> float:
    """Takes once; see :meth:`RateLimiter.take`."""
    return limiter.take(key) if isinstance(limiter, RateLimiter) else await from_store(limiter.take, key)


async def to_wait(limiter: Limiter, key: str) -> float:
    """See :meth:`RateLimiter.wait`."""
    return limiter.wait(key) if isinstance(limiter, RateLimiter) else await from_store(limiter.wait, key)


async def check(limiter: Limiter, key: str, what: str) -> None:
    """Takes once.

    Raises:
        Problem: 429 when it is too much.
    """
    if wait := await taken(limiter, key):
        raise Problem(429, too_often(what, wait), retry_after(wait))


def too_often(what: str, wait: float) -> str:
    """The sentence of a refusal."""
    return f"Too many requests {what}: wait {math.ceil(wait)} s."


def retry_after(wait: float) -> dict[str, str]:
    """The header that says when to come back."""
    return {"Retry-After": str(max(1, math.ceil(wait)))}


def address_of(scope: Scope) -> str:
    """The customer's address as a key. Of IPv6 the /64, which one household has for itself."""
    host = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


class AddressLimit:
    """Refuses requests of an address that asks too often, before anything is read or parsed."""

    def __init__(
        self, app: ASGIApp, limiter: RateLimiter, refused: Callable[[str], None], extension: Extension | None = None
    ) -> None:
        self._app, self._limiter, self._refused, self._extension = app, limiter, refused, extension

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 429."""
        limited = scope["type"] == "http" and not scope["path"].endswith(UNLIMITED_PATHS)
        if limited and (wait := self._limiter.take(address_of(scope))):
            self._refused("address")
            answer = response(429, too_often("from your address", wait), retry_after(wait), self._extension)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


class RoomLimit:
    """Refuses messages beyond what may run and wait at a time, in all and of one address, before anything is read or parsed.

    Under a flood the refusals would else come late, and keep those waiting who are served.
    """

    def __init__(
        self, app: ASGIApp, most: int, of_one: int, full: Callable[[], Problem], extension: Extension | None = None
    ) -> None:
        self._app, self._most, self._of_one, self._full, self._extension = app, most, of_one, full, extension
        self._inside: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers with the problem that ``full`` makes."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].endswith(MESSAGE_PATHS):
            await self._app(scope, receive, send)
            return
        address = address_of(scope)
        if self._inside.total() >= self._most or self._inside[address] >= self._of_one:
            problem = self._full()
            await response(problem.status, problem.detail, problem.headers, self._extension)(scope, receive, send)
            return
        self._inside[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside[address] -= 1
            self._inside += Counter()  # forgets who has nothing inside any more
