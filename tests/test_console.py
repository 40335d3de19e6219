"""The console in a real browser: closed to strangers, open to users by their role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.commands.beside import open_users
from bot.serving.console_access import COOKIE
from bot.settings import load_settings
from tests.browser import chromium, give_files
from tests.served_shop import HOSTILE, Served

pytestmark = pytest.mark.browser
PASSWORD = "a-long-password"
WAITING = ".block:has(> .minimal:not(.hide))"
TURNING = "block => getComputedStyle(document.querySelector(block), '::before').animationName"
AXES = """[...document.querySelectorAll("svg.marks .role-axis-label text")]
    .map(each => each.textContent).filter(mark => /^\\d+[.,]\\d+$/.test(mark))"""
"""What stands on the plots' axes and is no whole number."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def people(served: Served) -> None:
    with open_users(load_settings(data=served.data)) as users:
        users.add("ada", "owner", PASSWORD)
        users.add("guy", "agent", PASSWORD)


@pytest.fixture(scope="module")
def asked(served: Served) -> None:
    api = f"{served.url}/api/v1/conversations"
    begun = httpx.post(api).json()
    headers = {"Authorization": f"Bearer {begun['token']}", "Accept": "application/json"}
    for text in (f"Can you engrave a pot? {HOSTILE}", "How many days do I have to return something?"):
        httpx.post(f"{api}/{begun['id']}/messages", json={"text": text}, headers=headers, timeout=30).raise_for_status()


def ask(served: Served, text: str) -> dict[str, Any]:
    api = f"{served.url}/api/v1/conversations"
    begun = httpx.post(api).json()
    headers = {"Authorization": f"Bearer {begun['token']}", "Accept": "application/json"}
    reply: dict[str, Any] = httpx.post(f"{api}/{begun['id']}/messages", json={"text": text}, headers=headers, timeout=30).json()
    return reply


def signed_in(browser: Browser, served: Served, name: str, language: str = "en-GB") -> Page:
    page = browser.new_context(locale=language).new_page()
    page.goto(f"{served.url}/console")
    page.get_by_label("Name" if language == "en-GB" else "用户名").fill(name)
    page.get_by_label("Password" if language == "en-GB" else "密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".figures dd").first).to_be_visible()
    return page


@pytest.mark.parametrize(
    "path", ["/console/en/", "/console/zh/gradio_api/info", "/console/en/config", "/api/v1/admin/anything"]
)
def test_nothing_of_the_console_is_open_to_strangers(served, people, path):
    assert httpx.get(served.url + path).status_code == 401
    upload = httpx.post(f"{served.url}/console/en/gradio_api/upload", files={"files": b"x"})
    assert upload.status_code == 401
    led = httpx.get(served.url + path, headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["location"]) == (303, "/console/login")


def test_the_first_start_makes_an_owner_and_shows_the_password_once(served):
    assert "/console, user owner, password " in served.said


@pytest.mark.slow
def test_an_owner_reads_conversations_makes_one_a_test_and_closes_a_gap(browser, served, people, asked):
    page = signed_in(browser, served, "ada")
    expect(page.locator("svg.marks").first).to_be_visible()
    assert page.evaluate(AXES) == []
    page.get_by_role("tab", name="Conversations").click()
    page.get_by_role("gridcell", name="Can you engrave").first.click()
    expect(page.locator(".conversation .customer").first).to_contain_text("<img src=x")
    words, correction = page.locator(".conversation").bounding_box(), page.get_by_label("Right intent").bounding_box()
    assert words and correction and words["y"] < correction["y"], "what was said stands before what corrects it"
    assert page.title() != "taken"
    page.get_by_role("button", name="Make a test of this conversation").click()
    expect(page.get_by_text("is among the tests now")).to_be_visible()
    page.get_by_role("tab", name="Tests").click()
    page.get_by_role("button", name="Run all").click()
    expect(page.get_by_text("1 of 1 passed")).to_be_visible()

    page.get_by_role("tab", name="Gaps").click()
    page.get_by_role("gridcell", name="engrave").first.click()
    answer = page.get_by_role("textbox", name="Answer")
    expect(page.get_by_role("button", name="Preview on past questions")).to_be_disabled()
    expect(page.locator(".about")).to_contain_text("engrave")
    page.get_by_role("textbox", name="Question").fill("How long does delivery take?")
    page.get_by_role("button", name="The documents").click()
    expect(answer).to_have_value("Standard delivery takes 2 to 4 days.")
    expect(page.get_by_text("Drafted from: the documents (files/faq.csv)")).to_be_visible()
    page.get_by_role("textbox", name="Question").fill("Can you engrave a pot?")
    answer.fill("Yes, we engrave a pot for 5 CNY.")
    expect(page.get_by_role("button", name="Approve and publish")).to_be_disabled()
    held: list[Route] = []
    page.route("**/queue/data*", lambda route: held.append(route))
    page.get_by_role("button", name="Preview on past questions").click()
    expect(page.locator(WAITING).first).to_be_visible()
    assert page.evaluate(TURNING, WAITING) == "turning"
    for _ in range(100):  # the page waits from the press on, its request comes a moment later
        if held:
            break
        page.wait_for_timeout(50)
    held[0].continue_()
    page.unroute("**/queue/data*")
    expect(page.get_by_text("now answered: 1")).to_be_visible()
    expect(page.locator(WAITING)).to_have_count(0)
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text(re.compile("[01] of the 1 ways in which customers put it find"))).to_be_visible()
    reply = ask(served, "Can you engrave a pot?")
    assert "5 CNY" in reply["text"]
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Undone; the entry is as it was before: proposed.")).to_be_visible()
    assert ask(served, "Can you engrave a pot?")["abstained"]
    page.context.close()


