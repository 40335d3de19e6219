"""``python -m benchmarks tour``: the pictures of the README's tour, made anew from the real pages in a real Chromium.

A new shop loads a table in the console, a customer asks and opens the source, the owner changes a row and publishes it, and the
next customer hears it. Four pictures in each language go into ``benchmarks/pictures``.
"""

from __future__ import annotations

import argparse
import re
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.load import free_port, process
from bot.console.operator import texts_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).parent / "pictures"
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDE, PHONE = (1000, 600), (390, 600)
COLOURS = 96


class Shop(NamedTuple):
    """What is loaded and asked in one language."""

    locale: str
    name: str
    rows: tuple[tuple[str, str], ...]
    changed: tuple[str, str]
    asks: str

    def table(self, changed: bool) -> str:
        """The table as CSV; with the row that the owner changed."""
        rows = [
            self.changed if changed and question == self.changed[0] else (question, answer) for question, answer in self.rows
        ]
        return "\n".join(["question,answer", *(f'"{question}","{answer}"' for question, answer in rows), ""])


SHOPS = (
    Shop(
        "en-GB",
        "",
        (
            ("How long do I have to return something?", "You have 14 days from delivery to send an unused item back."),
            ("How much is delivery?", "£3.95, free from £40. It takes 2 to 3 working days."),
            ("Can I pay in instalments?", "Yes, from £100, in three parts without interest."),
        ),
        ("How long do I have to return something?", "You have 30 days from delivery to send an unused item back."),
        "how long have i got to send it back",
    ),
    Shop(
        "zh-CN",
        "-zh",
        (
            ("几天内可以退货？", "签收后 7 天内可以退货，商品要没有使用过。"),
            ("运费多少？", "8 元，满 99 元包邮，2–3 天送到。"),
            ("可以分期吗？", "可以，满 600 元分 3 期免手续费。"),
        ),
        ("几天内可以退货？", "签收后 15 天内可以退货，商品要没有使用过。"),
        "买了不合适几天能退",
    ),
)


def main(arguments: list[str]) -> int:
    """Makes the pictures, in both languages."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser("python -m benchmarks tour", description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures go")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser's program")
    options = parser.parse_args(arguments)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=SWITCHES)
        for shop in SHOPS:
            with TemporaryDirectory() as folder:
                tour(browser, shop, Path(folder), options.out)
        browser.close()
    return 0


def tour(browser: Browser, shop: Shop, folder: Path, out: Path) -> None:
    """The four steps in one language."""
    port = free_port()
    with process("bot", "serve", "--data", str(folder / "data"), "--port", str(port)) as server:
        assert server.stdout is not None
        said = next(line for line in server.stdout if " password " in line)
        url = f"http://127.0.0.1:{port}"
        console = browser.new_context(locale=shop.locale, viewport={"width": WIDE[0], "height": WIDE[1]}).new_page()
        console.set_default_timeout(60_000)
        sign_in(console, url, said)
        table = folder / ("shop-answers.csv" if shop.locale.startswith("en") else "店铺问答.csv")
        language = shop.locale[:2]
        publish(console, language, table, shop.table(changed=False), out / f"tour-1-load{shop.name}.png")
        page = ask(browser, url, shop, out / f"tour-2-ask{shop.name}.png")
        page.locator(".text .cite").first.click()
        page.locator(".source[open]").wait_for()
        page.wait_for_timeout(500)
        picture(page, out / f"tour-3-source{shop.name}.png")
        console.reload()
        publish(console, language, table, shop.table(changed=True), out / f"tour-4-change{shop.name}.png")
        ask(browser, url, shop, out / f"tour-5-live{shop.name}.png")


def sign_in(page: Page, url: str, said: str) -> None:
    """With the password that the first start printed."""
    found = re.search(r"user (\S+), password (\S+) ", said)
    assert found is not None
    page.goto(f"{url}/console")
    page.locator("input").nth(0).fill(found[1])
    page.locator("input[type=password]").fill(found[2])
    page.keyboard.press("Enter")
    page.locator(".figures dd").first.wait_for()


def publish(page: Page, language: str, table: Path, text: str, to: Path) -> None:
    """Uploads a table, takes the picture of its preview, and publishes it."""
    words = texts_of(language, "knowledge")
    table.write_text(text, "utf-8")
    page.get_by_role("tab", name=words["tab"], exact=True).click()
    page.locator("input[type=file][multiple]").set_input_files(table)
    page.get_by_text(table.stem).first.wait_for()
    page.get_by_role("button", name=words["preview"], exact=True).click()
    page.get_by_role("gridcell", name=table.name, exact=True).first.wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(800)
    page.get_by_role("button", name=words["preview"], exact=True).evaluate("button => button.scrollIntoView()")
    page.wait_for_timeout(300)
    picture(page, to)
    page.get_by_role("button", name=words["publish"], exact=True).click()
    page.get_by_text(words["load_done"].partition("{what}")[2]).first.wait_for()


def ask(browser: Browser, url: str, shop: Shop, to: Path) -> Page:
    """The chat page on a phone with the question answered."""
    page = browser.new_context(
        locale=shop.locale, viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True
    ).new_page()
    page.set_default_timeout(60_000)
    page.goto(url)
    page.get_by_role("textbox").first.fill(shop.asks)
    page.keyboard.press("Enter")
    page.locator(".turn:last-child .reply .foot").wait_for()
    page.wait_for_timeout(800)
    picture(page, to)
    return page


def picture(page: Page, to: Path) -> None:
    """A picture of what is seen, in few colours: some tens of kilobytes."""
    from PIL import Image

    seen = Image.open(BytesIO(page.screenshot()))
    seen.convert("RGB").quantize(COLOURS).save(to, optimize=True)
