"""The widget on a shop's page, in a real browser: the page is of another origin than the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from bot.store.sites import Site
from tests.api_server import Api
from tests.browser import chromium
from tests.shop_page import LISTEN, ShopPages, shop_pages

pytestmark = pytest.mark.browser
RETURNS, DAYS = "How long do I have to return something?", "30 days"


@dataclass(slots=True)
class Shopper:
    """A visitor on the shop's page, with everything that the browser asked for and every error it met."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

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
        return self.answered()

    def answered(self) -> Locator:
        turn = self.chat.locator(".turn").last
        expect(turn).to_have_attribute("data-phase", "done")
        return turn

    def button(self, name: str) -> Locator:
        return self.chat.get_by_role("button", name=name, exact=True).last

    def heard(self, event: str) -> list[dict[str, Any]]:
        return list(self.page.evaluate("name => window.heard.filter(one => one.event === name)", event))


Visit = Callable[..., AbstractContextManager[Shopper]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def pages() -> Iterator[ShopPages]:
    with shop_pages() as served:
        yield served


@pytest.fixture(scope="module")
def site(api: Api, pages: ShopPages) -> Site:
    return api.shopdesk.sites.add([pages.origin], "Norrvik")


@pytest.fixture
def visit(browser: Browser, api: Api, pages: ShopPages, site: Site) -> Visit:
    """Visits a page with the widget; keyword arguments go to the page or, as in Playwright, to the browser's context."""

    @contextmanager
    def visiting(
        *tags: str, path: str = "/", key: str = site.key, body: str = "", lang: str = "en", script: str = LISTEN, **device: Any
    ):
        pages.show(api.url, key, *(tags or ("",)), body=body, lang=lang, script=script)
        with browser.new_context(**device) as context:
            shopper = Shopper(context.new_page())
            shopper.page.on("request", lambda request: shopper.requests.append(request.url))
            shopper.page.on("pageerror", lambda error: shopper.errors.append(str(error)))
            shopper.page.on("console", lambda line: shopper.errors.append(line.text) if line.type == "error" else None)
            shopper.page.set_default_timeout(10_000)
            shopper.page.goto(pages.origin + path)
            yield shopper

    return visiting


def test_a_customer_opens_it_asks_reads_the_source_and_finds_the_conversation_on_the_next_page(
    visit: Visit, api: Api, pages: ShopPages
) -> None:
    with visit() as shopper:
        expect(shopper.launcher).to_have_attribute("aria-label", "Open the chat")
        assert [url for url in shopper.requests if "/widget/" in url] == [], "nothing of the frame before it is opened"
        shopper.open()
        turn = shopper.ask(RETURNS)
        expect(turn.locator(".text")).to_contain_text(DAYS)
        turn.locator(".cite").first.click()
        source = shopper.chat.get_by_role("dialog")
        expect(source.locator("blockquote")).to_have_text("You can return any unused item within 30 days of delivery.")
        expect(source.locator(".document")).to_contain_text("returns.en.md")
        shopper.page.keyboard.press("Escape")
        expect(source).to_be_hidden()
        expect(turn.locator(".cite").first).to_be_focused()

        follow_up = turn.locator(".follow-ups .chip").first
        asked = follow_up.inner_text()
        follow_up.click()
        expect(shopper.answered().locator(".question")).to_have_text(asked)

        shopper.page.goto(f"{pages.origin}/another/page")
        expect(shopper.chat.locator(".question")).to_have_text([RETURNS, asked])
        expect(shopper.box).to_be_visible()
        assert [one["role"] for one in shopper.heard("message")] == []
        assert shopper.errors == []
        allowed = (pages.origin + "/", api.url + "/", "blob:")
        assert [url for url in shopper.requests if not url.startswith(allowed)] == []
