"""The widget as a shop's page has it: its settings, commands, events, navigation, several at once, and who may embed it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import jwt
import pytest
from playwright.sync_api import Browser, expect

import bot
from bot.access.identity import SigningKey
from bot.marketing.campaigns.experiment import specification
from bot.store.sites import ProactiveRule, SiteSettings
from tests.api_server import api_server
from tests.browser import AXE, axe_findings
from tests.shop_page import LISTEN, shop_pages
from tests.widget_visit import DAYS, RETURNS, Mall, product

pytestmark = pytest.mark.browser
SHIFTS = (
    "window.shifted=0;new PerformanceObserver(list=>{for(const one of list.getEntries())shifted+=one.value})"
    ".observe({type:'layout-shift',buffered:true});"
)


def test_commands_that_were_queued_before_it_loaded_are_carried_out_and_the_page_is_told(mall: Mall) -> None:
    early = f"shopdesk('open',{{question:'Which one?'}});shopdesk('setContext',{{sku:'TH-1',cart:['TH-2']}});{LISTEN}{SHIFTS}"
    with mall.visit(script=early, path="/p/trail?secret=1#x") as shopper:
        expect(shopper.box).to_have_value("Which one?")
        with shopper.page.expect_request("**/messages") as sent:
            shopper.box.press("Enter")
        page = f"{mall.pages.origin}/p/trail"
        assert sent.value.post_data_json["context"] == {"page": page, "sku": "TH-1", "cart": ["TH-2"]}
        shopper.answered("Which one?")
        shopper.command("ask", {"question": RETURNS})
        expect(shopper.answered(RETURNS).locator(".text")).to_contain_text(DAYS)
        shopper.command("setLocale", "zh-CN")
        expect(shopper.box).to_have_attribute("placeholder", "商品、配送、订单都可以问我…")
        shopper.command("close")
        expect(shopper.launcher).to_have_attribute("aria-label", "打开聊天")
        shopper.command("toggle")
        expect(shopper.box).to_be_focused()
        assert [(one["role"], one.get("action")) for one in shopper.heard("message")][2:] == [
            ("customer", None),
            ("assistant", "answer"),
        ]
        assert "text" not in str(shopper.heard("message")), "the page does not read along"
        assert [len(shopper.heard(event)) for event in ("ready", "opened", "closed")] == [1, 2, 1]
        shopper.box.fill("half a thought")
        shopper.command("reset")
        expect(shopper.chat.locator(".question")).to_have_count(0)
        expect(shopper.box).to_have_value("")
        shopper.ask("Do you issue invoices?")
        shopper.page.goto(f"{mall.pages.origin}/next")
        expect(shopper.chat.locator(".question")).to_have_text(["Do you issue invoices?"])
        shopper.command("shutdown")
        expect(shopper.page.locator("shopdesk-widget")).to_have_count(0)
        assert shopper.page.evaluate("[shifted, history.pushState.toString().includes('native code')]") == [0, True]


@pytest.mark.slow
def test_what_the_chat_needs_is_fetched_when_the_pointer_comes_and_its_frame_when_it_is_opened(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.launcher.wait_for()
        assert not any("/widget/" in url for url in shopper.requests)
        shopper.page.goto(mall.pages.origin.replace("localhost", "127.0.0.1"))
        with shopper.page.expect_response("**/widget/frame.css?*"), shopper.page.expect_response("**/widget/frame.js?*"):
            shopper.launcher.hover()
        expect(shopper.page.locator("shopdesk-widget iframe")).to_have_count(0)
        shopper.open()
        files = "performance.getEntriesByType('resource').filter(one => one.name.includes('/frame.'))"
        sizes = shopper.page.frames[1].evaluate(f"{files}.map(one => one.transferSize)")
        assert sizes == [0, 0], "from the browser's cache"
        expect(shopper.ask(RETURNS).locator(".text sup, .text .cite").first).to_be_visible()
        assert shopper.errors == []


@pytest.mark.slow
def test_a_running_experiment_chooses_the_greeting_and_hears_who_answered_it(mall: Mall) -> None:
    campaigns = mall.api.shopdesk.promotion.campaigns
    variants = [{"name": name, "text": f"{name} hello", "text_zh": f"{name} 您好"} for name in ("warm", "brief")]
    given = {"name": "chat-greeting", "slot": "greeting", "variants": variants, "holdout": 0.0, "goal": "click"}
    campaigns.experiments.draft(specification(given))
    campaigns.experiments.start("chat-greeting")
    try:
        with mall.visit("data-greeting='Our own'") as shopper:
            shopper.open()
            expect(shopper.chat.locator(".hello")).to_have_text("Our own")
        assert sum(arm.units for arm in campaigns.report("chat-greeting").arms) == 0
        with mall.visit(lang="zh-CN") as shopper:
            shopper.open()
            expect(shopper.chat.locator(".hello")).to_have_text(re.compile("(warm|brief) 您好"))
            greeting = shopper.chat.locator(".hello").inner_text()
            with shopper.page.expect_response("**/experiment-events") as told:
                shopper.ask("保修期多长？")
            assert told.value.status == 204
            shopper.page.goto(f"{mall.pages.origin}/next")
            expect(shopper.chat.locator(".hello")).to_have_text(greeting)
            assert shopper.errors == []
        (arm,) = (arm for arm in campaigns.report("chat-greeting").arms if arm.units)
        assert (f"{arm.name} 您好", arm.units, arm.reached) == (greeting, 1, 1)
    finally:
        campaigns.experiments.end("chat-greeting")


@pytest.mark.slow
def test_a_reply_is_shown_as_plain_text_while_what_renders_it_cannot_be_had(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.page.route("**/widget/text.js*", lambda route: route.abort())
        shopper.will_hear(text="**Yes** <b>no</b> [1]")
        shopper.open()
        expect(shopper.ask("Hello?").locator(".text")).to_have_text("**Yes** <b>no</b> [1]")
        shopper.page.unroute("**/widget/text.js*")
        shopper.ask("Again?")
        expect(shopper.chat.locator(".text strong").last).to_have_text("Yes")


def test_the_page_cannot_look_into_the_frame_nor_speak_to_it_as_somebody_else(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.open()
        iframe = "document.querySelector('shopdesk-widget').shadowRoot.querySelector('iframe')"
        assert shopper.page.evaluate(f"{iframe}.contentDocument") is None
        forged = "{mark:'shopdesk:1',say:'connect',channel:location.hash,settings:{locale:'zh-CN'}}"
        shopper.page.evaluate(f"{iframe}.contentWindow.postMessage({forged},'*',[new MessageChannel().port1])")
        shopper.ask(RETURNS)
        expect(shopper.chat.locator("html")).to_have_attribute("lang", "en")


def test_it_follows_a_single_page_application_and_greets_once_where_the_shop_wants_it(mall: Mall) -> None:
    rule = ProactiveRule(after_s=0, page="/p/*", text="Questions about it?", text_zh="有疑问吗？")
    site = mall.api.shopdesk.sites.add([mall.pages.origin], "Greets", SiteSettings(color="#7c3aed", proactive=(rule,)))
    with mall.visit('data-hide-on="/checkout*"', key=site.key, path="/home") as shopper:
        teaser = shopper.page.locator("shopdesk-widget .teaser")
        expect(shopper.launcher).to_have_css("background-color", "rgb(124, 58, 237)")
        expect(teaser).to_have_count(0)
        shopper.page.evaluate("history.pushState({}, '', '/p/tent')")
        expect(teaser).to_contain_text("Questions about it?")
        shopper.page.evaluate("history.replaceState({}, '', '/checkout/pay')")
        expect(shopper.launcher).to_be_hidden()
        shopper.page.go_back()
        expect(shopper.launcher).to_be_visible()
        teaser.get_by_role("button", name="Questions about it?").click()
        expect(shopper.chat.locator(".hello")).to_have_text("Questions about it?")
        shopper.page.evaluate("history.pushState({}, '', '/p/stove')")
        with shopper.page.expect_request("**/messages") as sent:
            shopper.ask(RETURNS)
        assert sent.value.post_data_json["context"]["page"] == f"{mall.pages.origin}/p/stove"
        shopper.command("close")
        shopper.page.goto(f"{mall.pages.origin}/p/tent")
        expect(shopper.launcher).to_be_visible()
        expect(teaser).to_have_count(0)


def test_several_stand_on_a_page_each_with_its_own_conversation_and_inline_ones_come_and_go(mall: Mall) -> None:
    place = '<div id="help" style="height:600px"></div>'
    tags = ("", 'data-inline="#help" data-name="help" data-locale="zh-CN"', "")
    with mall.visit(*tags, body=place) as shopper:
        page = shopper.page
        inline, bubble = (page.locator(f'shopdesk-widget[data-name="{name}"]') for name in ("help", "main"))
        expect(page.locator("shopdesk-widget")).to_have_count(2)
        assert inline.evaluate("element => element.closest('#help').scrollHeight") == 600
        help_box = inline.frame_locator("iframe").get_by_role("textbox")
        help_box.fill("几天内可以退货？")
        expect(page.locator("h1")).to_be_visible()
        help_box.press("Enter")
        expect(inline.frame_locator("iframe").locator(".text")).to_contain_text("30 天")
        bubble.locator(".launcher").click()
        expect(bubble.frame_locator("iframe").locator(".question")).to_have_count(0)
        page.evaluate("shopdesk('help.ask', '可以开发票吗？')")
        expect(inline.frame_locator("iframe").locator(".question")).to_have_count(2)
        page.evaluate("window.kept = document.querySelector('#help'); kept.remove()")
        expect(inline).to_have_count(0)
        page.evaluate("document.body.innerHTML = '<div id=help style=height:600px></div>'")
        expect(inline.frame_locator("iframe").locator(".question")).to_have_count(2)
        expect(bubble.locator(".panel")).to_be_visible()


def test_it_is_used_with_the_keyboard_alone(mall: Mall) -> None:
    with mall.visit() as shopper:
        keys = shopper.page.keyboard
        expect(shopper.launcher).to_be_visible()  # before that it cannot be focused
        shopper.launcher.focus()
        keys.press("Enter")
        expect(shopper.box).to_be_focused()
        keys.type("Do you issue")
        keys.press("Shift+Enter")
        keys.type("invoices?")
        keys.press("Enter")
        shopper.answered("Do you issue\ninvoices?")
        expect(shopper.chat.locator(".hidden[aria-live=polite]")).to_contain_text("electronic invoice")
        keys.press("Tab")
        expect(shopper.chat.get_by_role("button", name="Send")).to_be_focused()
        keys.press("Tab")
        menu = shopper.chat.get_by_role("button", name="More")
        expect(menu).to_be_focused()
        keys.press("Shift+Tab")
        expect(shopper.chat.get_by_role("button", name="Send")).to_be_focused()
        menu.focus()
        keys.press("Enter")
        expect(shopper.chat.get_by_role("menuitem").first).to_be_focused()
        keys.press("ArrowUp")
        expect(shopper.chat.get_by_role("menuitem", name="End and rate")).to_be_focused()
        keys.press("Escape")
        expect(menu).to_be_focused()
        keys.press("Escape")
        expect(shopper.launcher).to_be_focused()
        expect(shopper.page.locator("shopdesk-widget .panel")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_from_using_it(mall: Mall, scheme: str) -> None:
    tag = f'data-theme="{scheme}" data-color="#f59e0b" data-label="Ask us"'
    with mall.visit(tag, reduced_motion="reduce") as shopper:
        expect(shopper.launcher).to_be_visible()
        assert axe_findings(shopper.page.main_frame) == []
        shopper.open()
        frame = shopper.page.frames[-1]
        assert axe_findings(frame) == []
        shopper.ask(RETURNS)
        shopper.will_hear(text="**These:**\n\n| a | b |\n| - | - |\n| 1 | 2 |", products=[product(), product(sku="X", stock=2)])
        shopper.ask("A backpack?")
        shopper.choose("End and rate")
        shopper.chat.locator(".scores label").nth(3).click()
        shopper.button("This did not help").click()
        expect(shopper.chat.get_by_text("What went wrong?")).to_be_visible()
        assert axe_findings(frame) == []
        shopper.chat.locator(".source").first.click()
        assert axe_findings(frame) == []
        assert AXE.exists()


def test_who_the_customer_is_counts_only_when_the_shops_server_has_signed_it(mall: Mall) -> None:
    site, secret = mall.api.shopdesk.sites.add([mall.pages.origin], "Signs"), "a secret of 32 characters or more"
    mall.api.shopdesk.sites.signing_keys.add(site.key, SigningKey("one", "HS256", secret))

    def token(customer: str) -> str:
        return jwt.encode({"aud": site.key, "sub": customer, "exp": int(time.time()) + 600}, secret, "HS256")

    with mall.visit(key=site.key, script=f"shopdesk('identify', {{token: '{token('C1')}'}});{LISTEN}") as shopper:
        questions = shopper.chat.locator(".question")
        shopper.open()
        expect(shopper.ask("Where is my order?").locator(".text")).to_contain_text("SF123456789")
        with shopper.page.expect_response("**/identity") as again:
            shopper.page.reload()
            shopper.page.wait_for_function("window.heard.some(one => one.event === 'ready')")
        assert again.value.status == 200
        expect(questions).to_have_count(1)
        with shopper.page.expect_request("**/identity") as left:
            shopper.command("reset")
        assert left.value.method == "DELETE"
        expect(questions).to_have_count(0)
        shopper.ask(RETURNS)
        shopper.command("identify", "nothing of the kind")
        shopper.page.wait_for_function("window.heard.some(one => one.code === 'identity')")
        shopper.command("identify", {"token": token("C2")})
        expect(shopper.ask("Where is my order?").locator(".text")).not_to_contain_text("SF123456789")
        shopper.command("identify", {"token": token("C1")})
        expect(questions).to_have_count(0)


def test_pages_of_other_origins_are_refused(mall: Mall) -> None:
    site = mall.api.shopdesk.sites.add(["https://another.example"], "Another")
    with mall.visit(key=site.key) as shopper:
        shopper.page.wait_for_function("window.heard.some(one => one.event === 'error')")
        assert [one["code"] for one in shopper.heard("error")] == ["unreachable"]
        expect(shopper.launcher).to_be_hidden()
        with shopper.page.expect_console_message(lambda line: "frame-ancestors" in line.text):
            shopper.command("open")
        assert shopper.heard("ready") == []


@pytest.mark.parametrize(
    ("lang", "intro", "person"), [("en", "cannot answer", "Talk to a person"), ("zh-CN", "暂时无法回答", "转人工客服")]
)
def test_in_a_shop_that_holds_nothing_it_promises_nothing_and_offers_a_person(
    browser: Browser, tmp_path: Path, lang: str, intro: str, person: str
) -> None:
    with bot.open(tmp_path / "data") as shopdesk, api_server(shopdesk) as api, shop_pages() as pages:
        mall = Mall(browser, api, pages, shopdesk.sites.add([pages.origin], "New"))
        with mall.visit(lang=lang) as shopper:
            shopper.open()
            expect(shopper.chat.locator(".intro")).to_contain_text(intro)
            expect(shopper.chat.locator(".starter")).to_have_text([person])
            shopper.chat.locator(".starter").click()
            expect(shopper.chat.locator(".note")).to_be_visible()