@pytest.mark.slow
def test_an_owner_previews_a_file_publishes_it_asks_and_rolls_back(browser, served, people, tmp_path):
    page = signed_in(browser, served, "ada")
    page.get_by_role("tab", name="Knowledge").click()
    rows = "question,answer\nDo you mend lids?,We mend lids for 7 CNY.\nDo you ship abroad?,No.\n"
    (tmp_path / "repairs.csv").write_text(rows, "utf-8")
    for name in ("Preview", "Into a draft", "Publish", "Publish the draft", "Discard the draft", "Go back to this version"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    give_files(page, [tmp_path / "repairs.csv"])
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("gridcell", name="conflicting", exact=True)).to_be_visible()
    assert ask(served, "Do you mend lids?")["abstained"]

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("gridcell", name="uploads/repairs.csv").first).to_be_visible()
    assert "7 CNY" in ask(served, "Do you mend lids?")["text"]
    page.get_by_label("Version").last.fill("1")
    page.get_by_role("button", name="Go back to this version").click()
    expect(page.get_by_text("Version 1 is live again.")).to_be_visible()
    assert ask(served, "Do you mend lids?")["abstained"]
    page.context.close()


def add_and_remove_a_colleague(page: Page, served: Served) -> None:
    page.get_by_role("tab", name="人员").click()
    name, told = page.get_by_role("textbox", name="用户名"), page.locator(".result textarea:visible")
    name.fill("mia")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(told).to_have_value(re.compile(rf"^mia 的密码是 \S+，只显示这一次。登录地址：{served.url}/console$"))
    password = told.input_value().split()[2].partition("，")[0]
    form = {"name": "mia", "password": password}
    assert httpx.post(f"{served.url}/console/login", data=form).cookies.get(COOKIE)
    name.fill("ada")
    page.get_by_role("gridcell", name="mia", exact=True).click()
    expect(name).to_have_value("mia")
    page.get_by_label("角色").last.click()
    page.get_by_role("option", name="编辑").click()
    page.get_by_role("button", name="更改角色").click()
    expect(told).to_have_value("mia 现在是编辑。")
    page.get_by_role("button", name="重设密码").click()
    expect(told).to_have_value(re.compile("^mia 的密码是 "))
    assert httpx.post(f"{served.url}/console/login", data=form).cookies.get(COOKIE) is None
    page.get_by_role("button", name="删除", exact=True).last.click()
    expect(told).to_have_value("mia 已删除，并已退出登录。")
    expect(page.get_by_role("gridcell", name="移除用户")).to_be_visible()


