"""The widget as a customer meets it: on a page of another origin than the server's, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.widget_visit import DAYS, PHONE, RETURNS, Mall, Shopper, product

pytestmark = pytest.mark.browser


def test_a_customer_asks_reads_the_source_and_finds_the_conversation_on_the_next_page(mall: Mall) -> None:
    """The browser blocks the frame's storage here, as incognito windows do."""
    with mall.visit() as shopper:
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
        shopper.answered(asked)

        shopper.page.goto(f"{mall.pages.origin}/another/page")
        expect(shopper.chat.locator(".question")).to_have_text([RETURNS, asked])
        shopper.choose("New conversation")
        shopper.button("Begin").click()
        expect(shopper.chat.locator(".question")).to_have_count(0)
        shopper.page.reload()
        expect(shopper.chat.locator(".starter")).to_have_count(4)
        expect(shopper.chat.locator(".question")).to_have_count(0)
        assert (shopper.errors, mall.foreign(shopper.requests)) == ([], [])


def test_the_conversation_and_what_was_typed_are_the_same_in_every_tab(mall: Mall) -> None:
    with mall.visit() as first:
        origin = mall.pages.origin.replace("localhost", "127.0.0.1")  # of the server's own site, whose storage is not blocked
        first.page.goto(origin)
        first.open()
        first.box.fill("half a thou")
        first.page.reload()
        expect(first.box).to_have_value("half a thou")
        second = Shopper.on(first.page.context.new_page())
        second.page.goto(origin)
        second.open()
        first.ask(RETURNS)
        expect(second.chat.locator(".question")).to_have_text([RETURNS])
        expect(second.chat.locator(".text")).to_contain_text(DAYS)


def test_products_go_into_the_pages_cart_and_open_its_pages(mall: Mall) -> None:
    takes = "shopdesk('on','add_to_cart',({sku})=>new Promise(done=>setTimeout(()=>done(sku!=='TH-2'),50)));"
    own, foreign = f"{mall.pages.origin}/p/trail", "https://elsewhere.example/p"
    cards = [product(url=own), product(sku="TH-2", title="City Backpack", url=foreign), product(sku="TH-4", stock=0)]
    with mall.visit(script=f"window.heard=[];{takes}for(const e of ['product_click','add_to_cart'])shopdesk('on',e,"
                           "detail=>{heard.push({event:e,...detail})});") as shopper:  # fmt: skip
        shopper.will_hear(text="These.", products=cards)
        shopper.open()
        shopper.ask("A backpack?")
        shown = shopper.chat.locator(".card")
        expect(shown.nth(2).get_by_text("Sold out")).to_be_visible()
        expect(shown.nth(2).locator(".add")).to_have_count(0)
        with shopper.page.expect_request("**/interactions") as told:
            shopper.button("Add to cart: Trail Backpack").click()
        assert told.value.post_data_json == {"sku": "TH-1", "event": "cart"}
        expect(shopper.button("In the cart: Trail Backpack")).to_be_visible()
        shopper.button("Add to cart: City Backpack").click()
        expect(shopper.button("Not added: City Backpack")).to_be_visible()
        details = {"quantity": 1, "price": 299, "currency": "CNY", "widget": "main", "event": "add_to_cart"}
        assert shopper.heard("add_to_cart") == [
            {"sku": "TH-1", "title": "Trail Backpack", **details},
            {"sku": "TH-2", "title": "City Backpack", **details},
        ]
        assert shown.nth(1).get_by_role("link").get_attribute("rel") == "noopener noreferrer"
        with shopper.page.expect_request("**/interactions") as told:
            shown.nth(0).get_by_role("link").click()
        assert told.value.post_data_json == {"sku": "TH-1", "event": "click"}
        shopper.page.wait_for_url(own)


