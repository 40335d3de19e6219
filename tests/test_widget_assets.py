"""The widget's built files as the server gives them to any page."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from bot.serving.widget import ASSETS, FOR_EVER, version
from tests.api_server import Api
from tests.documentation import ROOT, page_named

LOADER, FRAME = "widget.js", ("widget/frame.js", "widget/frame.css", "widget/text.js")
KB = 1024
SOURCE = ROOT / "widget" / "src"


def compressed(*names: str) -> int:
    return sum(len(gzip.compress(ASSETS.joinpath(name).read_bytes())) for name in names)


def test_the_loader_and_what_the_first_opening_loads_are_small() -> None:
    assert compressed(LOADER) <= 15 * KB
    assert compressed(LOADER, *FRAME, "widget/frame.html") <= 80 * KB
    assert compressed("widget/frame.js", "widget/frame.css", "widget/frame.html") <= 40 * KB, (
        "what stands before it can be typed in"
    )


@pytest.mark.parametrize("name", [LOADER, *FRAME, "widget/frame.html"])
def test_the_built_files_name_no_other_machine(name: str) -> None:
    code = re.sub(r"/\*.*?\*/", "", ASSETS.joinpath(name).read_text("utf-8"), flags=re.DOTALL)  # licences name their homes
    addresses = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z][^\s\"'`)]*", code)
    words = ("http://www.w3.org/", "https://github.com/markedjs/marked.")  # namespaces, and an error's sentence
    assert [address for address in addresses if not address.startswith(words)] == []


def test_the_server_gives_them_compressed_and_tells_caches_when_to_ask_again(api: Api) -> None:
    loader = api.http.get(f"/{LOADER}")
    assert loader.headers["content-type"].startswith("text/javascript") and loader.headers["content-encoding"] == "gzip"
    assert "max-age=300" in loader.headers["cache-control"]
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert api.http.get(f"/{LOADER}", headers={"If-None-Match": loader.headers["etag"]}).status_code == 304
    plain = api.http.get(f"/{LOADER}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == loader.text
    for name in FRAME:
        assert api.http.get(f"/{name}?v={version()}").headers["cache-control"] == FOR_EVER
        assert api.http.get(f"/{name}?v=old").headers["cache-control"] != FOR_EVER
        assert api.http.get(f"/{name}").text == ASSETS.joinpath(name).read_text("utf-8")


def test_the_frames_page_names_its_files_with_their_version_and_runs_nothing_inline(api: Api) -> None:
    site = api.shopdesk.sites.add(["https://shop.example"], "</script><script>alert(1)</script>")
    page = api.http.get(f"/widget/{site.key}")
    assert f"/widget/frame.js?v={version()}" in page.text and f"/widget/frame.css?v={version()}" in page.text
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page.text) == []
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert (policy["script-src"], policy["style-src"], policy["default-src"]) == ("'self'", "'self'", "'none'")
    assert policy["require-trusted-types-for"] == "'script'"


def described(text: str, table: str) -> list[str]:
    """What stands in backquotes in the first column of a table of a page."""
    rows = text.split(f"<!-- widget {table} -->")[1].split("<!-- end -->")[0].strip().splitlines()[2:]
    return [name for row in rows for name in re.findall("`([^`]+)`", row.split("|")[1])]


@pytest.mark.parametrize("path", page_named("widget"), ids=lambda path: path.name)
def test_the_documentation_describes_every_setting_command_and_event(path: Path) -> None:
    text = path.read_text("utf-8")
    read = set(re.findall(r'data\["(\w+)"\]', (SOURCE / "loader" / "settings.ts").read_text("utf-8")))
    settings = {"data-" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name) for name in read}
    assert sorted(described(text, "settings")) == sorted(settings)
    actions = re.search(
        r"const actions.*?= \{(.*?)\n    \};", (SOURCE / "loader" / "commands.ts").read_text("utf-8"), re.DOTALL
    )
    commands = re.findall(r"^ {6}(\w+): \(\)", actions[1] if actions else "", re.MULTILINE)
    assert [re.findall(r"shopdesk\('(\w+)'", command)[0] for command in described(text, "commands")] == commands
    events = re.search(r"EVENTS = \[(.*?)\]", (SOURCE / "protocol.ts").read_text("utf-8"), re.DOTALL)
    assert described(text, "events") == re.findall(r'"(\w+)"', events[1] if events else "")
