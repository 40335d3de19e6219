"""The demo shop's own web pages: real products with pictures, pages without reloading, a cart, two languages, sign-in."""

from __future__ import annotations

import csv
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

import bot
from bot.demo_shop import directory
from bot.demo_shop.storefront import catalogue, picture, products
from bot.serving.demo_store import demo_site
from tests.api_server import Api, Customer, api_server
from tests.browser import chromium


@pytest.fixture(scope="module")
def demo(api_data, tmp_path_factory) -> Iterator[Api]:
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("demo") / "data")
    with bot.open(data) as shopdesk, api_server(shopdesk, demo=True) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def store(demo, browser) -> Iterator[Page]:
    """The shop's pages without the widget: what they tell it and want to hear of it stands in ``shopdesk.q``."""
    with browser.new_context(locale="en-US", viewport={"width": 1200, "height": 800}) as context:
        page, asked, errors = context.new_page(), [], []
        page.route("**/widget.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda line: errors.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{demo.url}/demo-store")
        expect(page.locator(".grid li").first).to_be_visible()
        yield page
        assert errors == [] and [url for url in asked if not url.startswith((demo.url, "data:"))] == []


def told(page: Page, command: str) -> list:
    """What the page told the widget with that command."""
    return page.evaluate("command => shopdesk.q.filter(([name]) => name === command).map(([, given]) => given)", command)


def happens(page: Page, event: str, detail: dict) -> object:
    """What the page answers when the widget tells it of something."""
    script = "([event, detail]) => shopdesk.q.find(([name, on]) => name === 'on' && on === event)[2](detail)"
    return page.evaluate(script, [event, detail])


def test_every_product_of_the_catalogue_has_words_in_both_languages_and_a_picture_in_its_colour(demo):
    shown = demo.http.get("/demo-store/products.json").json()["products"]
    with (directory() / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        skus = {row["sku"] for row in csv.DictReader(file)}
    assert {product["sku"] for product in shown} == skus and len(skus) > 100
    for product in shown:
        assert all(
            product[name][language] for name in ("title", "description", "category", "facts") for language in ("en", "zh")
        )
        answer = demo.http.get(product["picture"])
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
        ElementTree.fromstring(answer.text)
        assert "{" not in answer.text
    assert picture("TN-D2-G") != picture("TN-D2-O")
    assert demo.http.get("/demo-store/pictures/NO-SUCH.svg").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"), [("", 200), ("/", 200), ("/TN-D2-G", 200), ("/NO-SUCH", 404), ("/%3Cscript%3E", 404)]
)
def test_a_page_has_an_address_of_its_own_and_a_strict_policy(demo, path, status):
    answer = demo.http.get(f"/demo-store{path}")
    site, _ = demo_site(demo.shopdesk)
    assert answer.status_code == status and f'data-site="{site.key}"' in answer.text and "<script>" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy and "unsafe" not in policy


def test_its_site_is_made_once_and_no_foreign_page_may_embed_it(demo):
    first, second = demo_site(demo.shopdesk), demo_site(demo.shopdesk)
    assert first == second and first[0].origins == ()
    assert "frame-ancestors 'self'" in demo.http.get(f"/widget/{first[0].key}").headers["content-security-policy"]


def test_who_signs_in_is_known_in_the_conversation_and_nobody_else_can(demo):
    site, _ = demo_site(demo.shopdesk)
    begun = demo.http.post("/api/v1/conversations", json={"site": site.key}).json()
    visitor = Customer(demo.http, begun["id"], begun["token"])
    token = demo.http.post("/demo-store/sign-in", json={"customer": "C1001"}).json()["token"]
    assert visitor.post("/identity", {"token": token}).json()["customer_id"] == "C1001"
    assert demo.http.post("/demo-store/sign-in", json={"customer": "C1002"}).status_code == 404
    foreign = {"Origin": "https://evil.example"}
    assert demo.http.post("/demo-store/sign-in", json={"customer": "C1001"}, headers=foreign).status_code == 403


def test_without_demo_there_is_no_demo_store(api):
    assert api.http.get("/demo-store").status_code == 404


