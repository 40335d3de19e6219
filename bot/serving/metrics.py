"""What the server did, in numbers, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.serving.turns import TurnLog

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters of one server. ``load`` gives the turns that run and those that wait."""

    def __init__(self, load: Callable[[], tuple[int, int]]) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("shopdesk_requests", "Requests to the API", ("method", "route", "status"), registry=registry)
        self._turns = Counter("shopdesk_turns", "Turns that ended", ("action", "language", "writer"), registry=registry)
        self._failures = Counter("shopdesk_turn_failures", "Turns that failed", registry=registry)
        self._abstained = Counter("shopdesk_abstained", "Turns that found no answer", registry=registry)
        self._handovers = Counter("shopdesk_handovers", "Conversations handed to a person", ("reason",), registry=registry)
        self._ratings = Counter("shopdesk_ratings", "Ratings by customers", ("rating",), registry=registry)
        self._scores = Counter("shopdesk_csat", "Conversations rated by customers", ("score",), registry=registry)
        self._refusals = Counter("shopdesk_refusals", "Requests refused for their number", ("limit",), registry=registry)
        self._seconds = Histogram("shopdesk_turn_seconds", "From accepted to ended", buckets=SECONDS, registry=registry)
        running = Gauge("shopdesk_turns_running", "Turns being answered", registry=registry)
        running.set_function(lambda: load()[0])
        waiting = Gauge("shopdesk_turns_waiting", "Turns waiting for a worker", registry=registry)
        waiting.set_function(lambda: load()[1])

    def turn(self, log: TurnLog) -> None:
        """Counts a turn that ended."""
        self._seconds.observe(log.finished_at - log.started_at)
        reply = log.reply
        if reply is None:
            self._failures.inc()
            return
        self._turns.labels(reply.action, reply.language, reply.writer).inc()
        if reply.abstained:
            self._abstained.inc()
        if reply.handover is not None:
            self._handovers.labels(reply.handover.reason).inc()

    def rated(self, rating: str) -> None:
        """Counts a rating."""
        self._ratings.labels(rating).inc()

    def satisfied(self, score: int) -> None:
        """Counts a rating of a whole conversation."""
        self._scores.labels(str(score)).inc()

    def handed_over(self) -> None:
        """Counts a person called for by the front end; what the customer typed as the reason is not for a label."""
        self._handovers.labels("button").inc()

    def refused(self, limit: str) -> None:
        """Counts a request refused by a limit: ``address, conversation, site, identity, key, busy`` or ``full``."""
        self._refusals.labels(limit).inc()

    def request(self, method: str, route: str, status: int) -> None:
        """Counts an answered request."""
        self._requests.labels(method, route, str(status)).inc()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


class CountRequests:
    """Counts the requests of an application by their route's pattern, never by the address, which anybody can make up."""

    def __init__(self, app: ASGIApp, metrics: Metrics, prefix: str) -> None:
        self._app, self._metrics, self._prefix = app, metrics, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and counts it by the status that the response began with."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 499  # the client hung up before there was anything to say

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            pattern = getattr(scope.get("route"), "path", "/…")  # which the router has left there
            self._metrics.request(_method(scope), f"{self._prefix}{pattern}", status)


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE") else "other"
