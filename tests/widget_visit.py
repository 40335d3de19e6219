"""A visitor on a shop's page with the widget, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect

from bot.store.sites import Site
from tests.api_server import Api
from tests.shop_page import LISTEN, ShopPages

RETURNS, DAYS = "How long do I have to return something?", "30 days"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}


@dataclass(slots=True)
class Shopper:
    """A visitor, with everything that the browser asked for and every error it met."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, page: Page) -> Shopper:
        shopper = cls(page)
        page.on("request", lambda request: shopper.requests.append(request.url))
        page.on("pageerror", lambda error: shopper.errors.append(str(error)))
        page.on("console", lambda line: shopper.errors.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(30_000)
        return shopper

    @property
    def launcher(self) -> Locator:
        return self.page.locator("shopdesk-widget .launcher")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("shopdesk-widget iframe")

    @property
    def box(self) -> Locator:
        return self.chat.get_by_role("textbox", name=re.compile("message|消息|訊息"))

    def open(self) -> None:
        self.launcher.click()
        expect(self.box).to_be_focused()

    def ask(self, text: str) -> Locator:
        """Types and sends; gives the finished turn."""
        self.box.fill(text)
        self.box.press("Enter")
        return self.answered(text)

    def answered(self, text: str) -> Locator:
        """The turn of a question, once it is answered."""
        turn = self.chat.locator(".turn").last
        expect(turn.locator(".question")).to_have_text(text)
        expect(turn).to_have_attribute("data-phase", "done")
        return turn

    def button(self, name: str) -> Locator:
        return self.chat.get_by_role("button", name=name, exact=True).last

    def choose(self, entry: str) -> None:
        """Something from the menu."""
        self.chat.locator(".menu > button").click()
        self.chat.get_by_role("menuitem", name=entry).click()

    def heard(self, event: str) -> list[dict[str, Any]]:
        """What the page was told, in order."""
        return list(self.page.evaluate("name => window.heard.filter(one => one.event === name)", event))

    def command(self, *words: Any) -> None:
        self.page.evaluate("words => shopdesk(...words)", list(words))

    def will_hear(self, **reply: Any) -> None:
        """The next messages are answered with this reply instead of the shop's."""
        self.page.route("**/messages", lambda route: _answer(route, reply))


@dataclass(frozen=True, slots=True)
class Mall:
    """The server with a site, and pages of that site on another origin."""

    browser: Browser
    api: Api
    pages: ShopPages
    site: Site

    @contextmanager
    def visit(
        self,
        *tags: str,
        path: str = "/",
        key: str | None = None,
        body: str = "",
        lang: str = "en",
        script: str = LISTEN,
        **device: Any,
    ) -> Iterator[Shopper]:
        """A new visitor on a page with a widget for each of ``tags``, which are attributes of its script tag."""
        self.pages.show(self.api.url, key or self.site.key, *(tags or ("",)), body=body, lang=lang, script=script)
        with self.browser.new_context(**device) as context:
            shopper = Shopper.on(context.new_page())
            shopper.page.goto(self.pages.origin + path)
            yield shopper

    def foreign(self, requests: list[str]) -> list[str]:
        """The addresses that are neither the shop's nor the server's."""
        known = (f"{self.pages.origin}/", f"{self.api.url}/", "data:", "blob:", "about:")
        return [url for url in requests if not url.startswith(known)]


def reply_of(**given: Any) -> dict[str, Any]:
    """A reply object of the API."""
    return {
        "conversation": "c", "turn": 1, "language": "en", "intent": {"name": "product_question", "confidence": 1.0},
        "sentiment": {"label": "neutral", "score": 0.0}, "action": "answer", "text": "Hello.", "citations": [], "products": [],
        "follow_ups": [], "asks": [], "proposed_change": None, "handover": None, "abstained": False, "writer": "builtin",
        "prompt": None, "timings_ms": {}, **given,
    }  # fmt: skip


def product(**given: Any) -> dict[str, Any]:
    """A product card of the API."""
    card = {"sku": "TH-1", "title": "Trail Backpack", "price": 299.0, "currency": "CNY", "stock": 12, "url": None}
    return {**card, "why": "", "image": None, **given}


def citation(**given: Any) -> dict[str, Any]:
    """A citation of the API."""
    return {"n": 1, "id": "a", "source": "returns.md", "title": "Returns", "quote": "Within 30 days.", "url": None, **given}


def server_events(*events: tuple[str, str, Any]) -> str:
    """Server-sent events as text, from names, ids and data."""
    return "".join(f"event: {name}\nid: {id}\ndata: {json.dumps(data)}\n\n" for name, id, data in events)


def _answer(route: Route, given: dict[str, Any]) -> None:
    if route.request.method != "POST":
        route.fallback()
        return
    reply = reply_of(**given)
    frames = server_events(
        ("token", "1.1", {"text": reply["text"], "reset": False}),
        ("citations", "1.2", reply["citations"]),
        ("products", "1.3", reply["products"]),
        ("done", "1.done", reply),
    )
    headers = {"Content-Type": "text/event-stream", "Location": "/api/v1/conversations/c/messages/1/events"}
    route.fulfill(status=200, headers=headers, body=frames)
