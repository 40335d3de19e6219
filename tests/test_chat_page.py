from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Connection, delete, select

from bot.store.conversation_tables import conversations, feedback
from bot.store.database import open_database
from tests.browser import Visit, visit
from tests.served_shop import HOSTILE, Served

pytestmark = pytest.mark.browser
Open = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture
def page(browser: Browser, served: Served) -> Open:
    return partial(visit, browser, served.url)


@pytest.fixture(scope="module")
def window(browser: Browser, served: Served) -> Iterator[Visit]:
    with visit(browser, served.url, locale="en-US") as visitor:
        yield visitor


@pytest.fixture
def visitor(window: Visit) -> Visit:
    """Somebody on the English page who begins a new conversation: to load the page takes longer than most of what is done."""
    if window.page.locator(".question").count():
        window.button("Start a new conversation").click()
    expect(window.page.locator(".question")).to_have_count(0)
    return window


@contextmanager
def database(served: Served) -> Iterator[Connection]:
    engine = open_database(f"sqlite:///{served.data / 'shopdesk.db'}")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def last_rating(served: Served) -> tuple[str, str | None]:
    with database(served) as connection:
        newest = select(feedback.c.rating, feedback.c.reason).order_by(feedback.c.created_at.desc())
        rating, reason = connection.execute(newest).first()
        return rating, reason


@pytest.mark.parametrize(
    ("locale", "question", "answer", "quote", "source", "down", "why", "stored", "thanks", "new"),
    [
        (
            "en-GB", "How many days do I have to return something?", "30 days",
            "Unused items can be returned within 30 days of delivery.", "faq.csv",
            "This did not help", "Not complete", "incomplete", "Thank you for telling us.", "Start a new conversation",
        ),
        (
            "zh-CN", "收到货后几天内可以退货？", "30天", "自签收之日起30天内，未使用的商品可以退货。", "faq.csv",
            "没有帮助", "答非所问", "off_topic", "感谢您的反馈。", "开始新的对话",
        ),
    ],
    ids=["English", "Chinese"],
)  # fmt: skip
def test_a_customer_asks_reads_the_source_asks_on_rates_and_begins_anew(
    page: Open, served: Served, locale: str, question: str, answer: str, quote: str, source: str, down: str, why: str,
    stored: str, thanks: str, new: str,
) -> None:  # fmt: skip
    with page(locale=locale) as visitor:
        reply = visitor.ask(question)
        expect(reply.locator(".text")).to_contain_text(answer)

        expect(reply.get_by_text(quote, exact=True)).to_be_hidden()
        reply.locator(".text .cite").first.click()
        expect(reply.locator(".source[open] blockquote")).to_have_text(quote)
        expect(reply.locator(".source[open] .document")).to_contain_text(source)

        visitor.page.set_viewport_size({"width": 390, "height": 560})
        visitor.button(down).click()
        expect(visitor.page.locator(".reason").last).to_be_in_viewport(ratio=1)
        visitor.button(why).click()
        expect(reply.get_by_role("status")).to_have_text(thanks)
        assert last_rating(served) == ("down", stored)

        follow_up = reply.locator(".ask").first
        asked = follow_up.inner_text()
        follow_up.click()
        expect(visitor.page.locator(".turn:last-child .question")).to_have_text(asked)
        expect(visitor.answered().locator(".text")).not_to_be_empty()
        expect(reply.locator(".ask").first).to_be_hidden()

        visitor.page.reload()
        expect(visitor.page.locator(".question")).to_have_text([question, asked])
        expect(visitor.button(down)).to_have_attribute("aria-pressed", "false")
        expect(visitor.page.get_by_role("button", name=down).first).to_have_attribute("aria-pressed", "true")

        visitor.button(new).click()
        expect(visitor.page.locator(".question")).to_have_count(0)
        assert visitor.errors == []


def test_a_message_without_words_is_answered_in_english_on_the_english_page(visitor: Visit) -> None:
    expect(visitor.ask("😀😀").locator(".text")).to_contain_text("question")


def test_on_the_chinese_page_enter_while_composing_sends_nothing_and_a_message_without_words_gets_chinese(page: Open) -> None:
    with page(locale="zh-CN") as visitor:
        box = visitor.page.get_by_role("textbox")
        box.fill("tui huo")
        box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        expect(box).to_have_value("tui huo")
        expect(visitor.page.locator(".question")).to_have_count(0)
        expect(visitor.ask("😀😀").locator(".text")).to_contain_text("您")


