"""``python -m benchmarks widget``: time from the click on the widget's launcher to a chat that can be typed in.

A page of the demo shop in a real Chromium without a window, on the server's own site; every visit is a new visitor's, with
nothing in the cache. Half of the visitors click at once, which no hand can; the others have their pointer on the launcher for
``--hover`` milliseconds first, in which the widget fetches the chat's files. The time is taken twice: outside the browser, so
that it holds what driving the browser costs ("opened again" is little else), and in the page, from the click that it hears to
the focus that the chat's frame hears.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.load import percentiles, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


LISTEN = """
const top = parent === window, heard = (event) => { window.heardAt ??= performance.timeOrigin + performance.now(); };
addEventListener(top ? "click" : "focusin", (event) => { if (top || event.target.tagName === "TEXTAREA") heard(event); }, true);
"""
IN_PAGE = "() => document.querySelector('shopdesk-widget').shadowRoot.querySelector('iframe').contentWindow.heardAt - heardAt"


class Visit(NamedTuple):
    """Milliseconds from the click to the focused box of a new visitor's chat: outside, in the page; and when opened again."""

    first: float
    in_page: float
    again: float


def visit(browser: Browser, address: str, hover_ms: float = 0.0) -> Visit:
    """One new visitor, who opens the chat, closes it and opens it again."""
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.goto(address, wait_until="load")
    launcher, chat = page.locator("shopdesk-widget .launcher"), page.frame_locator("shopdesk-widget iframe")
    launcher.wait_for()
    if hover_ms:
        launcher.hover()
        page.wait_for_timeout(hover_ms)
    taken = []
    for _ in range(2):
        launcher.wait_for()
        start = time.perf_counter()
        launcher.click()
        chat.locator("textarea:focus").wait_for()
        taken.append((time.perf_counter() - start) * 1000)
        page.keyboard.press("Escape")
    in_page = float(page.evaluate(IN_PAGE))
    context.close()
    return Visit(taken[0], in_page, taken[1])


def main(arguments: list[str]) -> int:
    """Prints the percentiles of the times."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser("python -m benchmarks widget", description=__doc__)
    parser.add_argument("--visits", type=int, default=20, help="new visitors of each kind, after one not counted (default: 20)")
    parser.add_argument("--hover", type=float, default=300, help="milliseconds of the pointer on the launcher (default: 300)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser's program")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    at_once, hovered = [], []
    with TemporaryDirectory() as folder, served(Path(folder) / "data", "--demo") as (port, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=SWITCHES)
        address = f"http://127.0.0.1:{port}/demo-store"
        for _ in range(options.visits + 1):
            at_once.append(visit(browser, address))
            hovered.append(visit(browser, address, options.hover))
        browser.close()
    times = {
        "first opened": [one.first for one in at_once[1:]],
        "first opened, in the page": [one.in_page for one in at_once[1:]],
        "first opened after a hover": [one.first for one in hovered[1:]],
        "first opened after a hover, in the page": [one.in_page for one in hovered[1:]],
        "opened again": [one.again for one in (*at_once[1:], *hovered[1:])],
    }
    figures = {f"{name}: {p}": value for name, group in times.items() for p, value in percentiles(group).items()}
    print(json.dumps(figures, indent=2) if options.json else "\n".join(f"{name:<52}{v:>10.1f}" for name, v in figures.items()))
    return 0
