"""The takeover page in a real browser: a person opens the link, answers, and gives the conversation back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from bot.console.chat_page import own
from bot.console.person_view import left, person_view
from bot.settings import load_settings
from bot.store.database import open_database
from bot.store.handover_log import HandoverLog, handovers
from bot.store.handovers import HandoverStore
from bot.takeover.links import TakeoverLinks
from tests.api_server import Api, Customer
from tests.browser import Visit, chromium, visit
from tests.served_shop import Served
from tests.takeover_client import Agent, link_of

pytestmark = pytest.mark.browser
TAKEN = "document.title='taken'"
PAYLOADS = (
    f'<img src=x onerror="{TAKEN}">',
    f"<script>{TAKEN}</script>",
    f"<svg onload={TAKEN}>",
    f"javascript:{TAKEN}",
    f"[x](javascript:{TAKEN})",
    "\"><iframe srcdoc='<script>parent.document.title=`taken`</script>'>",
    "{{constructor.constructor('document.title=1')()}}",
    f'<a href="javascript:{TAKEN}">click</a>',
    "</body><base href=//evil.example>",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@dataclass
class Desk:
    """A person's window on the link, with every error and foreign request that it met."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def take(self, name: str) -> None:
        self.page.locator(".take .name").fill(name)
        self.page.locator(".take .main").click()
        expect(self.page.get_by_role("status")).to_have_text("You have the conversation. The assistant is silent.")

    def answer(self, text: str) -> None:
        box = self.page.locator("textarea")
        box.fill(text)
        box.press("Control+Enter")
        expect(self.page.locator(".line.agent .words").last).to_have_text(text)


@contextmanager
def opened(browser: Browser, url: str, **device: object) -> Iterator[Desk]:
    with browser.new_context(**{"locale": "en-GB", **device}) as context:
        desk = Desk(context.new_page())
        desk.page.on("pageerror", lambda error: desk.errors.append(str(error)))
        desk.page.on("console", lambda line: desk.errors.append(line.text) if line.type == "error" else None)
        desk.page.on("request", lambda request: desk.requests.append(request.url))
        desk.page.set_default_timeout(30_000)
        desk.page.goto(url)
        desk.page.wait_for_selector("main:not([hidden]), .warning:not([hidden])")
        yield desk


def called(api: Api, *questions: str) -> tuple[Customer, str]:
    """A customer who has asked and called for a person, and the address of the link."""
    customer = api.customer()
    for question in questions:
        customer.ask(question)
    customer.post("/handover", {})
    return customer, f"{api.url}/takeover/{link_of(api, customer)}"


def test_a_person_reads_takes_over_answers_and_gives_back(api, browser):
    customer, url = called(api, "Where is my order SD-1001?", "How long is the warranty?")
    with opened(browser, url) as desk:
        page = desk.page
        expect(page.get_by_role("status")).to_have_text("Nobody has the conversation yet. The assistant goes on answering.")
        expect(page.locator(".facts")).to_contain_text("SD-1001")
        expect(page.locator(".line.customer .words")).to_have_text(["Where is my order SD-1001?", "How long is the warranty?"])
        expect(page.locator(".line.assistant").last).to_contain_text("24 months")
        page.locator(".line.assistant details").last.click()
        expect(page.locator(".line.assistant blockquote").last).to_contain_text("24 months from delivery")
        desk.take("Mia")
        desk.answer("Hello, this is Mia.")
        customer.ask("Are you a person?")
        expect(page.locator(".line.customer .words").last).to_have_text("Are you a person?")
        page.locator(".suggest").click()
        expect(page.locator(".suggestions li").first).to_be_visible()
        page.locator(".note input").fill("Was curious only.")
        page.locator("textarea").fill("No, I am")
        page.get_by_role("button", name="Give back to the assistant").click()
        expect(page.get_by_role("alert")).to_contain_text("not sent")
        expect(page.locator("textarea")).to_have_value("No, I am")
        page.locator("textarea").fill("")
        page.get_by_role("button", name="Give back to the assistant").click()
        expect(page.get_by_role("status")).to_contain_text("given back or closed")
        expect(page.get_by_role("alert")).to_be_hidden()
        assert customer.ask("How long is the warranty?")["writer"] == "builtin"
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("opens nothing any more")
        assert set(desk.errors) == {
            "Failed to load resource: the server responded with a status of 410 (Gone)"
        }  # of whichever requests were under way
        assert [url for url in desk.requests if not url.startswith(api.url + "/")] == []


