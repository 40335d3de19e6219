"""`shopdesk doctor`: what it finds on a shop's page and in the installation, and what it says to do."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from threading import Thread

import httpx
import pytest
from sqlalchemy import text

import bot
from bot.cli import main
from bot.doctor.browser import browser_checks, contrast, executable
from bot.doctor.content_security import policies
from bot.doctor.installation import installation
from bot.doctor.page import fetched, page_checks
from bot.doctor.report import Check
from bot.doctor.services import services
from bot.errors import InputError, ShopdeskError
from bot.settings import load_settings
from bot.store.database import open_database
from tests.api_server import Api
from tests.browser import CHROMIUM
from tests.receivers import mail_server
from tests.shop_page import shop_pages

SERVER, SHOP, KEY = "https://chat.example", "https://shop.example", "sd_" + "1" * 24
SNIPPET = f'<script async src="{SERVER}/widget.js" data-site="{KEY}"></script>'
VIEWPORT = '<meta name="viewport" content="width=device-width">'


def examined(html: str, server: str = SERVER, url: str = SHOP, **changes) -> dict[str, list[Check]]:
    """The checks of a page with this HTML, by name. ``changes``: the page's headers, or how the server answers."""
    answers = {"known": True, "origins": f"'self' {SHOP}", "health": {"status": "ok", "empty": False}, "headers": {}, **changes}

    def answer(request: httpx.Request) -> httpx.Response:
        if not str(request.url).startswith(server):
            return httpx.Response(200, html=html, headers=answers["headers"])
        if answers["health"] is None:
            raise httpx.ConnectError("refused")
        origin = request.headers.get("origin", "")
        listed = {"Access-Control-Allow-Origin": origin} if origin and origin in answers["origins"] else {}
        known = {"Content-Security-Policy": f"frame-ancestors {answers['origins']}"}
        return {
            "/api/v1/health": httpx.Response(200, json=answers["health"]),
            "/widget.js": httpx.Response(200, content=b"", headers={"Content-Type": "text/javascript"}),
            f"/widget/{KEY}": httpx.Response(200 if answers["known"] else 404, headers=known),
            "/api/v1/conversations": httpx.Response(204 if listed else 403, headers=listed),
        }[request.url.path]

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        found: dict[str, list[Check]] = {}
        for check in page_checks(fetched(url, client), client):
            found.setdefault(check.name, []).append(check)
    return found


def test_a_page_on_which_the_widget_works_is_all_right():
    found = examined(f"<head>{VIEWPORT}</head>{SNIPPET}")
    assert [check.state for checks in found.values() for check in checks] == ["ok"] * 8
    assert not any(check.remedy for checks in found.values() for check in checks)


