"""What every route of the API works with, and who may use it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.serving.feed import Feed
from bot.serving.from_store import from_store
from bot.serving.limits import Limiter, RateLimiter, check, limiter_of
from bot.serving.metrics import Metrics
from bot.serving.origins import foreign_origin, may_embed
from bot.serving.problems import Problem, of_failure
from bot.serving.slots import ComputeSlots
from bot.serving.tracing import Tracing
from bot.serving.turns import Busy, Events, Full, TurnLog, Turns, WorkerPool
from bot.store.sessions import Admission
from bot.types import Reply

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

CONVERSATION = HTTPBearer(auto_error=False, scheme_name="conversation token")
IDENTITY = HTTPBearer(auto_error=False, scheme_name="identity token", bearerFormat="JWT")
KEY = HTTPBearer(auto_error=False, scheme_name="API key")
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
LOGINS_PER_MINUTE = 10
"""Of one address, and of one name."""
AT_ONCE = 60
"""Requests that any address may send in one moment; of a large allowance it is a tenth, since a burst keeps others waiting."""
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Desk:
    """The shop, its running turns, its counters and its limits."""

    shopdesk: Shopdesk
    turns: Turns
    metrics: Metrics
    by_address: RateLimiter
    by_conversation: Limiter
    by_site: Limiter
    failed_identities: Limiter
    feed: Feed
    by_login: Limiter
    tracing: Tracing | None

    @classmethod
    def open(cls, shopdesk: Shopdesk) -> Desk:
        """The desk that the shop's settings ask for."""
        settings, limits = shopdesk.settings, shopdesk.limits
        pool = WorkerPool(settings.turns_at_once, settings.turns_waiting)
        metrics = Metrics(lambda: pool.load)
        tracing = Tracing.to(settings.otlp_endpoint) if settings.otlp_endpoint else None
        ended = (metrics.turn, tracing.turn) if tracing else (metrics.turn,)
        return cls(
            shopdesk,
            Turns(pool, ComputeSlots(), *ended),
            metrics,
            RateLimiter(settings.requests_per_minute, at_once=max(AT_ONCE, settings.requests_per_minute // 10)),
            limiter_of(limits, "conversation", settings.messages_per_minute),
            limiter_of(limits, "site", settings.site_messages_per_minute),
            limiter_of(limits, "identity", settings.failed_identities_per_minute),
            Feed(shopdesk.handovers, shopdesk.changes),
            limiter_of(limits, "login", LOGINS_PER_MINUTE),
            tracing,
        )

    def begin(self, conversation: str, turn: int, events: Events, key: str | None, lane: str) -> TurnLog:
        """Begins a turn; see :meth:`Turns.begin`.

        Raises:
            Problem: 409 while the last message is being answered, 429 when there are too many turns at once.
        """
        try:
            return self.turns.begin(conversation, turn, events, key, lane)
        except Busy:
            self.metrics.refused("busy")
            raise Problem(
                409, "The conversation's last message is still being answered: wait for it, then send this one again.",
                {"Retry-After": "1"},
            ) from None  # fmt: skip
        except Full:
            raise self.full() from None

    @property
    def most_of_address(self) -> int:
        """Messages of one address at a time: half of what may run, so that no address can keep all others waiting."""
        settings = self.shopdesk.settings
        return max(1, settings.turns_at_once // 2) if settings.requests_per_minute else self.turns.pool.most

    def full(self) -> Problem:
        """The refusal when there are too many turns at once."""
        self.metrics.refused("full")
        return Problem(429, "Too many customers are being answered right now: send the message again.", {"Retry-After": "2"})


async def desk_of(request: Request) -> Desk:
    """The desk of the application. Asynchronous like all that need not wait: FastAPI calls what is not in another thread."""
    desk: Desk = request.app.state.desk
    return desk


async def reply_of(log: TurnLog, request: Request) -> Reply:
    """The whole reply of a turn, once it is there.

    Raises:
        Problem: when the turn failed; 408, which nobody reads, when whoever sent the request is gone.
    """
    await log.ended(request.is_disconnected)
    if log.reply is not None:
        return log.reply
    if not log.finished_at:
        raise Problem(408, "Whoever sent the request is gone.")
    raise of_failure(log.failure or RuntimeError("The turn ended without a reply."))


AtDesk = Annotated[Desk, Depends(desk_of)]
Credentials = HTTPAuthorizationCredentials | None


async def held(
    conversation: str, desk: AtDesk, request: Request, credentials: Annotated[Credentials, Depends(CONVERSATION)]
) -> Admission:
    """The conversation that the bearer token opens, to a page of another origin if it is of that page's site.

    Raises:
        Problem: 401 without a token or with one that has expired, 404 alike for an unknown conversation and another's token,
            403 to pages of another site.
    """
    challenge = {"WWW-Authenticate": 'Bearer realm="conversation"'}
    if credentials is None:
        raise Problem(401, "Send the conversation's token: 'Authorization: Bearer TOKEN'.", challenge)
    admission = None
    if len(conversation) <= _LONGEST_ID and conversation.isascii():
        admission = await from_store(desk.shopdesk.sessions.admit, conversation, credentials.credentials)
    if admission is None:
        raise Problem(404, "There is no conversation that this token opens: begin one with POST /api/v1/conversations.")
    if admission.expired:
        raise Problem(401, "The conversation's token has expired: begin a new conversation.", challenge)
    if foreign_origin(request) is not None:
        may_embed(request, await from_store(desk.shopdesk.sites.find, admission.site or ""))
    return admission


Held = Annotated[Admission, Depends(held)]


async def admitted(admission: Held) -> Admission:
    """The conversation that the bearer token opens, unless it is a customer's who is not logged in at the shop any more.

    Raises:
        Problem: as :func:`held`, and 401 for such a conversation.
    """
    if admission.closed:
        raise Problem(
            401, "The conversation is a customer's who has to be identified again: do that, or begin a new conversation.",
            {"WWW-Authenticate": 'Bearer realm="identity"'}, "identity-needed",
        )  # fmt: skip
    return admission


Admitted = Annotated[Admission, Depends(admitted)]


def has_key(desk: Desk, credentials: Credentials) -> bool:
    """Whether the request carries the shop's API key."""
    key = desk.shopdesk.settings.api_key
    given = credentials.credentials if credentials else ""
    return key is not None and hmac.compare_digest(key.get_secret_value().encode(), given.encode("utf-8", "replace"))


def is_local(request: Request) -> bool:
    """Whether the request comes straight from this machine: no proxy's header says that it was passed on for somebody."""
    try:
        local = ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
    return local and not any(name in request.headers for name in FORWARDED)


async def may_speak(desk: Desk, admission: Admission) -> None:
    """Takes one message of the conversation's and of its site's allowance.

    Raises:
        Problem: 429 when one is used up.
    """
    try:
        await check(desk.by_conversation, admission.conversation, "in this conversation")
    except Problem:
        desk.metrics.refused("conversation")
        raise
    await may_use(desk, admission.site)


async def may_use(desk: Desk, site: str | None) -> None:
    """Takes one message or new conversation of a site's allowance.

    Raises:
        Problem: 429 when it is used up.
    """
    if site is None:
        return
    try:
        await check(desk.by_site, site, "on this site")
    except Problem:
        desk.metrics.refused("site")
        raise
