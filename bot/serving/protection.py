"""What every response carries and no request may exceed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.serving.problems import response

MAX_BODY = 1_000_000
"""Bytes of a request: far above the longest message, so that a long one gets a friendly answer."""
BODY_S = 20.0
"""Seconds for a request's body to come."""
UPLOADS = "/gradio_api/upload"
CONSOLE = "/console/"
MAX_UPLOAD, UPLOAD_S = 200_000_000, 600.0
"""Bytes and seconds of what somebody who is signed in to the console sends."""


class BodyLimit:
    """Refuses bodies over ``MAX_BODY`` bytes or of unknown length, and uploads, except to the console."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 404, 411 or 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        uploads = scope["path"].rstrip("/").endswith(UPLOADS)
        loads = uploads and scope["path"].startswith(CONSOLE)
        refused = response(404, "There is nothing to upload to.") if uploads and not loads else self._refusal(scope, loads)
        await (refused or self._app)(scope, _hurried(receive, UPLOAD_S if loads else BODY_S), send)

    def _refusal(self, scope: Scope, loads: bool) -> Response | None:
        headers, most = Headers(scope=scope), MAX_UPLOAD if loads else MAX_BODY
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdigit():
            return response(411, "Send the length of the body in the Content-Length header.")
        if int(length) > most:
            return response(413, f"The body is longer than {most} bytes: send a shorter one.")
        return None


def _hurried(receive: Receive, seconds: float) -> Receive:
    """``receive``, for which a client whose body takes longer has hung up."""
    until = asyncio.get_running_loop().time() + seconds
    whole = False

    async def hurried() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return hurried


class SecurityHeaders:
    """Lets a page load, run and call nothing but what this port serves, and marks its own inline scripts with a nonce.

    Gradio compiles component templates in the browser, which needs ``unsafe-eval``; an inline script or handler that came
    in with a shopper's or a document's text has no nonce and does not run. A response that brings a policy of its own keeps
    it, and says there who may frame it; its body stays as it is.
    """

    def __init__(self, app: ASGIApp, finish: Callable[[str, str], str], image_hosts: Sequence[str] = ()) -> None:
        """``finish`` puts the last touches to a page, from its path and HTML; ``image_hosts`` may send pictures besides us."""
        self._app, self._finish, self._images = app, finish, " ".join(("'self'", "data:", *image_hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to the response; a page's body passes through whole, to get its nonce."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        page: list[Message] = []

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                ours = "Content-Security-Policy" not in headers
                self._add(headers, nonce)
                if ours and headers.get("content-type", "").startswith("text/html"):
                    page.append(message)
                    return
            elif page:
                page.append(message)
                if message.get("more_body"):
                    return
                for part in self._whole(scope["path"], page, nonce):
                    await send(part)
                page.clear()
                return
            await send(message)

        await self._app(scope, receive, protected)

    def _add(self, headers: MutableHeaders, nonce: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"  # "no-referrer" makes a form of our own come from "null"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if "Content-Security-Policy" in headers:
            return
        headers["X-Frame-Options"] = "SAMEORIGIN"
        headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            f"img-src {self._images}; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
            "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )

    def _whole(self, path: str, page: list[Message], nonce: str) -> tuple[Message, Message]:
        html = self._finish(path, b"".join(part.get("body", b"") for part in page[1:]).decode())
        body = html.replace("<script", f'<script nonce="{nonce}"').encode()
        MutableHeaders(scope=page[0])["content-length"] = str(len(body))
        return page[0], {"type": "http.response.body", "body": body}