@pytest.mark.parametrize(
    ("html", "changes", "name", "state", "words"),
    [
        (VIEWPORT, {}, "snippet", "failed", "shopdesk site snippet KEY"),
        (SNIPPET.replace("async ", ""), {}, "snippet", "warning", "attribute 'async'"),
        (SNIPPET, {"health": None}, "server", "failed", "Start 'shopdesk serve' there"),
        (SNIPPET, {"health": {"status": "ok", "empty": True}}, "server", "warning", "shopdesk load PATH"),
        (SNIPPET, {"health": {"status": "up"}}, "server", "failed", "Correct the address in the snippet"),
        (SNIPPET, {"health": ["?"]}, "server", "failed", "Start 'shopdesk serve' there"),
        (SNIPPET, {"known": False}, "key", "failed", "shopdesk site list"),
        (SNIPPET, {"origins": "'self' https://other.example"}, "origin", "failed", f"site set {KEY} --add-origin {SHOP}"),
        (SNIPPET, {"origins": "'self' https://shop.example.evil.example"}, "origin", "failed", "--add-origin"),
        (SNIPPET, {"url": "http://shop.example"}, "https", "warning", "Serve the shop over HTTPS"),
        (SNIPPET, {}, "viewport", "warning", 'meta name="viewport"'),
        (SNIPPET, {"headers": {"Content-Security-Policy": "default-src 'self'"}}, "page's policy", "failed", "script-src"),
        (SNIPPET, {"headers": {"Content-Security-Policy": "frame-src 'none'"}}, "page's policy", "failed", "to frame-src of"),
        (SNIPPET, {"headers": {"Content-Security-Policy": "connect-src 'self'"}}, "page's policy", "failed", "connect-src of"),
        (f'<meta http-equiv="Content-Security-Policy" content="script-src *.cdn.example">{SNIPPET}', {}, "page's policy",
         "failed", f"Add {SERVER} to script-src"),
        (SNIPPET, {"headers": {"Cross-Origin-Embedder-Policy": "require-corp"}}, "page's policy", "failed", "credentialless"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_page_is_told_with_the_remedy(html, changes, name, state, words):
    found = examined(html, **changes)[name]
    assert any(check.state == state and words in check.remedy for check in found), found


def test_mixed_content_is_refused_except_on_this_machine():
    insecure = SNIPPET.replace("https://chat.example", "http://chat.example")
    assert examined(insecure, server="http://chat.example")["https"][0].state == "failed"
    local = SNIPPET.replace("https://chat.example", "http://localhost:7860")
    assert examined(local, server="http://localhost:7860")["https"][0].state == "ok"


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        ("", None),
        ("default-src 'none'", "default-src"),
        ("default-src 'none'; script-src https://chat.example", None),
        ("script-src-elem 'self'; script-src https://chat.example", "script-src-elem"),
        ("script-src https:", None),
        ("script-src http:", None),
        ("script-src *", None),
        ("script-src chat.example", None),
        ("script-src *.example", None),
        ("script-src *.chat.example", "script-src"),
        ("script-src https://chat.example:443", None),
        ("script-src https://chat.example:8443", "script-src"),
        ("script-src https://chat.example:*", None),
        ("script-src https://chat.example/widget.js", None),
        ("script-src https://chat.example/js/", "script-src"),
        ("script-src 'nonce-abc'", None),
        ("script-src 'nonce-other'", "script-src"),
        ("script-src 'strict-dynamic' 'nonce-other' https://chat.example", "script-src"),
        ("script-src wss://chat.example", "script-src"),
        ("script-src https://chat.example, script-src 'self'", "script-src"),
        ("img-src 'none'; style-src 'self'", None),
        ("script-src", "script-src"),
    ],
)
def test_a_policy_is_read_as_browsers_read_it(policy, refused):
    read = [one.refusal("script-src-elem", f"{SERVER}/widget.js", SHOP, "abc") for one in policies([policy])]
    assert next((name for name in read if name), None) == refused


def test_frames_fall_back_to_child_and_default_sources():
    for policy, refused in (
        ("child-src 'self'", "child-src"),
        ("default-src 'self'", "default-src"),
        ("script-src 'none'", None),
    ):
        assert policies([policy])[0].refusal("frame-src", f"{SERVER}/widget/{KEY}", SHOP) == refused


def endless() -> str:
    """A server that answers with a page that never ends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(4096)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
                while True:
                    connection.sendall(b"x" * 65_536)
            except OSError:
                pass

    Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (endless, "larger than 5 MB"),
        (closed, "http://127.0.0.1:.* cannot be fetched"),
        (lambda: "http://", "cannot be fetched"),
        (lambda: "ftp://shop.example", "cannot be fetched"),
    ],
)
def test_a_page_that_cannot_be_fetched_is_one_sentence(url: Callable[[], str], sentence):
    with httpx.Client() as client, pytest.raises(InputError, match=sentence) as caught:
        fetched(url(), client)
    assert "\n" not in str(caught.value)


def test_the_command_prints_every_check_and_fails_when_something_is_broken(api: Api, monkeypatch, capsys):
    site = api.shopdesk.sites.add(["https://other.example"], "Doctor")
    with shop_pages() as pages:
        pages.show(api.url, site.key, "", body="")
        results = {}
        for form in ("--no-browser", "--json"):
            monkeypatch.setattr("sys.argv", ["shopdesk", "doctor", pages.origin, "--no-browser", form])
            with pytest.raises(SystemExit) as ended:
                main()
            results[form] = (ended.value.code, capsys.readouterr().out)
        assert results["--no-browser"][0] == results["--json"][0] == 1
        assert (
            f"✗ origin: the server refuses pages of {pages.origin}\n    → Allow it: shopdesk site set"
            in results["--no-browser"][1]
        )
        told = json.loads(results["--json"][1])
        assert told["ok"] is False and {check["state"] for check in told["checks"]} == {"ok", "failed"}
        api.shopdesk.sites.change(site.key, allowed=[pages.origin])
        monkeypatch.setattr("sys.argv", ["shopdesk", "doctor", pages.origin, "--no-browser", "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0 and json.loads(capsys.readouterr().out)["ok"] is True


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}")
def test_in_a_browser_the_widget_is_seen_used_and_weighed(api: Api):
    assert executable() is not None
    site = api.shopdesk.sites.add(["https://other.example"], "Browser")
    with shop_pages() as pages:
        api.shopdesk.sites.change(site.key, allowed=[pages.origin])
        pages.show(api.url, site.key, "")
        found = {check.name: check for check in browser_checks(pages.origin)}
        assert {name: check.state for name, check in found.items()} == dict.fromkeys(
            ("widget", "launcher", "contrast", "keyboard", "loaded", "errors"), "ok"
        ), found
        banner = '<div id="banner" style="position:fixed;inset:auto 0 0 0;height:150px;z-index:2147483647"></div>'
        pages.show(api.url, site.key, "", body=f"{banner}<img src='data:x'><script>throw new Error('broken shop')</script>")
        found = {check.name: check for check in browser_checks(pages.origin)}
        assert found["launcher"].state == "failed" and "covered by <div#banner>" in found["launcher"].found
        assert "data-z-index" in found["launcher"].remedy and "broken shop" in found["errors"].found


def test_contrast_is_that_of_wcag():
    assert contrast("rgb(255, 255, 255)", "rgb(0, 0, 0)") == pytest.approx(21)
    assert contrast("rgb(118, 118, 118)", "rgb(255, 255, 255)") == pytest.approx(4.54, abs=0.01)
    with pytest.raises(ShopdeskError):
        contrast("color(display-p3 1 1 1)", "rgb(0, 0, 0)")


def checked(**settings) -> dict[str, Check]:
    return {check.name: check for check in installation(load_settings(**settings))}


def test_a_running_shop_is_in_order_and_nothing_of_it_is_touched(api: Api):
    found = checked(data=api.shopdesk.settings.data, port=api.port, public_url=api.url)
    assert {check.state for check in found.values()} == {"ok"}, found
    assert "in use by a running Shopdesk" in found["index"].found and "Shopdesk answers on" in found["port"].found


@pytest.mark.slow
def test_what_is_missing_is_told_and_not_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = {"llm": "openai:none", "llm_base_url": f"http://{closed()}/v1", "port": other.getsockname()[1]}
        found = checked(data=tmp_path / "new", public_url=f"http://{closed()}", **settings)
    assert not (tmp_path / "new").exists()
    states = {name: check.state for name, check in found.items()}
    assert states == {
        "data directory": "ok", "database": "warning", "models": "ok", "language model": "failed", "port": "failed",
        "public address": "failed",
    }  # fmt: skip
    assert "shopdesk load" in found["database"].remedy and "--port" in found["port"].remedy
    assert "no server answers" in found["language model"].found and "llm_base_url" in found["language model"].remedy


@pytest.mark.parametrize(
    ("given", "found", "remedy"),
    [
        ({"llm": "openai:gpt-5-mini"}, "needs llm_api_key", "Correct llm"),
        ({"smtp_host": "127.0.0.1", "smtp_port": 9}, "cannot be used (Connection refused)", "smtp_host"),
        ({"orders_url": "http://127.0.0.1:9", "orders_secret": "x" * 16, "orders_timeout_s": 1}, "127.0.0.1:9", "'orders_url'"),
    ],
)
def test_what_is_set_and_does_not_answer_is_told_with_what_to_correct(given, found, remedy):
    [wrong] = [check for check in services(load_settings(**given)) if check.state == "failed"]
    assert found in wrong.found and remedy in wrong.remedy


def test_a_mail_server_is_asked_and_sent_nothing():
    with mail_server() as server:
        given = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
        _, found = services(load_settings(**given))
        assert found.state == "ok" and "nothing was sent" in found.found and server.mails.empty()
        _, refused = services(load_settings(**given, smtp_user="shop", smtp_password="wrong"))
    assert refused.state == "failed" and "refuses the account" in refused.found and "smtp_password" in refused.remedy


@pytest.mark.parametrize(
    ("revision", "state", "words"), [("0001", "warning", "brings it up to date"), ("9999", "failed", "newer")]
)
def test_a_database_of_another_version_is_left_as_it_is(tmp_path, revision, state, words):
    bot.open(tmp_path).close()
    engine = open_database(f"sqlite:///{tmp_path / 'shopdesk.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    found = {}
    for check in installation(load_settings(data=tmp_path, port=1)):
        found[check.name] = check
        if check.name == "database":
            break
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == revision
    engine.dispose()
    assert found["database"].state == state and words in found["database"].found + found["database"].remedy