def test_a_second_person_sees_who_has_it_and_takes_it_over_expressly(api, browser):
    _, url = called(api, "How long is the warranty?")
    with opened(browser, url) as first, opened(browser, url, locale="zh-CN") as second:
        first.take("Mia")
        expect(second.page.get_by_role("status")).to_have_text("Mia正在处理这段对话。")
        second.page.locator(".take .name").fill("小林")
        second.page.get_by_role("button", name="从Mia那里接管").click()
        expect(second.page.get_by_role("status")).to_have_text("您已接管对话，助手保持安静。")
        expect(first.page.get_by_role("status")).to_have_text("小林 has the conversation.")
        expect(first.page.locator("textarea")).to_be_hidden()


def test_a_suggested_reply_is_put_into_the_box_and_can_be_changed(api, browser):
    _, url = called(api, "How do I descale the kettle?")
    with opened(browser, url) as desk:
        desk.take("Mia")
        desk.page.locator(".suggestions button").filter(has_text="citric acid").first.click()
        expect(desk.page.locator("textarea")).to_have_value(re.compile("citric acid"))


def test_nothing_that_a_customer_or_a_person_writes_is_run(api, browser):
    customer, url = called(api, *PAYLOADS)
    with opened(browser, url) as desk, opened(browser, url) as other:
        desk.take("<img src=x onerror=alert(1)>")
        for payload in PAYLOADS:
            desk.answer(payload)
        customer.ask(PAYLOADS[0])
        expect(desk.page.locator(".line.customer .words").last).to_have_text(PAYLOADS[0])
        expect(other.page.get_by_role("status")).to_contain_text("<img src=x onerror=alert(1)> has the conversation.")
        for seen in (desk, other):
            expect(seen.page).to_have_title("Conversation with a customer – Norrvik Outdoor")
            expect(seen.page.locator("body img, body iframe, base, .log a, .log script")).to_have_count(0)
            assert seen.errors == [] and [url for url in seen.requests if not url.startswith(api.url + "/")] == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark_and_changes_its_language(api, browser, scheme):
    _, url = called(api, "x" * 300, "推荐一个双肩包")
    device = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "color_scheme": scheme}
    with opened(browser, url, **device) as desk:
        desk.page.get_by_role("button", name="Switch the page to Chinese").click()
        expect(desk.page.get_by_role("status")).to_have_text("还没有人接管，助手仍在回复。")
        desk.page.locator("summary").first.click()
        expect(desk.page.locator(".facts")).to_contain_text("顾客要求人工客服")
        boxes = "[document.documentElement, ...document.querySelectorAll('main, .log, .line, .summary')]"
        assert set(desk.page.evaluate(f"{boxes}.map(box => Math.max(0, box.scrollWidth - box.clientWidth))")) == {0}
        assert desk.page.evaluate("document.documentElement.dataset.theme") == scheme and desk.errors == []


def test_the_page_is_the_same_for_every_link_and_may_not_be_framed(api):
    _, url = called(api)
    pages = [api.http.get(address) for address in (url, f"{api.url}/takeover/nonsense")]
    assert pages[0].content == pages[1].content and pages[0].status_code == 200
    policy = pages[0].headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy and pages[0].headers["cache-control"] == "no-store"


def test_a_link_that_is_not_complete_says_so(api, browser):
    with opened(browser, f"{api.url}/takeover/12.34.nonsense") as desk:
        expect(desk.page.get_by_role("alert")).to_contain_text("This link is not complete")


def test_a_person_whose_link_was_taken_over_meanwhile_keeps_what_they_typed(api, browser):
    _, url = called(api, "How long is the warranty?")
    with opened(browser, url) as desk:
        desk.take("Mia")
        desk.page.locator("textarea").fill("It is 24 mon")
        bo = Agent(api.http, url.rpartition("/")[2], "Bo")
        bo.take(over=True)
        expect(desk.page.get_by_role("status")).to_have_text("Bo has the conversation.")
        desk.page.get_by_role("button", name="Take over from Bo").click()
        expect(desk.page.locator("textarea")).to_have_value("It is 24 mon")


def link(served: Served, conversation: str) -> str:
    """The address of the link that the owner of the served shop is sent."""
    settings = load_settings(data=served.data, public_url=served.url)
    engine = open_database(settings.sql_url)
    handover = HandoverStore(engine, HandoverLog()).current(conversation)
    engine.dispose()
    assert handover is not None
    return TakeoverLinks.open(settings).url(handover)


def conversation_of(visitor: Visit) -> str:
    return str(visitor.page.evaluate("sessionStorage.getItem('shopdesk.conversation')"))