def test_the_page_changes_its_language_and_keeps_the_conversation(page: Open) -> None:
    with page(locale="en-US") as visitor:
        reply = visitor.ask("Do you ship abroad?")
        visitor.button("Switch the page to Chinese").click()
        root = visitor.page.locator("html")
        expect(root).to_have_attribute("lang", "zh-CN")
        expect(visitor.page.get_by_role("textbox")).to_have_attribute("placeholder", "商品、配送、售后都可以问我…")
        expect(visitor.page.get_by_role("textbox")).to_have_attribute("aria-label", "您的消息")
        expect(reply.locator(".sources h3")).to_have_text("资料来源")
        expect(visitor.page).to_have_title("Shopdesk在线客服")
        expect(visitor.ask("可以送到国外吗？").locator(".text")).to_contain_text("40个国家")
        visitor.page.reload()
        expect(root).to_have_attribute("lang", "zh-CN")
        visitor.button("将页面切换为英文").click()
        expect(visitor.page.get_by_role("heading", name="Sources").first).to_be_visible()


def test_a_product_is_a_card_with_price_stock_and_a_safe_link(visitor: Visit) -> None:
    cards = visitor.ask("Which teapot can you recommend?").locator(".card")
    expect(cards).to_have_count(2)
    clay = cards.filter(has_text="Clay Teapot")
    expect(clay.locator(".price")).to_have_text("¥159")
    expect(clay.locator(".stock")).to_have_text("In stock")
    link = clay.get_by_role("link")
    expect(link).to_have_attribute("href", "https://shop.example/tp-2")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    glass = cards.filter(has_text="Glass Teapot")
    expect(glass.locator(".stock")).to_have_text("Only 2 left")
    expect(glass.get_by_role("link")).to_have_count(0)
    visitor.button("Switch the page to Chinese").click()
    expect(clay.locator(".price")).to_have_text("¥159")
    expect(glass.locator(".stock")).to_have_text("仅剩 2 件")
    visitor.button("将页面切换为英文").click()


def test_markup_in_a_question_a_document_or_a_product_title_does_nothing(visitor: Visit) -> None:
    visitor.ask(HOSTILE)
    expect(visitor.page.locator(".question").last).to_have_text(HOSTILE)
    cleaning = visitor.ask("How do I clean the glass teapot?")
    expect(cleaning.locator(".text")).to_contain_text("warm water")
    cards = visitor.ask("Which teapot can you recommend?").locator(".card")
    expect(cards.filter(has_text=HOSTILE).first).to_be_visible()
    visitor.page.reload()
    visitor.answered()
    expect(visitor.page.locator(".shopdesk script, .shopdesk img")).to_have_count(0)
    expect(visitor.page).to_have_title("Chat with Shopdesk")
    assert visitor.errors == []


def test_no_request_leaves_the_machine(visitor: Visit, served: Served) -> None:
    visitor.ask("Which teapot can you recommend?")
    assert len(visitor.requests) > 5
    assert [url for url in visitor.requests if not url.startswith((served.url + "/", "data:"))] == []


def test_nothing_scrolls_sideways_on_a_narrow_phone(page: Open) -> None:
    boxes = "[document.documentElement, ...document.querySelectorAll('.log, .turn')]"
    widths = f"{boxes}.map(box => box.scrollWidth - box.clientWidth)"
    with page(locale="en-US", viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True) as visitor:
        for question in ("Compare the glass teapot with the clay teapot", "x" * 300, "推荐一个紫砂壶"):
            visitor.ask(question)
            assert set(visitor.page.evaluate(widths)) == {0}, question


def test_the_page_is_dark_or_light_as_the_system_is_until_the_visitor_chooses(page: Open) -> None:
    with page(locale="en-US", color_scheme="dark") as visitor:
        shade = "getComputedStyle(document.querySelector('.shopdesk')).backgroundColor"
        dark = visitor.page.evaluate(shade)
        visitor.page.emulate_media(color_scheme="light")
        expect(visitor.page.locator("html")).to_have_attribute("data-theme", "light")
        assert visitor.page.evaluate(shade) != dark
        visitor.button("Switch between light and dark").click()
        visitor.page.reload()
        visitor.page.wait_for_selector(".turn.welcome")
        assert visitor.page.evaluate(shade) == dark


def test_a_message_that_cannot_be_taken_stays_in_the_box_with_a_friendly_note(visitor: Visit) -> None:
    note, box = visitor.page.get_by_role("alert"), visitor.page.get_by_role("textbox")
    for text, words in (("  ", "Please type your question first."), ("y" * 4001, "has 4001 characters")):
        box.fill(text)
        visitor.page.keyboard.press("Enter")
        expect(note).to_contain_text(words)
        expect(box).to_have_value(text)
    box.fill("\u200b")
    visitor.page.keyboard.press("Enter")
    expect(note).to_contain_text("The message is empty")
    expect(visitor.page.locator(".question")).to_have_count(0)
    expect(visitor.ask("Do you ship abroad?").locator(".text")).to_contain_text("40 countries")
    expect(note).to_be_hidden()


