"""The page that a takeover link opens. It is the same for every link: what the link opens, the page asks the API for."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.takeover.links import PATH
from bot.takeover.words import words

ASSETS = Path(str(files("bot.serving").joinpath("assets", "takeover")))
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY", "Cache-Control": "no-store"}
assets = Mount(f"{PATH}assets", StaticFiles(directory=ASSETS))
page = APIRouter()


@page.get(f"{PATH}{{token}}", include_in_schema=False)
async def takeover_page(token: str) -> HTMLResponse:
    """The page. A programme that looks at the link, such as a chat's preview, learns nothing and changes nothing."""
    return HTMLResponse(_html(), headers=HEADERS)


@cache
def _html() -> str:
    told = json.dumps({"en": words("en"), "zh": words("zh")}, ensure_ascii=False)
    content = b"".join(ASSETS.joinpath(name).read_bytes() for name in ("page.js", "page.css"))
    return (
        ASSETS.joinpath("page.html")
        .read_text("utf-8")
        .replace("{{version}}", hashlib.sha256(content).hexdigest()[:16])
        .replace("{{noscript}}", f"{words('en')['page']['noscript']} {words('zh')['page']['noscript']}")
        .replace("{{words}}", escape(told))
    )