@pytest.mark.parametrize(
    ("locale", "wish", "joined", "sent", "left", "question", "answer"),
    [
        pytest.param(
            "en-GB", "Can I speak to a real person please?", "Mia has joined the chat and answers you now.",
            "Sent to our colleague, who answers here.", "Mia has left the chat. Dora answers again.",
            "How long does delivery take?", "2 to 4 days", marks=pytest.mark.slow,
        ),
        (
            "zh-CN", "我要找人工客服", "Mia已加入聊天，现在由这位同事为您服务。", "已发送给人工客服，请稍候回复。",
            "Mia已离开，由小朵继续为您服务。", "多久可以送到？", "2至4天",
        ),
    ],
    ids=["English", "Chinese"],
)  # fmt: skip
def test_a_customer_of_the_chat_page_is_answered_by_a_person_and_then_by_the_assistant_again(
    browser, served, locale, wish, joined, sent, left, question, answer
):
    with visit(browser, served.url, locale=locale) as visitor:
        expect(visitor.ask(wish).locator(".person")).to_be_visible()
        with opened(browser, link(served, conversation_of(visitor))) as desk:
            desk.take("Mia")
            desk.answer(f"Hello! {TAKEN} <b>I am here</b>")
            notes, said = visitor.page.locator(".person-note"), visitor.page.locator(".person-said .text")
            expect(notes.first).to_have_text(joined)
            expect(said).to_have_text(f"Hello! {TAKEN} <b>I am here</b>")
            expect(visitor.page.locator(".speaker")).to_have_text("Mia")
            visitor.page.get_by_role("textbox").fill("Who are you?")
            visitor.page.keyboard.press("Enter")
            expect(visitor.page.locator(".turn:last-child .person-note")).to_have_text(sent)
            expect(desk.page.locator(".line.customer .words").last).to_have_text("Who are you?")
            desk.answer("I am Mia.")
            expect(said.last).to_have_text("I am Mia.")
            visitor.page.reload()
            expect(said).to_have_text([f"Hello! {TAKEN} <b>I am here</b>", "I am Mia."])
            desk.page.get_by_role("button", name="Close as resolved").click()
            expect(notes.last).to_have_text(left)
        expect(visitor.ask(question).locator(".text")).to_contain_text(answer)
        order = "node => node.querySelector('.question, .plain, .person-note')?.textContent"
        shown = visitor.page.evaluate(f"[...document.querySelectorAll('.turns > *')].map({order}).filter(Boolean)")
        assert shown[1:] == [wish, joined, f"Hello! {TAKEN} <b>I am here</b>", "Who are you?", "I am Mia.", left, question]
        assert visitor.errors == []


@pytest.mark.slow
def test_a_customer_of_the_chat_page_to_whom_nobody_comes_is_told_and_leaves_an_address(browser, served):
    with visit(browser, served.url, locale="en-GB") as visitor:
        visitor.ask("Can I speak to a real person please?")
        engine = open_database(f"sqlite:///{served.data / 'shopdesk.db'}")
        mine = update(handovers).where(handovers.c.conversation_id == conversation_of(visitor))
        with engine.begin() as connection:
            connection.execute(mine.values(requested_at=datetime.now(UTC) - timedelta(hours=1)))
        visitor.ask("How long does delivery take?")  # something new makes the server look at once
        told = visitor.page.locator(".person-said")
        expect(told).to_contain_text("none of my colleagues could come", timeout=20_000)
        address = visitor.page.get_by_label("Your e-mail address")
        address.fill("lin@example.com")
        address.press("Enter")
        expect(visitor.page.locator(".leave .told")).to_have_text("Thank you. A colleague will write to you.")
        with engine.connect() as connection:
            kept = select(handovers.c.email).where(handovers.c.conversation_id == conversation_of(visitor))
            assert connection.execute(kept).scalar() == "lin@example.com"
        engine.dispose()
        assert visitor.errors == []


def test_the_chat_page_tells_nothing_of_a_conversation_that_a_token_opens(api):
    customer, _ = called(api, "Hello")
    own_conversation = api.shopdesk.reply("Can I speak to a real person please?").conversation
    assert own(api.shopdesk, customer.id) is None and own(api.shopdesk, own_conversation) == own_conversation
    assert person_view(api.shopdesk, None, 0) == {"events": [], "last": 0, "open": False}
    assert person_view(api.shopdesk, own_conversation, 0)["open"]
    assert not left(api.shopdesk, None, "lin@example.com") and left(api.shopdesk, own_conversation, "lin@example.com")
