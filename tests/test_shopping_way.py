"""The demo shop from a need to the cart, and an order changed to its end: the widget on the shop's page, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

import bot
from bot.demo_shop import directory
from bot.serving.demo import CONTENT
from tests.api_server import Api, api_server
from tests.browser import chromium
from tests.widget_visit import Shopper

ORDER = "SD20261121-0034"


@dataclass(frozen=True)
class Words:
    """What a customer says, and what stands on the page."""

    locale: str
    need: str
    choice: str
    wish: str
    reason: str
    yes: str
    add: str
    way_to_the_cart: str
    status: str
    done: str


ENGLISH = Words(
    "en-US", "a rice cooker under 400 please", "I'll take the first one", f"please cancel my order {ORDER}", "no longer needed",
    "Yes, please", "Add to cart", "put it into your cart", "what is its status now?", "cancelled",
)  # fmt: skip
CHINESE = Words(
    "zh-CN", "想买个电饭煲，400以内", "我要第一个", f"帮我取消订单{ORDER}", "不再需要", "确认", "加入购物车", "加入购物车",
    "现在是什么状态？", "已经取消",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def shop(tmp_path) -> Iterator[Api]:
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([directory() / name for name in CONTENT])
        with api_server(shopdesk, demo=True) as server:
            yield server


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_customer_comes_from_a_need_to_the_cart_and_cancels_an_order(shop, browser, words):
    with browser.new_context(locale=words.locale, viewport={"width": 1200, "height": 900}) as context:
        shopper = Shopper.on(context.new_page())
        shopper.page.goto(f"{shop.url}/demo-store")
        shopper.open()
        expect(shopper.ask(words.need).locator(".card").first).to_be_visible()
        chosen = shopper.ask(words.choice)
        expect(chosen).to_contain_text(words.way_to_the_cart)
        expect(chosen.locator(".card")).to_have_count(1)
        chosen.locator(".card").get_by_role("button", name=words.add).click()
        expect(shopper.page.locator("#count")).to_have_text("1")

        shopper.ask(words.wish)
        asked = shopper.ask("wang.yutong@example.org")
        if asked.get_by_role("button", name=words.yes).count() == 0:
            shopper.ask(words.reason)
        shopper.button(words.yes).click()
        shopper.answered(words.yes)
        expect(shopper.ask(words.status)).to_contain_text(words.done)
        assert shopper.errors == []
