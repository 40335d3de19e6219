"""The documentation's examples for a shop's own site, run as they are written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.access.identity import SigningKey, new_secret
from bot.cli import main
from tests.api_server import Api, Customer
from tests.browser import chromium
from tests.documentation import page_named
from tests.shop_page import ShopPages, shop_pages

PAGES = page_named("widget")
RUNS = {
    "py": (sys.executable, "-c", "{example}\nprint(token('C1'), end='')"),
    "js": ("node", "-e", "{example}\nprocess.stdout.write(token('C1'))"),
    "php": ("php", "-r", "{example}\necho token('C1');"),
}
WRITTEN = "https://chat.shop.example"


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("language", RUNS)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_token_signed_as_the_page_says_proves_who_the_customer_is(api: Api, path, language):
    program, switch, script = RUNS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    [example] = [block for block in blocks(path, language) if "CHAT_SECRET" in block]
    site, secret = api.shopdesk.sites.add(["https://shop.example"], "Readme"), new_secret()
    api.shopdesk.sites.signing_keys.add(site.key, SigningKey("spring", "HS256", secret))
    known = {**os.environ, "CHAT_SITE": site.key, "CHAT_KID": "spring", "CHAT_SECRET": secret}
    command = [program, switch, script.replace("{example}", example)]
    token = subprocess.run(command, env=known, capture_output=True, text=True, check=True, timeout=30).stdout
    begun = api.http.post("/api/v1/conversations", json={"site": site.key}).json()
    visitor = Customer(api.http, begun["id"], begun["token"])
    assert visitor.post("/identity", {"token": token}).json()["customer_id"] == "C1"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_commands_for_sites_work_as_written(api: Api, path, monkeypatch, capsys, tmp_path):
    """``doctor`` and ``--public-key`` look at things that are not there, and say so."""
    data, key, asked = api.shopdesk.settings.data, "", 0
    script = "".join(block for block in blocks(path, "sh") if "shopdesk site" in block)
    monkeypatch.chdir(tmp_path)
    for line in re.findall(r"^\.venv/bin/shopdesk (site .*?)(?:\s+#.*)?$", script, re.MULTILINE):
        arguments = [argument.replace("sd_…", key) for argument in shlex.split(line)]
        if "KID" in arguments or "public.pem" in arguments:
            continue
        monkeypatch.setattr("sys.argv", ["shopdesk", *arguments, "--data", str(data)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert (ended.value.code or 0, told.err) == (0, ""), line
        key, asked = key or told.out.split()[0], asked + 1
    assert asked >= 6 and api.shopdesk.sites.get(key).settings.greeting_zh == "欢迎光临！"


@pytest.fixture(scope="module")
def pages() -> Iterator[ShopPages]:
    with shop_pages() as pages:
        yield pages


def test_both_languages_show_the_same_snippets():
    assert all(
        blocks(PAGES.english, kind) == blocks(PAGES.chinese, kind) for kind in ("html", "liquid", "php", "jsx", "py", "js")
    )


@pytest.mark.slow
@pytest.mark.browser
def test_the_widget_appears_from_each_snippet_that_a_browser_can_run(api: Api, pages):
    key = api.shopdesk.sites.add([pages.origin], "Snippets").key
    line, iframe = (
        next(block for block in blocks(PAGES.english, "html") if start in block) for start in ("<script async", "<iframe")
    )
    [effect] = re.findall(r"useEffect\((.*), \[\]\);", blocks(PAGES.english, "jsx")[0], re.DOTALL)
    here = {WRITTEN: api.url, "sd_…": key}
    with chromium() as browser:
        for body in (line, f"<script>const undo = ({effect})(); undo(); ({effect})();</script>"):
            page = browser.new_page()
            for written, real in here.items():
                body = body.replace(written, real)
            pages.html = f'<!doctype html><meta charset="utf-8"><html lang="en"><body><h1>Shop</h1>{body}</body></html>'
            page.goto(pages.origin)
            expect(page.get_by_role("button", name="Open the chat")).to_have_count(1)
            expect(page.get_by_role("button", name="Open the chat")).to_be_visible()
        page = browser.new_page(locale="en-US")
        for written, real in here.items():
            iframe = iframe.replace(written, real)
        pages.html = f"<!doctype html><body>{iframe}</body>"
        page.goto(pages.origin)
        chat = page.frame_locator("iframe").frame_locator("iframe")
        chat.get_by_role("textbox").fill("How long is the warranty?")
        chat.get_by_role("textbox").press("Enter")
        expect(chat.get_by_text("24 months").first).to_be_visible()
