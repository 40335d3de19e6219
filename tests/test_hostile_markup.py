"""Thousands of hostile texts, rendered by the server and by the widget: nothing runs, no other machine is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.console.rendering import text_html
from tests.browser import chromium
from tests.hostile_markup import hostile_markup

TEXTS = list(dict.fromkeys(hostile_markup()))
TEXT_JS = Path(__file__).parent.parent / "bot" / "serving" / "assets" / "widget" / "text.js"
ELEMENTS = {
    *"html head body p br strong em del s code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 hr".split(),
    *"table thead tbody tr th td div sup a".split(),
}
ATTRIBUTES = {"href", "title", "target", "rel", "class", "start", "data-cite", "style"}
HARMLESS_STYLES = {"text-align:left", "text-align:right", "text-align:center"}


def faults(html: str) -> list[str]:
    """What stands in the HTML that no answer needs."""
    found = []
    for node in LexborHTMLParser(html).root.traverse():
        if node.tag not in ELEMENTS:
            found.append(f"<{node.tag}>")
        for name, value in node.attributes.items():
            harmful = name == "href" and not str(value).startswith(("https://", "http://"))
            if name not in ATTRIBUTES or harmful or (name == "style" and value not in HARMLESS_STYLES):
                found.append(f"{name}={value!r}")
    return found


def test_what_the_server_renders_holds_only_what_an_answer_needs():
    assert len(TEXTS) > 3000
    assert faults("<p onclick=x>a<img src=x><a href='javascript:x'>b</a>") == [
        "onclick='x'",
        "<img>",
        "src='x'",
        "href='javascript:x'",
    ]
    assert {text: found for text in TEXTS if (found := faults(text_html(text)))} == {}


@pytest.mark.slow
@pytest.mark.browser
def test_a_real_browser_runs_none_of_them_and_asks_no_other_machine():
    asked: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.route("**/*", lambda route: (asked.append(route.request.url), route.abort()))
        page.route("https://shop.example/", lambda route: route.fulfill(content_type="text/html", body="<main></main>"))
        page.route("https://shop.example/text.js", lambda route: route.fulfill(content_type="text/javascript", path=TEXT_JS))
        page.goto("https://shop.example/")
        page.evaluate("window.times = 0; window.taken = () => window.times++;")
        page.evaluate("import('/text.js').then(made => { window.made = made; })")
        show = """([texts, pages]) => {
          const main = document.querySelector('main'), none = { has: () => false };
          const wake = () => { for (const node of main.querySelectorAll('*')) { node.click?.(); node.focus?.();
            for (const name of ['mouseover', 'pointerenter', 'scroll', 'toggle', 'error', 'load'])
              node.dispatchEvent(new Event(name)); } };
          for (const html of pages) { main.innerHTML = html; wake(); }
          for (const text of texts) { main.replaceChildren(made.rendered(text, none, () => null)); wake(); }
        }"""
        wild = "document.querySelector('main').innerHTML = '<img src=x onerror=taken()>'"
        page.evaluate(wild)
        page.wait_for_function("times > 0")  # the trap is set: what is not defused is seen
        page.evaluate("times = 0")
        asked.clear()
        page.context.on("page", lambda opened: asked.append(opened.url))
        for start in range(0, len(TEXTS), 500):
            texts = TEXTS[start : start + 500]
            page.evaluate(
                show, [texts, [text_html(text).replace("<a ", "<a onclick='event.preventDefault()' ") for text in texts]]
            )
        page.wait_for_timeout(500)  # for what comes a moment later
        assert page.evaluate("times") == 0
        assert asked == []
        assert page.url == "https://shop.example/"
