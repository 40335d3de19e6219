"""The page behind the link in a message. Looking at it changes nothing: mail programs look at every link."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.marketing.outbox.unsubscribing import PATH
from bot.serving.from_store import from_store

if TYPE_CHECKING:
    from bot.serving.desk import Desk

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>{title}</title>'
    '<link rel="stylesheet" href="/page/login.css"></head><body><main><p class="hint">{shop}</p>{body}</main></body></html>'
)
_ASKED = (
    '<h1>Unsubscribe · <span lang="zh">退订</span></h1><p>Do you want no more messages from the shop?</p>'
    '<p lang="zh">不想再收到本店的消息了吗？</p>'
    '<form method="post"><button>Unsubscribe · <span lang="zh">退订</span></button></form>'
)
_DONE = (
    '<h1>Unsubscribed · <span lang="zh">已退订</span></h1><p>You will get no more messages from the shop.</p>'
    '<p lang="zh">您将不再收到本店的消息。</p>'
)
_WRONG = (
    '<h1>Unknown link · <span lang="zh">链接无效</span></h1><p>Copy the whole link from the message.</p>'
    '<p lang="zh">请复制消息里的完整链接。</p>'
)
page = APIRouter()


@page.get(f"{PATH}{{token}}", include_in_schema=False)
async def ask(token: str, request: Request) -> HTMLResponse:
    """Asks whether it is meant."""
    known = _desk(request).shopdesk.promotion.outbox.unsubscribing.read(token) is not None
    return _html(request, _ASKED if known else _WRONG, 200 if known else 404)


@page.post(f"{PATH}{{token}}", include_in_schema=False)
async def unsubscribe(token: str, request: Request) -> HTMLResponse:
    """Ends the messages: by the page's button, or by the mail program's own (RFC 8058)."""
    done = await from_store(_desk(request).shopdesk.promotion.outbox.unsubscribing.unsubscribe, token)
    return _html(request, _DONE if done else _WRONG, 200 if done else 404)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _html(request: Request, body: str, status: int) -> HTMLResponse:
    shop = _desk(request).shopdesk.shop
    names = " · ".join(escape(name) for name in (shop.name, shop.name_zh) if name)
    return HTMLResponse(_PAGE.format(title="Unsubscribe · 退订", shop=names, body=body), status, headers=HEADERS)
