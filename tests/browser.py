"""A real headless Chromium, and the chat page as a person uses it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, TimeoutError, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parent.parent / "widget" / "node_modules" / "axe-core" / "axe.min.js"
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed Chromium. Without one the test is skipped by name, but fails where CI is to have installed it."""
    if not CHROMIUM.exists():
        _missing(f"needs Chromium at {CHROMIUM}")
    expect.set_options(timeout=30_000)  # as long as Playwright gives other actions: machines are busy
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES.split())
        yield browser
        browser.close()


def give_files(page: Page, files: Sequence[Path]) -> None:
    """Puts files into a Gradio page's upload field, again as long as the page does not listen yet."""
    for patience in (3_000, 6_000, 60_000):
        page.locator("input[type=file][multiple]").set_input_files(files)
        try:
            for file in files:
                page.get_by_text(file.stem).first.wait_for(timeout=patience)
            return
        except TimeoutError:
            if patience == 60_000:
                raise


def axe_findings(frame: Frame) -> list[str]:
    """What axe-core finds serious or critical in a frame, each with the first element concerned."""
    if not AXE.exists():
        _missing("needs axe-core: make widget/node_modules/.package-lock.json")
    frame.evaluate(AXE.read_text("utf-8"))
    result = frame.evaluate("axe.run({resultTypes: ['violations'], iframes: false})")
    grave = [found for found in result["violations"] if found["impact"] in ("serious", "critical")]
    return [f"{found['id']}: {found['nodes'][0]['html'][:120]} {found['nodes'][0]['failureSummary']}" for found in grave]


def _missing(what: str) -> None:
    pytest.fail(what) if os.environ.get("CI") == "true" else pytest.skip(what)


@dataclass(slots=True)
class Visit:
    """A browser window of its own on the chat page, with every address that it asked for and every error it met."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str) -> Locator:
        """Types the question, presses Enter, and gives the finished reply."""
        self.page.get_by_role("textbox").fill(question)
        self.page.keyboard.press("Enter")
        return self.answered()

    def answered(self) -> Locator:
        """The newest reply, once it is finished."""
        expect(self.page.locator(".turn:last-child .reply .foot")).to_be_visible()
        replies = self.page.locator(".turn .reply")
        return replies.nth(replies.count() - 1)

    def button(self, name: str) -> Locator:
        """The newest button of that name."""
        return self.page.get_by_role("button", name=name, exact=True).last


@contextmanager
def visit(browser: Browser, url: str, **device: Any) -> Iterator[Visit]:
    """Opens the chat page as a new visitor; ``device`` as in Playwright's contexts."""
    with browser.new_context(**device) as context:
        visitor = Visit(context.new_page())
        visitor.page.on("request", lambda request: visitor.requests.append(request.url))
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        visitor.page.on("console", lambda line: visitor.errors.append(line.text) if line.type == "error" else None)
        visitor.page.set_default_timeout(30_000)
        visitor.page.goto(url)
        visitor.page.wait_for_selector(".turn.welcome")
        yield visitor