@pytest.mark.slow
def test_an_owner_adds_a_site_and_a_colleague_in_chinese(browser, served, people):
    page = signed_in(browser, served, "ada", "zh-CN")
    page.get_by_role("tab", name="网站与聊天窗").click()
    page.get_by_label("来源地址，每行一个").fill("https://shop.example")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text("/widget.js")
    add_and_remove_a_colleague(page, served)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码")).to_be_visible()
    page.goto(f"{served.url}/console/zh/")
    expect(page.get_by_label("密码")).to_be_visible()
    page.context.close()


@pytest.mark.slow
def test_an_owner_changes_the_shops_voice_and_customers_hear_it_at_once(browser, served, people):
    page = signed_in(browser, served, "ada")
    page.get_by_role("tab", name="Settings").click()
    phone = page.get_by_label("Phone for customers")
    phone.fill("+49 30 555 0199")
    page.get_by_role("button", name="Save the voice").click()
    expect(page.get_by_text("Saved: it counts from the next message on.")).to_be_visible()
    assert "+49 30 555 0199" in ask(served, "How can I reach you?")["text"]
    page.context.close()


@pytest.mark.slow
def test_an_agent_may_not_change_sites(browser, served, people):
    page = signed_in(browser, served, "guy")
    page.get_by_role("tab", name="Sites and widget").click()
    page.get_by_label("Origins, one a line").fill("https://evil.example")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your role may not do this")).to_be_visible()
    page.context.close()


def test_a_wrong_password_is_told_kindly_and_may_not_be_tried_often(served, people):
    form = {"name": "somebody", "password": "wrong-password"}
    answers = [httpx.post(f"{served.url}/console/login?lang=zh", data=form) for _ in range(11)]
    assert answers[0].status_code == 401
    assert "用户名或密码不正确" in answers[0].text
    assert answers[-1].status_code == 429
    assert "尝试次数过多" in answers[-1].text


def test_the_shops_programs_read_figures_conversations_and_gaps_once_signed_in(served, people, asked):
    with open_users(load_settings(data=served.data)) as users:
        token = users.sign_in("guy", PASSWORD)
    with httpx.Client(base_url=f"{served.url}/api/v1/admin", cookies={COOKIE: token}, timeout=30) as admin:
        figures = admin.get("/figures", params={"days": 7}).json()
        assert sum(figures["intents"].values()) == figures["turns"] > 0
        by_channel = [
            admin.get("/figures", params={"days": 7, "channel": one}).json()["turns"] for one in ("site", "page", "api")
        ]
        assert sum(by_channel) == figures["turns"] > max(by_channel[0], by_channel[1])
        assert admin.get("/figures", params={"channel": "fax"}).status_code == 422
        [found] = admin.get("/conversations", params={"text": "onerror"}).json()
        turns = admin.get(f"/conversations/{found['id']}").json()
        assert [turn["turn"] for turn in turns] == [1, 2]
        assert admin.get("/gaps").json()
        assert admin.get("/conversations/none").status_code == 404
        assert admin.get("/figures", params={"days": 0}).status_code == 422
    assert httpx.get(f"{served.url}/api/v1/admin/figures").status_code == 401


@pytest.mark.slow
def test_insight_is_read_at_the_press_of_a_button_and_a_row_opens_its_quotes(served, people, browser):
    wish = f"I wish there was a green teapot {HOSTILE}"
    ask(served, wish)
    page = signed_in(browser, served, "ada")
    page.get_by_role("tab", name="Insight", exact=True).click()
    page.get_by_role("button", name="Read now").click()
    expect(page.get_by_text("chat messages").first).to_be_visible(timeout=20_000)
    page.get_by_role("gridcell", name="green teapot").first.click()
    expect(page.locator("blockquote", has_text="green teapot").first).to_contain_text("<img src=x")
    assert page.title() != "taken"
    page.get_by_role("textbox", name="Question").last.fill("Is there a green teapot?")
    page.get_by_role("textbox", name="Answer").last.fill("A green teapot comes in May.")
    page.get_by_role("button", name="Propose the FAQ entry").click()
    expect(page.get_by_text("Proposed: approve it on the page of gaps.")).to_be_visible()
    expect(page.get_by_text("choose it here, or open a line about it")).to_be_visible()
    expect(page.get_by_role("button", name="Draft copy for the product")).to_be_disabled()
    page.context.close()


