"""``python -m benchmarks widget``: time from the click on the widget's launcher to a chat that can be typed in.

A page of the demo shop in a real Chromium without a window; every visit is a new visitor's, with nothing in the cache. The time
is taken outside the browser, so that it holds what driving the browser costs.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.load import percentiles, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def visit(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds from the click to the focused box of a new visitor's chat, and of the same chat opened again."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address, wait_until="load")
    launcher, chat = page.locator("shopdesk-widget .launcher"), page.frame_locator("shopdesk-widget iframe")
    taken = []
    for _ in range(2):
        launcher.wait_for()
        start = time.perf_counter()
        launcher.click()
        chat.locator("textarea:focus").wait_for()
        taken.append((time.perf_counter() - start) * 1000)
        page.keyboard.press("Escape")
    context.close()
    return taken[0], taken[1]


def main(arguments: list[str]) -> int:
    """Prints the percentiles of both times."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser("python -m benchmarks widget", description=__doc__)
    parser.add_argument("--visits", type=int, default=20, help="new visitors, after one that is not counted (default: 20)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser's program")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder, served(Path(folder) / "data", "--demo") as (port, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=SWITCHES)
        taken = [visit(browser, f"http://127.0.0.1:{port}/demo-store") for _ in range(options.visits + 1)][1:]
        browser.close()
    times = dict(zip(("first opened", "opened again"), zip(*taken, strict=True), strict=True))
    figures = {f"{name}: {p}": value for name, group in times.items() for p, value in percentiles(group).items()}
    print(json.dumps(figures, indent=2) if options.json else "\n".join(f"{name:<30}{v:>10.1f}" for name, v in figures.items()))
    return 0
