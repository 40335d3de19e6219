"""Which pages of the web may call the server: its own, and those of a site's origins the public half of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access.origins import normalised
from bot.serving.problems import Problem, response
from bot.store.sites import Site

SHARED = "/api/v1/"
KEPT = ("/api/v1/admin", "/api/v1/takeover", "/api/v1/metrics")
"""For the shop's own people and machines: no page of a site has to do with it."""
SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = "GET, POST, PATCH, DELETE"
REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
EXPOSED = "Location, Retry-After"
REMEMBERED_S = 600
_FOREIGN = "foreign_origin"


class Origins:
    """Denies by default: what a page of a foreign origin sends to change something is refused unless a site lists its origin.

    Answers preflights, and lets pages of listed origins read what the public API answers (CORS). A request without an Origin
    header comes from no page and passes: server to server.
    """

    def __init__(self, app: ASGIApp, site_of: Callable[[str], Awaitable[Site | None]], own: str | None) -> None:
        """``site_of`` finds a site by a normalised origin; ``own`` is the server's public address, where it is set."""
        self._app, self._site_of, self._own = app, site_of, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 204 to a preflight or 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        written = headers.getlist("origin")
        shared = scope["path"].startswith(SHARED) and not scope["path"].startswith(KEPT)
        if not written or (len(written) == 1 and self._is_own(written[0], scope, headers)):
            await self._app(scope, receive, _answering(send, None, shared))
            return
        origin = normalised(written[0]) if len(written) == 1 else None
        listed = shared and origin is not None and await self._site_of(origin) is not None
        scope.setdefault("state", {})[_FOREIGN] = origin or ""
        asks_before = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        if not listed and (asks_before or scope["method"] not in SAFE):
            refusal = response(403, _refusal(written[0]), {"Vary": "Origin"})
            await refusal(scope, receive, send)
        elif asks_before:
            await Response(status_code=204, headers=_preflight(written[0]))(scope, receive, send)
        else:
            await self._app(scope, receive, _answering(send, written[0] if listed else None, shared))

    def _is_own(self, written: str, scope: Scope, headers: Headers) -> bool:
        """Whether a page of this server sent it; behind a proxy that nobody named, a page seen over HTTPS too."""
        origin = normalised(written)
        if origin is None:
            return False
        schemes = (scope["scheme"], "https")
        return origin == self._own or origin in [normalised(f"{scheme}://{headers.get('host', '')}") for scheme in schemes]


def foreign_origin(request: Request) -> str | None:
    """The normalised origin of a foreign page that sent the request, ``""`` where that has none; None for other senders."""
    origin: str | None = getattr(request.state, _FOREIGN, None)
    return origin


def may_embed(request: Request, site: Site | None) -> None:
    """Lets pages of other origins speak for their own site only.

    Raises:
        Problem: 403 for another's.
    """
    origin = foreign_origin(request)
    if origin is not None and (site is None or not site.allows(origin)):
        raise Problem(403, _refusal(origin))


def _refusal(origin: str) -> str:
    remedy = "list their origin with 'shopdesk site add', or set 'public_url' where that is this server's own address"
    return f"Pages of {origin[:80]!r} may not do this: {remedy}."


def _preflight(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": str(REMEMBERED_S),
        "Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }


def _answering(send: Send, allowed: str | None, shared: bool) -> Callable[[Message], Awaitable[Any]]:
    """``send``, whose response names the one origin that may read it, whatever a mounted part says, which Gradio does."""

    async def answering(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            if shared:
                headers.add_vary_header("Origin")
            if allowed:
                headers["Access-Control-Allow-Origin"] = allowed
                headers["Access-Control-Expose-Headers"] = EXPOSED
        await send(message)

    return answering
