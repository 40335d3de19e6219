"""The widget when things go wrong: lost connections, refusals, hostile words; and when people of the shop take part."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.api_server import Customer
from tests.served_shop import HOSTILE
from tests.takeover_client import Agent, link_of
from tests.widget_visit import DAYS, RETURNS, Mall, citation, product, server_events

pytestmark = pytest.mark.browser
PAYLOADS = (
    HOSTILE,
    "<svg onload=taken()><iframe srcdoc='<script>parent.taken()</script>'></iframe><math><mtext></mtext></math>",
    "[click](javascript:taken()) [click](https://evil.example/x) <https://evil.example/y> https://evil.example/z",
    "![p](https://evil.example/p.png) [r][1] ![r][1]\n\n[1]: https://evil.example/r 'onmouseover=taken()'",
    "<a href='https://evil.example' style='position:fixed'>x</a> <form action=https://evil.example><input name=q></form>",
    "`<img src=x onerror=taken()>`\n\n```html\n<img src=x onerror=taken()>\n```\n<style>@import 'https://evil.example/s.css'</style>",
    "[a](data:text/html,<script>taken()</script>) [b](vbscript:x) [c](//evil.example) &#60;img src=x onerror=taken()&#62;",
)
MAY_LINK = "https://shop.example/returns"


def test_a_broken_stream_is_picked_up_where_it_broke(mall: Mall) -> None:
    resumed: list[str | None] = []

    def cut(route: Route) -> None:
        whole = route.fetch()
        frames = whole.text().split("\n\n")
        until = next(n for n, frame in enumerate(frames) if frame.startswith("event: token"))
        route.fulfill(response=whole, body="\n\n".join(frames[: until + 1]) + "\n\nevent: tok")

    def look(route: Route) -> None:
        resumed.append(route.request.headers.get("last-event-id"))
        route.continue_() if len(resumed) > 1 else route.abort()

    with mall.visit() as shopper:
        shopper.page.route("**/messages", cut, times=1)
        shopper.page.route("**/messages/1/events", look)
        shopper.open()
        expect(shopper.ask(RETURNS).locator(".text")).to_have_text(re.compile(f"{DAYS} of delivery ?1\\.\\s*$"))
        assert len(resumed) == 2 and all(re.fullmatch(r"1\.\d+", place or "") for place in resumed)


def test_an_answer_that_the_server_lost_is_asked_for_again(mall: Mall) -> None:
    begun = {"Content-Type": "text/event-stream", "Location": "/api/v1/conversations/c/messages/1/events"}
    half = server_events(("token", "1.1", {"text": "Half of it", "reset": False}))
    broken = server_events(("error", "1.error", {"status": 503, "message": "The assistant cannot answer just now."}))
    with mall.visit() as shopper:
        shopper.open()
        shopper.page.route("**/messages", lambda route: route.fulfill(status=200, headers=begun, body=half), times=1)
        expect(shopper.ask(RETURNS).locator(".text")).to_have_text(re.compile(r"^You can return .* delivery ?1\.\s*$"))
        shopper.page.route("**/messages", lambda route: route.fulfill(status=200, headers=begun, body=half + broken), times=1)
        shopper.box.fill("Do you issue invoices?")
        shopper.box.press("Enter")
        expect(shopper.chat.get_by_role("alert")).to_contain_text("The answer did not come. Your message is kept.")
        shopper.button("Try again").click()
        expect(shopper.answered("Do you issue invoices?").locator(".text")).to_have_text(re.compile("^Yes, we send"))
        shopper.ask("Goodbye!")
        expect(shopper.chat.locator(".csat")).to_be_visible()


@pytest.mark.slow
def test_a_message_that_cannot_be_sent_is_kept_over_a_reload_and_sent_once(mall: Mall) -> None:
    keys: list[str | None] = []
    with mall.visit() as shopper:
        shopper.open()
        shopper.page.route("**/messages", lambda route: (keys.append(route.request.headers["idempotency-key"]), route.abort()))
        shopper.box.fill(RETURNS)
        shopper.box.press("Enter")
        failed = shopper.chat.get_by_role("alert")
        expect(failed).to_contain_text("The connection was lost. Your message is kept.")
        assert shopper.heard("error")[-1]["code"] == "lost"
        shopper.box.fill("Do you issue invoices?")
        shopper.box.press("Enter")
        expect(failed).to_have_count(2)
        shopper.page.unroute("**/messages")
        shopper.page.reload()
        expect(shopper.chat.locator(".question")).to_have_text([RETURNS, "Do you issue invoices?"])
        shopper.button("Try again").click()
        expect(failed).to_have_count(1)
        with shopper.page.expect_request(lambda request: request.method == "POST") as sent:
            shopper.button("Try again").click()
        expect(failed).to_have_count(0)
        assert sent.value.headers["idempotency-key"] == keys[0]
        shopper.page.reload()
        expect(shopper.chat.locator(".reply")).to_have_count(2)
        expect(shopper.chat.locator(".question")).to_have_count(2)


def test_offline_it_says_so_and_sends_when_it_is_back(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.open()
        shopper.page.context.set_offline(True)
        expect(shopper.chat.get_by_text("You are offline.")).to_be_visible()
        shopper.box.fill(RETURNS)
        shopper.box.press("Enter")
        expect(shopper.chat.get_by_role("alert")).to_contain_text("Not sent yet.")
        shopper.page.context.set_offline(False)
        expect(shopper.answered(RETURNS).locator(".text")).to_contain_text(DAYS)


def test_a_refusal_says_when_to_try_again_and_an_ended_conversation_begins_anew(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.open()
        shopper.ask(RETURNS)
        busy = {"status": 429, "headers": {"Retry-After": "20"}, "body": "{}"}
        shopper.page.route("**/messages", lambda route: route.fulfill(**busy))
        shopper.box.fill("Do you issue invoices?")
        shopper.box.press("Enter")
        expect(shopper.chat.get_by_role("button", name=re.compile(r"Try again in \d+ s"))).to_be_disabled()
        shopper.page.unroute("**/messages")
        shopper.page.route("**/messages", lambda route: route.fulfill(status=404, body="{}"), times=1)
        shopper.ask("Which payment methods do you accept?")
        expect(shopper.chat.locator(".note")).to_have_text("The last conversation has ended; this is a new one.")
        expect(shopper.chat.locator(".question")).to_have_count(1)


def test_hostile_words_do_nothing_wherever_they_come_from(mall: Mall) -> None:
    taken = "window.taken=()=>{document.title='taken'};"
    words = "\n\n".join(PAYLOADS)
    hostile_tag = 'data-greeting="<img src=x onerror=taken()>" data-label="<b onclick=taken()>x</b>"'
    with mall.visit(hostile_tag, script=taken + "window.heard=[];shopdesk('on','add_to_cart',()=>true);") as shopper:
        shopper.open()
        expect(shopper.chat.locator(".hello")).to_have_text("<img src=x onerror=taken()>")
        for payload in PAYLOADS[:2]:
            shopper.ask(payload)
            expect(shopper.chat.locator(".question").last).to_have_text(payload)
        events = server_events(
            ("agent_joined", "1", {"name": HOSTILE}),
            ("agent_message", "2", {"id": 2, "name": HOSTILE, "text": words, "at": "2026-11-22T08:00:00Z"}),
        )
        stream = {"status": 200, "headers": {"Content-Type": "text/event-stream"}, "body": events}
        shopper.page.route("**/c*/*/events", lambda route: route.fulfill(**stream))
        shopper.will_hear(
            text=f"{words}\n\n[ours]({MAY_LINK}) [1] [7]",
            citations=[
                citation(title=HOSTILE, quote=words, url=MAY_LINK),
                citation(n=2, title="x", url="javascript:taken()"),
            ],
            products=[
                product(title=HOSTILE, why=words, url="javascript:taken()", image="https://evil.example/i.png"),
                product(sku="<b>", title="x" * 300, currency="<i>", url="data:text/html,x", image="javascript:taken()"),
            ],
            follow_ups=[HOSTILE],
            handover={"reason": HOSTILE},
        )
        shopper.ask("anything")
        expect(shopper.chat.locator(".agent .words")).to_have_text(words)
        shopper.chat.locator(".source").first.click()
        expect(shopper.chat.get_by_role("dialog").locator("blockquote")).to_have_text(words)
        shopper.chat.get_by_role("dialog").locator(".tool").click()
        shopper.chat.locator(".source").nth(1).click()
        expect(shopper.chat.get_by_role("dialog").get_by_role("link")).to_have_count(0)
        frame = shopper.page.frames[-1]
        links = "[...document.querySelectorAll('a, area, form[action], base')].map(link => link.getAttribute('href'))"
        assert set(frame.evaluate(links)) == {MAY_LINK}
        odd = (
            "img, script:not([src^='/widget/']), iframe, style, object, embed, [onerror], [onload], .text [style], .text input"
        )
        assert frame.evaluate(f"document.querySelectorAll({odd!r}).length") == 0
        assert (shopper.page.title(), frame.title()) == ("The shop", "Chat")
        assert (shopper.errors, mall.foreign(shopper.requests)) == ([], [])


def test_people_of_the_shop_come_speak_and_go(mall: Mall) -> None:
    with mall.visit() as shopper:
        shopper.open()
        with shopper.page.expect_response("**/handover") as called:
            shopper.choose("Talk to a person")
        conversation = called.value.url.split("/")[-2]
        notes, title = shopper.chat.locator(".note"), shopper.chat.locator(".bar h1")
        expect(notes).to_contain_text(["A person has been called."])
        expect(notes.first).to_contain_text("help@norrvik.example")
        anna = Agent(mall.api.http, link_of(mall.api, Customer(mall.api.http, conversation, "")), "Anna")
        anna.take()
        expect(title).to_have_text("Anna")
        anna.say("Hello, <b>Anna</b> here.")
        said = shopper.chat.locator(".agent")
        expect(said).to_contain_text("Hello, <b>Anna</b> here.")
        turn = shopper.ask(RETURNS)
        expect(turn.locator(".reply, .feedback, .typing")).to_have_count(0)

        shopper.page.reload()
        expect(title).to_have_text("Anna")
        expect(said).to_have_count(1)
        expect(notes).to_contain_text(["A person has been called.", "Anna has joined"])
        shopper.command("close")
        anna.say("Still there?")
        expect(shopper.page.locator("shopdesk-widget .badge")).to_have_text("1")
        shopper.open()
        expect(said).to_have_count(2)
        anna.release()
        expect(notes.last).to_have_text("Anna has left; the assistant is back")
        expect(title).to_have_text("Dora · Norrvik Outdoor")
        expect(shopper.chat.locator(".csat")).to_be_visible()
        assert [one["role"] for one in shopper.heard("message")] == ["agent"]


def test_a_customer_whom_nobody_answers_leaves_an_address(mall: Mall) -> None:
    nobody = server_events(("agent_unavailable", "99", {"text": "Nobody is here just now.", "contact": {}}))
    stream = {"status": 200, "headers": {"Content-Type": "text/event-stream"}, "body": nobody}
    with mall.visit() as shopper:
        shopper.open()
        shopper.page.route("**/conversations/*/events", lambda route: route.fulfill(**stream), times=1)
        with shopper.page.expect_response("**/handover") as called:
            shopper.choose("Talk to a person")
        expect(shopper.chat.get_by_text("Nobody is here just now.")).to_be_visible()
        shopper.chat.get_by_role("textbox", name="Your e-mail address").fill("lin@example.com")
        shopper.button("Leave it").click()
        expect(shopper.chat.get_by_text("Thank you. You will get an answer by e-mail.")).to_be_visible()
        handover = mall.api.shopdesk.handovers.current(called.value.url.split("/")[-2])
        assert handover is not None and handover.email == "lin@example.com"
