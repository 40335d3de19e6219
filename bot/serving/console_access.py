"""Signing in to the console, and the guard in front of everything that is for the shop's own people."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.serving.desk import AtDesk
from bot.serving.from_store import from_store
from bot.serving.limits import address_of, taken
from bot.serving.problems import response
from bot.store.users import User

CONSOLE, LOGIN, LOGOUT = "/console", "/console/login", "/console/logout"
GUARDED = (CONSOLE, "/api/v1/admin")
COOKIE = "shopdesk_login"
USER = "user"
LANGUAGES = ("zh", "en")
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
router = APIRouter(include_in_schema=False)


class ConsoleGuard:
    """Lets nobody but signed-in users past: pages lead to the sign-in page, everything else gets 401."""

    def __init__(self, app: ASGIApp, signed_in: Callable[[str], Awaitable[User | None]]) -> None:
        self._app, self._signed_in = app, signed_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its user in the state, or answers 303 or 401."""
        path = scope.get("path", "")
        guarded = any(path == part or path.startswith(f"{part}/") for part in GUARDED)
        if scope["type"] not in ("http", "websocket") or not guarded or path in (LOGIN, LOGOUT):
            await self._app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(COOKIE)
        user = await self._signed_in(token) if token else None
        if user is not None:
            scope.setdefault("state", {})[USER] = user
            await self._app(scope, receive, send)
            return
        wants_page = (
            scope["type"] == "http" and scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
        )
        refused: Response = response(401, "Sign in to the console first.")
        if wants_page:
            refused = RedirectResponse(LOGIN, 303)
        await refused(scope, receive, send)


def language_of(request: Request) -> str:
    """The console's language: the one chosen by ``?lang``, else the browser's first."""
    chosen = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "zh" if chosen.lower().startswith("zh") else "en"


@router.get(CONSOLE)
async def console(request: Request) -> RedirectResponse:
    """The console in the browser's language."""
    return RedirectResponse(f"{CONSOLE}/{language_of(request)}/", 303)


@router.get(LOGIN)
async def login_page(request: Request) -> HTMLResponse:
    """The sign-in page."""
    return _page(language_of(request))


@router.post(LOGIN)
async def login(request: Request, desk: AtDesk) -> Response:
    """Signs in; a wrong name and a wrong password are told alike, and neither may be tried often."""
    language = language_of(request)
    form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    name, password = (form.get(field, [""])[0][:200] for field in ("name", "password"))
    for key in (address_of(request.scope), f"name:{name}"):
        if await taken(desk.by_login, key):
            return _page(language, "often", name, 429)
    token = await from_store(desk.shopdesk.admin.users.sign_in, name, password)
    if token is None:
        return _page(language, "wrong", name, 401)
    answer = RedirectResponse(f"{CONSOLE}/{language}/", 303)
    secure = desk.shopdesk.settings.address.startswith("https://")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return answer


@router.post(LOGOUT)
async def logout(request: Request, desk: AtDesk) -> RedirectResponse:
    """Signs out."""
    if token := request.cookies.get(COOKIE):
        await from_store(desk.shopdesk.admin.users.sign_out, token)
    answer = RedirectResponse(LOGIN, 303)
    answer.delete_cookie(COOKIE)
    return answer


def _page(language: str, note: str = "", name: str = "", status: int = 200) -> HTMLResponse:
    folder = files("bot.console")
    texts = tomllib.loads(folder.joinpath("console_texts.toml").read_text("utf-8"))[language]["login"]
    shown = {**texts, "note": texts[note] if note else "", "name_given": name, "lang": language}
    page = Template(folder.joinpath("assets", "login.html").read_text("utf-8"))
    html = page.substitute({key: escape(value) for key, value in shown.items()})
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})
