"""The console on a telephone: every page fits its width, what a screen reader says is in the page's language, and all words
stand out, in the light and in the dark."""

from __future__ import annotations

from secrets import token_hex

import httpx
import pytest

from bot.commands.beside import open_users
from bot.console.console_page import PAGES
from bot.settings import load_settings
from tests.browser import axe_findings, chromium
from tests.served_shop import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMED_IN_ENGLISH = """[...document.querySelectorAll("button, input, textarea, svg g, div")]
    .map(each => each.getAttribute("aria-label") || "")
    .filter(name => /[a-z]{3}/i.test(name) && !/[\\u4e00-\\u9fff]/.test(name))"""
EDGE = """() => {
    const box = getComputedStyle(document.querySelector("input[type=radio]:not(:checked)"));
    const light = (color) => color.match(/\\d+/g).slice(0, 3)
        .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0.05);
    const [edge, ground] = [light(box.borderColor), light(box.backgroundColor)];
    return Math.max(edge, ground) / Math.min(edge, ground);
}"""
KEY = """[...document.querySelectorAll(".legend li")].map(each => each.getBoundingClientRect().right <= innerWidth)"""
FILTERS = "[...document.querySelectorAll('.filters .form > *')].map(each => each.getBoundingClientRect().top)"
SIDE = "document.querySelector('.bar').getBoundingClientRect().left"
COLUMNS = """[...document.querySelectorAll(".table-wrap")].filter(each => each.checkVisibility())
    .map(each => each.getBoundingClientRect().width / each.ariaColCount)"""
NARROWEST = 100
"""Pixels that a column of a table has on the average."""
PASSWORD, WIDTH = "a-long-password", 390
DESIGNS = {"en": {"Overview", "Gaps", "Ratings"}, "zh": {"概览", "知识缺口", "评价"}}
"""Pages with every kind of button, of figure and of note."""


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_every_page_fits_the_width_of_a_telephone_and_its_tables_keep_readable_columns(served: Served, language, scheme):
    somebody = token_hex(8)
    begun = httpx.post(f"{served.url}/api/v1/conversations").json()  # what nobody wrote in has no plot
    headers = {"Authorization": f"Bearer {begun['token']}", "Accept": "application/json"}
    said = {"json": {"text": "Hello!"}, "headers": headers, "timeout": 30}
    httpx.post(f"{served.url}/api/v1/conversations/{begun['id']}/messages", **said).raise_for_status()
    with open_users(load_settings(data=served.data)) as users:
        users.add(somebody, "owner", PASSWORD)
    device = {"viewport": {"width": WIDTH, "height": 844}, "is_mobile": True, "color_scheme": scheme}
    with chromium() as browser, browser.new_context(**device) as context:
        page = context.new_page()
        page.goto(f"{served.url}/console")
        page.locator("input").nth(0).fill(somebody)
        page.locator("input[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".figures dd")
        page.goto(f"{served.url}/console/{language}/")
        page.wait_for_selector(".figures dd")
        assert page.evaluate(KEY) == [True] * 4
        assert page.evaluate(SIDE) <= 16
        names = page.locator(".tab-container.visually-hidden button").all_text_contents()
        assert len(names) == len(PAGES)
        for name in map(str.strip, names):
            tab = page.locator(".tab-container:not(.visually-hidden)").get_by_role("tab", name=name, exact=True)
            if not tab.is_visible():
                page.locator(".overflow-menu > button").click()
                tab = page.locator(".overflow-dropdown button").get_by_text(name, exact=True)
            tab.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, name
            assert all(column >= NARROWEST for column in page.evaluate(COLUMNS)), name
            assert language == "en" or page.evaluate(NAMED_IN_ENGLISH) == [], name
            assert name not in DESIGNS[language] or axe_findings(page.main_frame) == [], name
            if page.locator(".filters").is_visible():
                assert len(set(page.evaluate(FILTERS))) == 4, "the search, and the choices two by two"
        assert page.evaluate(EDGE) >= 3