def test_a_yes_is_said_by_the_customer_alone(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.will_hear(text="Cancel SD-1003?", action="confirm", asks=["confirmation"])
        shopper.open()
        shopper.ask("Cancel SD-1003")
        shopper.command("ask", "yes")
        expect(shopper.box).to_have_value("yes")
        expect(shopper.chat.locator(".question")).to_have_count(1)
        with shopper.page.expect_request("**/messages") as sent:
            shopper.button("Yes, please").click()
        assert sent.value.post_data_json["text"] == "Yes, please"
        expect(shopper.chat.locator(".confirm")).to_have_count(1)


def test_a_customer_rates_an_answer_and_the_conversation_and_takes_it_along(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.open()
        turn = shopper.ask(RETURNS)
        with shopper.page.expect_response("**/feedback") as rated:
            shopper.button("This did not help").click()
        shopper.button("Not complete").click()
        expect(turn.locator(".feedback [role=status]")).to_have_text("Thank you for telling us.")
        conversation = rated.value.url.split("/")[-2]
        assert mall.api.shopdesk.conversations.ratings(conversation) == {1: "down"}
        with shopper.page.expect_download() as kept:
            shopper.choose("Download the transcript")
        text = kept.value.path().read_text("utf-8")
        assert RETURNS in text and DAYS in text and "Returns and refunds" in text and "[1]" not in text
        shopper.choose("End and rate")
        shopper.chat.locator(".scores label").nth(3).click()
        shopper.chat.get_by_placeholder("Would you like to say more? (optional)").fill("Quick.")
        shopper.chat.locator(".csat button").click()
        expect(shopper.chat.get_by_text("Thank you! That helps us to get better.")).to_be_visible()
        assert mall.api.shopdesk.csat.find(conversation) == (4, "Quick.")
        assert [one.get("rating", one.get("score")) for one in shopper.heard("feedback")] == ["down", "down", 4]


def test_an_answer_that_comes_while_it_is_closed_is_counted_on_the_launcher(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.open()
        shopper.page.route("**/messages", lambda route: (shopper.command("close"), route.continue_()))
        shopper.box.fill(RETURNS)
        shopper.box.press("Enter")
        badge = shopper.page.locator("shopdesk-widget .badge")
        expect(badge).to_have_text("1")
        expect(shopper.launcher).to_have_attribute("aria-label", "Open the chat, 1 new message")
        shopper.open()
        expect(badge).to_be_hidden()
        assert [one["count"] for one in shopper.heard("unread")] == [0, 1, 0]


@pytest.mark.parametrize(
    ("lang", "direction", "placeholder", "question", "answer"),
    [
        ("zh-CN", "ltr", "商品、配送、订单都可以问我…", "几天内可以退货？", "30 天"),
        pytest.param("zh-TW", "ltr", "商品、配送、訂單都可以問我…", "幾天內可以退貨？", "30 天", marks=pytest.mark.slow),
        pytest.param("ar", "rtl", "Ask about products, delivery, orders…", "x" * 600, "", marks=pytest.mark.slow),
    ],
)
def test_it_speaks_the_pages_language_on_a_phone_and_nothing_scrolls_sideways(
    mall: Mall, lang: str, direction: str, placeholder: str, question: str, answer: str
) -> None:
    with mall.visit(lang=lang, **PHONE) as shopper:
        shopper.launcher.tap()
        expect(shopper.box).to_have_attribute("placeholder", placeholder)
        expect(shopper.chat.locator("html")).to_have_attribute("dir", direction)
        panel = shopper.page.locator("shopdesk-widget .panel")
        assert panel.evaluate("element => element.getBoundingClientRect().toJSON()") | {"x": 0, "y": 0} == {
            "x": 0, "y": 0, "top": 0, "left": 0, "right": 390, "bottom": 780, "width": 390, "height": 780,
        }  # fmt: skip
        expect(panel).to_have_attribute("aria-modal", "true")
        expect(shopper.ask(question).locator(".text").last).to_contain_text(answer)
        widths = (
            "[document.documentElement, ...document.querySelectorAll('.log, .turn')].map(e => e.scrollWidth - e.clientWidth)"
        )
        frame = shopper.page.frames[-1]
        assert set(frame.evaluate(widths)) == {0}
        assert shopper.page.evaluate("document.documentElement.scrollWidth") == 390