@pytest.mark.slow
def test_the_market_brief_is_made_at_the_press_of_a_button(served, people, browser):
    page = signed_in(browser, served, "ada")
    page.get_by_role("tab", name="Market", exact=True).click()
    page.get_by_role("button", name="Make the brief").click()
    expect(page.get_by_text("No competitor feed was given").first).to_be_visible(timeout=20_000)
    page.get_by_label("Addresses of feeds or product pages").fill("rival.example")
    page.get_by_role("button", name="Make the brief").click()
    expect(page.get_by_text("'rival.example' is no address")).to_be_visible()
    page.context.close()


@pytest.mark.slow
def test_texts_campaigns_and_messages_are_made_in_chinese(served, people, browser):
    page, other = (signed_in(browser, served, "ada", "zh-CN") for _ in range(2))
    told = page.locator(".toast-message-text")
    page.get_by_role("tab", name="文案").click()
    page.get_by_label("查找商品").fill("紫砂")
    expect(page.get_by_label("商品", exact=True)).to_have_value("紫砂壶（TP-2）")
    page.get_by_label("优惠截止日（可不填）").fill("明年")
    page.get_by_role("button", name="生成文案").click()
    expect(told.first).to_have_text("优惠截止日不能是 '明年'：要写成 2026-12-31 这样的日期。")
    page.get_by_label("优惠截止日（可不填）").fill("2026-12-31")
    page.get_by_role("combobox", name="类型").click()
    page.get_by_role("option", name="广告").click()
    page.get_by_role("button", name="生成文案").click()
    expect(page.locator(".difference").first).to_contain_text("草稿")
    box = page.get_by_role("textbox", name=re.compile("文案 [0-9]"))
    box.fill(f"第一品牌。{box.input_value()}")
    page.get_by_role("button", name="保存我的修改").click()
    expect(page.locator(".difference del").first).to_be_visible()
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.locator(".difference .note").first).to_contain_text("批准")
    other.get_by_role("tab", name="文案").click()  # written since this page was opened
    expect(other.get_by_role("gridcell", name="TP-2").first).to_be_visible()
    other.context.close()

    page.get_by_role("tab", name="活动").click()
    page.get_by_label("保存为").fill("六月")
    page.get_by_role("button", name="起草方案").click()
    expect(page.locator(".plan")).to_contain_text("位顾客")
    page.get_by_role("button", name="保存方案").click()
    expect(page.get_by_role("gridcell", name="六月")).to_be_visible()
    page.get_by_role("textbox", name=re.compile("名称")).fill("hello")
    page.get_by_role("button", name="保存草稿").click()
    expect(told.filter(has_text="什么也不显示")).to_be_visible()
    for name, words in (("A", "您好呀！"), ("B", "您好。")):
        row = page.get_by_role("row").filter(has=page.get_by_role("gridcell", name=name, exact=True))
        cell = row.get_by_role("gridcell").nth(2)
        cell.dblclick()
        cell.get_by_role("textbox").fill(words)
        page.keyboard.press("Enter")
        expect(cell).to_contain_text(words)
    page.get_by_role("combobox", name="方式").click()
    page.get_by_role("option", name="自适应").click()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("gridcell", name="草稿").first).to_be_visible()
    page.get_by_role("button", name="开始", exact=True).click()
    expect(page.locator("h4:visible")).to_have_text("hello · 版本 1 · 进行中")
    for visitor in range(40):
        httpx.get(f"{served.url}/api/v1/experiments/greeting", params={"visitor": f"visitor-{visitor}"}).raise_for_status()
    page.get_by_role("gridcell", name="hello").first.click()
    expect(page.locator("svg.intervals")).to_be_visible()
    page.get_by_role("button", name="结束实验").click()
    expect(page.locator("h4:visible")).to_have_text("hello · 版本 1 · 已结束")

    page.get_by_role("tab", name="回访").click()
    page.get_by_role("button", name="预览，不发送").click()
    expect(page.get_by_text("现在没有需要发消息的顾客：")).to_be_visible()
