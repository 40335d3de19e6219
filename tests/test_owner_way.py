"""The main way of an owner in a real browser: first start, upload, preview, publish, ask, see the source, take it back."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import httpx
import openpyxl
import pytest
from playwright.sync_api import Page, expect
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

import bot
from bot.store.database import open_database
from bot.store.knowledge import SqlLedger
from tests.browser import chromium, give_files, visit
from tests.served_shop import Served, load_shop, serving

pytestmark = pytest.mark.slow

ASKED = [
    ("zh-CN", "茶壶可以刻字吗？", "15元", "刻字.csv"),
    ("en-GB", "How much does express delivery cost?", "12 CNY", "delivery.docx"),
    ("en-GB", "How long is the warranty of the kettle?", "36 months", "warranty.pdf"),
    ("en-GB", "Do you offer gift wrapping?", "6 CNY", "services.xlsx"),
    ("zh-CN", "门店几点开门？", "九点", "services.xlsx"),
    ("en-GB", "How do I descale the kettle?", "citric acid", "care.md"),
]
"""In which language something is asked, what the answer says, and the file that it is from."""


def write_files(folder: Path) -> list[Path]:
    folder.mkdir()
    text = io.StringIO()
    csv.writer(text).writerows([("问题", "答案"), ("茶壶可以刻字吗？", "可以，刻字每件收费15元，三天内完成。")])
    (folder / "刻字.csv").write_bytes(text.getvalue().encode("gb18030"))
    document = docx.Document()
    document.add_heading("Delivery", 1)
    document.add_paragraph("Express delivery costs 12 CNY and takes one working day.")
    document.save(str(folder / "delivery.docx"))
    words = "The warranty of the kettle is 36 months from the day of purchase."
    SimpleDocTemplate(str(folder / "warranty.pdf")).build([Paragraph(words, getSampleStyleSheet()["Normal"])])
    book = openpyxl.Workbook()
    for sheet, rows in (
        (book.active, [("question", "answer"), ("Do you offer gift wrapping?", "Yes, gift wrapping costs 6 CNY.")]),
        (book.create_sheet("门店"), [("问题", "答案"), ("门店几点开门？", "门店早上九点开门。")]),
    ):
        assert sheet is not None
        for row in rows:
            sheet.append(row)
    book.save(folder / "services.xlsx")
    (folder / "care.md").write_text("# Care\n\nTo descale the kettle, boil water with 20 g of citric acid.\n", "utf-8")
    return sorted(folder.iterdir())


def sign_in(page: Page, served: Served) -> None:
    """With the password that the first start printed."""
    said = re.search(r"user (\S+), password (\S+) ", served.said)
    assert said is not None
    page.goto(f"{served.url}/console")
    page.get_by_label("Name").fill(said[1])
    page.get_by_label("Password").fill(said[2])
    page.keyboard.press("Enter")
    expect(page.locator(".figures dd").first).to_be_visible(timeout=60_000)


def look_around(page: Page) -> None:
    """What an empty shop tells on each page whose figures are made by a button, and that it draws nothing of them."""
    for tab, button, words in (
        ("Insight", "Read now", "Nothing to read yet: load reviews"),
        ("Customers", "Read the customers", "No customers yet: load customers"),
        ("Market", "Make the brief", "No competitor feed was given"),
        ("Campaigns", "Draft a plan", "load a catalogue with prices and stock"),
        ("Knowledge", "Check the knowledge for faults", "so there was nothing to check"),
    ):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(words)).to_be_visible()
        assert page.locator(".vega-embed:visible").count() == 0, tab
    page.reload()


def publish(page: Page, files: Sequence[Path]) -> None:
    page.get_by_role("tab", name="Knowledge", exact=True).click()
    expect(page.get_by_text("No version yet: every load makes one")).to_be_visible()
    give_files(page, files)
    page.get_by_role("button", name="Preview").click()
    for name in ("刻字.csv", "services.xlsx"):
        expect(page.get_by_role("gridcell", name=name, exact=True).first).to_be_visible(timeout=60_000)
    expect(page.get_by_label("new (6)")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("is loaded.")).to_be_visible(timeout=60_000)


@pytest.mark.browser
def test_an_owner_starts_uploads_five_formats_asks_and_takes_them_back_with_one_click(tmp_path: Path) -> None:
    files = write_files(tmp_path / "files")
    with serving(tmp_path / "data") as served, chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        sign_in(page, served)
        expect(page.get_by_text("The way to the first answer")).to_be_visible()
        look_around(page)
        publish(page, files)
        for locale, question, answer, source in ASKED:
            with visit(browser, served.url, locale=locale) as visitor:
                expect(visitor.page.locator(".starters, .follow-ups .ask").first).to_be_visible()  # no page of an empty shop
                reply = visitor.ask(question)
                expect(reply).to_contain_text(answer)
                reply.locator(".text .cite").first.click()
                expect(reply.locator(".source[open] .document")).to_contain_text(source)
                assert visitor.errors == []

        page.get_by_role("button", name="Undo the last change").click()
        expect(page.get_by_text("are taken back.")).to_be_visible(timeout=60_000)
        page.goto(served.url)
        expect(page.get_by_text("Nothing is loaded yet")).to_be_visible()
        page.goto(f"{served.url}/console")
        page.get_by_role("tab", name="Knowledge", exact=True).click()
        page.get_by_role("gridcell", name="loaded uploads/care.md").click()
        expect(page.get_by_label("Version").last).to_have_value("1")
        page.get_by_role("button", name="Go back to this version").click()
        expect(page.get_by_text("Version 1 is live again.")).to_be_visible(timeout=60_000)
        with visit(browser, served.url, locale="zh-CN") as visitor:
            expect(visitor.ask("茶壶可以刻字吗？")).to_contain_text("15元")


def test_a_load_that_was_killed_is_finished_by_the_next_server_with_nobody_asking(tmp_path: Path) -> None:
    data, table = tmp_path / "data", tmp_path / "parts.csv"
    load_shop(data, tmp_path / "files")
    rows = [(f"How long is the warranty of part {number}?", f"It is {number + 100} months.") for number in range(1500)]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("question", "answer"), *rows])
    child = subprocess.Popen([sys.executable, "-m", "bot", "load", str(table), "--data", str(data)], stdout=subprocess.DEVNULL)
    engine = open_database(f"sqlite:///{data / 'shopdesk.db'}")
    wait_for(lambda: 0 < SqlLedger(engine).counts().pending < 1400)
    child.kill()
    child.wait()
    assert SqlLedger(engine).state().stage is not None and SqlLedger(engine).counts().chunks < 1500

    with serving(data) as served:
        assert httpx.get(f"{served.url}/api/v1/health").is_success
        wait_for(lambda: SqlLedger(engine).state().stage is None)
    counts = SqlLedger(engine).counts()
    engine.dispose()
    assert counts.pending == counts.staged == 0 and counts.chunks > 1500
    with bot.open(data) as shopdesk:
        found = shopdesk.search("How long is the warranty of part 1234?", 3)
    assert "It is 1334 months." in [hit["text"] for hit in found]


def wait_for(reached: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.05)