def test_products_that_the_assistant_shows_lead_to_their_pages(tmp_path):
    path = catalogue(tmp_path / "deep" / "catalogue.csv", "https://chat.shop.example")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(products())
    assert rows[0]["url"] == f"https://chat.shop.example/demo-store/{rows[0]['sku']}"
    assert rows[0]["image"] == f"/demo-store/pictures/{rows[0]['sku']}.svg"


@pytest.mark.browser
def test_a_product_opens_without_reloading_and_the_widget_is_told_which(store, demo):
    store.evaluate("window.same = true")
    store.get_by_role("button", name="Tents").click()
    expect(store.locator(".grid li")).to_have_count(6)
    store.get_by_text("Norrpeak Trail Dome Tent, green").click()
    expect(store).to_have_url(f"{demo.url}/demo-store/TN-D2-G")
    expect(store.get_by_role("heading", name="Norrpeak Trail Dome Tent, green")).to_be_visible()
    assert told(store, "setContext")[-1]["sku"] == "TN-D2-G"
    store.get_by_role("link", name="orange · 210 × 130 cm").click()
    expect(store).to_have_title("Norrpeak Trail Dome Tent, orange · Songdell")
    store.go_back()
    expect(store).to_have_url(f"{demo.url}/demo-store/TN-D2-G")
    assert store.evaluate("window.same") is True
    store.reload()
    expect(store.get_by_role("heading", name="Norrpeak Trail Dome Tent, green")).to_be_visible()


@pytest.mark.browser
def test_what_the_widget_adds_lies_in_the_cart_and_what_is_sold_out_does_not(store):
    assert happens(store, "add_to_cart", {"sku": "TN-D2-G", "quantity": 2}) is True
    expect(store.locator("#count")).to_have_text("2")
    assert told(store, "setContext")[-1]["cart"] == [{"sku": "TN-D2-G", "quantity": 2}]
    assert happens(store, "add_to_cart", {"sku": "TN-D2-G", "quantity": 10_000}) is False
    assert happens(store, "add_to_cart", {"sku": "NO-SUCH"}) is False
    expect(store.locator("#events")).to_have_text("3")
    expect(store.locator("#lines li")).to_have_count(3)
    store.locator("#cart-button").click()
    store.get_by_role("button", name="One fewer").click()
    expect(store.locator("#total")).to_have_text("Total ¥699")
    store.keyboard.press("Escape")
    assert happens(store, "product_click", {"sku": "TN-D2-O", "url": "https://x.example"}) is False
    expect(store.get_by_role("heading", name="Norrpeak Trail Dome Tent, orange")).to_be_visible()


@pytest.mark.browser
def test_the_language_and_the_customer_change_for_page_and_widget(store):
    store.get_by_role("button", name="中文").click()
    expect(store.get_by_role("button", name="帐篷")).to_be_visible()
    assert store.evaluate("document.documentElement.lang") == "zh-CN" and told(store, "setLocale")[-1] == "zh-CN"
    with store.expect_response("**/sign-in") as signed:
        store.get_by_label("登录身份").select_option("林晓")
    signed.value.finished()
    store.wait_for_load_state("networkidle")
    assert len(told(store, "reset")) == 1 and told(store, "identify")[0].count(".") == 2
    store.get_by_label("登录身份").select_option("访客")
    assert len(told(store, "reset")) == 2 and len(told(store, "identify")) == 1


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 768, 1400])
def test_nothing_is_wider_than_the_screen(store, width):
    store.set_viewport_size({"width": width, "height": 700})
    for path in ("/demo-store", "/demo-store/KC-RC16-W"):
        store.goto(store.url.split("/demo-store")[0] + path)
        expect(store.locator("h1").first).to_be_attached()
        assert store.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_the_widget_itself_runs_on_it_and_its_events_are_shown(demo, browser):
    with browser.new_context(locale="en-US") as context:
        page, errors = context.new_page(), []
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(f"{demo.url}/demo-store/TN-D2-G")
        page.get_by_role("button", name="Ask about it").click()
        expect(page.locator("#lines li", has_text='"role":"assistant"')).to_be_visible()
        expect(page.locator("#lines li", has_text="opened")).to_be_visible()
        assert errors == []
