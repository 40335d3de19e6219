"""The widget on a shop's page in a real browser: does it appear, can it be used, what does it load, what goes wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.doctor.report import Check, failed, ok, warning
from bot.errors import ShopdeskError

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
SWITCHES = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
TIMEOUT_MS = 20_000
WIDGET = "shopdesk-widget:not(.inline)"
LEAST_CONTRAST = 3.0
"""Of a control's picture to its ground: WCAG 2.2, success criterion 1.4.11."""
_MEASURE = """host => {
  const button = host.shadowRoot.querySelector(".launcher");
  const box = button.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const style = getComputedStyle(button);
  return {
    covered: top === host ? "" : top ? top.tagName.toLowerCase() + (top.id ? "#" + top.id : "") : "nothing",
    inside: box.x >= 0 && box.y >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
    color: style.color, ground: style.backgroundColor,
  };
}"""


def executable() -> str | None:
    """A browser of this machine that can be driven; None without one, or without the package that drives it."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return None
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def browser_checks(url: str) -> Iterator[Check]:
    """Every check that needs a browser, one after the other."""
    path = executable()
    if path is None:
        remedy = "Install Chromium and the driver: pip install 'shopdesk[doctor]'"
        yield failed("browser", "no Chromium that can be driven is installed", remedy)
        return
    from playwright.sync_api import Error

    try:
        with _opened(path) as page:
            yield from _visit(page, url)
    except Error as error:
        yield failed("browser", f"the page cannot be shown ({error.message.splitlines()[0]})", "Check the address.")


@contextmanager
def _opened(path: str) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(TIMEOUT_MS)
            yield page
        finally:
            browser.close()


def _visit(page: Page, url: str) -> Iterator[Check]:
    from playwright.sync_api import Error

    requests: list[Request] = []
    complaints: list[str] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.on("console", lambda line: complaints.append(_said(line)) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url, wait_until="load")
    launcher = page.locator(f"{WIDGET} .launcher").first
    try:
        launcher.wait_for(state="visible", timeout=TIMEOUT_MS / 2.5)
    except Error:
        yield failed("widget", "its launcher does not appear", "See the other checks and the browser's errors.")
        yield _errors(complaints)
        return
    yield ok("widget", "its launcher appears")
    yield from _looks(page.locator(WIDGET).first.evaluate(_MEASURE))
    server = page.evaluate("() => new URL(document.querySelector('script[src*=\"/widget.js\"][data-site]').src).origin")
    before = _bytes(requests, server)
    yield from _keyboard(page)
    yield ok("loaded", f"{before / 1000:.1f} kB with the page, {_bytes(requests, server) / 1000:.1f} kB once it is opened")
    yield _errors(complaints)


def _looks(seen: dict[str, Any]) -> Iterator[Check]:
    if seen["covered"] or not seen["inside"]:
        by = f"covered by <{seen['covered']}>" if seen["covered"] else "partly outside the window"
        remedy = "Move it with data-offset-x and data-offset-y, or raise it with data-z-index, in the script tag."
        yield failed("launcher", by, remedy)
    else:
        yield ok("launcher", "lies above the rest of the page")
    ratio = contrast(seen["color"], seen["ground"])
    if ratio < LEAST_CONTRAST:
        remedy = "Choose a stronger theme colour: shopdesk site set KEY --color '#rrggbb'"
        yield warning("contrast", f"{ratio:.1f} : 1 of the launcher's picture to its ground, 3 : 1 is needed", remedy)
    else:
        yield ok("contrast", f"{ratio:.1f} : 1 of the launcher's picture to its ground")


def _keyboard(page: Page) -> Iterator[Check]:
    from playwright.sync_api import Error

    launcher, panel = page.locator(f"{WIDGET} .launcher").first, page.locator(f"{WIDGET} .panel").first
    name = "keyboard"
    launcher.focus()
    page.keyboard.press("Enter")
    try:
        page.locator(f"{WIDGET} .panel.ready").first.wait_for(state="visible", timeout=TIMEOUT_MS / 2)
    except Error:
        yield failed(
            name, "Enter on the launcher does not open the chat", "See the checks of the key, the origin and the policy."
        )
        return
    page.keyboard.press("Escape")
    try:
        panel.wait_for(state="hidden", timeout=TIMEOUT_MS / 4)
    except Error:
        yield failed(name, "Escape does not close the chat", "Look for a script of the page that takes the Escape key.")
        return
    yield ok(name, "Enter opens the chat, Escape closes it")


def _bytes(requests: list[Request], server: str) -> int:
    own = tuple(server + path for path in ("/widget", "/api/v1/"))
    sizes = [request.sizes() for request in list(requests) if request.url.startswith(own)]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def _said(line: ConsoleMessage) -> str:
    """An error with the address that it is about."""
    return f"{line.text} ({line.location['url']})" if line.location.get("url") else line.text


def _errors(complaints: list[str]) -> Check:
    if not complaints:
        return ok("errors", "the browser reports none")
    said = "; ".join(dict.fromkeys(" ".join(complaint.split())[:200] for complaint in complaints[:3]))
    return warning("errors", f"the browser reports {len(complaints)}: {said}", "Open the page's developer tools to see where.")


def contrast(color: str, ground: str) -> float:
    """The contrast ratio of two opaque colours as ``rgb(r, g, b)`` (WCAG 2.2).

    Raises:
        ShopdeskError: for a colour of another form.
    """
    first, second = sorted((_luminance(color), _luminance(ground)))
    return (second + 0.05) / (first + 0.05)


def _luminance(color: str) -> float:
    parts = color.removeprefix("rgba(").removeprefix("rgb(").rstrip(")").replace(",", " ").split()[:3]
    try:
        values = [float(part) / 255 for part in parts]
        red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values)
    except ValueError as error:
        raise ShopdeskError(f"{color!r} is no colour that can be measured.") from error
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