def test_no_typed_word_is_lost_where_the_connection_is_or_the_page_is_loaded_again(page: Open) -> None:
    question = "How long does a refund take?"
    with page(locale="en-US") as visitor:
        box = visitor.page.get_by_role("textbox")
        visitor.page.context.set_offline(True)
        box.fill(question)
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(".note")).to_contain_text("connection was lost")
        expect(box).to_have_value(question)
        visitor.page.context.set_offline(False)
        visitor.page.route("**/queue/join*", lambda route: None)  # sent, and never answered
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(".typing")).to_be_visible()
        visitor.page.unroute("**/queue/join*")
        visitor.page.reload()
        expect(box).to_have_value(question)
        visitor.page.keyboard.press("Enter")
        expect(visitor.answered().locator(".text")).not_to_be_empty()
        visitor.page.reload()
        expect(visitor.page.locator(".question")).to_have_text(question)
        expect(box).to_have_value("")


def test_a_connection_that_breaks_is_told_in_the_pages_language_and_the_question_stays_in_the_box(page: Open) -> None:
    with page(locale="zh-CN") as visitor:
        visitor.page.route("**/queue/data*", lambda route: route.abort())
        visitor.page.get_by_role("textbox").fill("几天能收到货？")
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(".note")).to_have_text("连接已断开，请稍后再试。")
        expect(visitor.page.get_by_role("textbox")).to_have_value("几天能收到货？")
        expect(visitor.page.locator(".typing")).to_have_count(0)
        assert not visitor.page.get_by_text("Connection").locator("visible=true").count()


def test_the_page_is_used_with_the_keyboard_alone(page: Open) -> None:
    with page(locale="en-US") as visitor:
        keys, box = visitor.page.keyboard, visitor.page.get_by_role("textbox")
        expect(box).to_be_focused()
        keys.type("Do you ship")
        keys.press("Shift+Enter")
        keys.type("abroad?")
        expect(box).to_have_value("Do you ship\nabroad?")
        keys.press("Enter")
        reply = visitor.answered()
        expect(box).to_be_focused()
        expect(visitor.page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        reply.locator(".cite").first.focus()
        keys.press("Enter")
        expect(reply.locator(".source[open] summary")).to_be_focused()
        keys.press("Tab")
        expect(visitor.button("This helped")).to_be_focused()
        keys.press("Space")
        expect(visitor.button("This helped")).to_have_attribute("aria-pressed", "true")


def test_a_visitor_whose_conversation_was_erased_begins_a_new_one(visitor: Visit, served: Served) -> None:
    visitor.ask("Do you ship abroad?")
    with database(served) as connection:
        connection.execute(delete(conversations))
    expect(visitor.ask("How long does delivery take?").locator(".text")).to_contain_text("2 to 4 days")
    expect(visitor.page.get_by_role("alert")).to_be_hidden()


def test_a_conversation_that_a_token_opens_is_not_opened_by_its_id_alone(visitor: Visit, served: Served) -> None:
    begun = httpx.post(f"{served.url}/api/v1/conversations").json()
    mine = {"Authorization": f"Bearer {begun['token']}", "Accept": "application/json"}
    path = f"{served.url}/api/v1/conversations/{begun['id']}/messages"
    assert httpx.post(path, json={"text": "Do you ship abroad?"}, headers=mine).status_code == 200
    visitor.ask("How long does delivery take?")
    key = visitor.page.evaluate("Object.keys(sessionStorage).find(key => key.includes('conversation'))")
    visitor.page.evaluate("([key, id]) => sessionStorage.setItem(key, id)", [key, begun["id"]])
    visitor.page.reload()
    visitor.page.wait_for_selector(".turn.welcome")
    visitor.ask("How long does delivery take?")
    expect(visitor.page.locator(".question")).to_have_count(1)
    assert len(httpx.get(path, headers=mine).json()["messages"]) == 1


def test_the_page_is_written_in_traditional_characters_where_the_browser_is(page: Open) -> None:
    with page(locale="zh-TW") as visitor:
        expect(visitor.page.locator(".ask").first).to_have_text("幾天內可以退貨？")
        assert visitor.page.evaluate("document.documentElement.lang") == "zh-Hant"
        reply = visitor.ask("收到貨後幾天內可以退貨？")
        expect(reply.locator(".sources h3, .follow-ups h3").first).to_have_text(re.compile("資料來源|您還可以問|您還可問"))
        expect(visitor.page.get_by_role("textbox")).to_have_attribute("placeholder", re.compile("商品、配送、售後"))


def test_on_paper_stands_the_whole_conversation_and_nothing_to_press(page: Open) -> None:
    with page(locale="en-GB", viewport={"width": 800, "height": 500}, color_scheme="dark") as visitor:
        for question in ("How many days do I have to return something?", "Do you ship abroad?", "How long does delivery take?"):
            visitor.ask(question)
        paper = pypdfium2.PdfDocument(visitor.page.pdf(format="A6"))
        assert len(paper) > 1
        text = " ".join(paper[number].get_textpage().get_text_bounded() for number in range(len(paper)))
        words = " ".join(text.split())
        paper.close()
        for said in ("How many days do I have", "30 days", "Do you ship abroad", "How long does delivery take"):
            assert said in words
        assert "New chat" not in words and "Ask me about" not in words and "You could also ask" not in words
