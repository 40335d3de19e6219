"""Which pages of the web reach which route: every route × every kind of origin, on the real program; denied by default."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from bot.access.origins import allows, normalised, pattern
from bot.errors import InputError
from bot.settings import load_settings
from bot.store.sites import Site, SiteSettings
from tests.api_server import Api
from tests.served_shop import Served

SHOP, OTHER = "https://shop.example", "https://other.example"
LISTED = (SHOP, "http://localhost:3000", "https://a.b.wild.example", "https://xn--czrs0t.example:8443")
FOREIGN = (
    "null", "https://evil.example", "http://shop.example", "https://shop.example:444", "https://shop.example.evil.example",
    "https://sub.shop.example", "https://evilshop.example", "https://wild.example", "http://a.wild.example",
    "https://wild.example.evil.example", "https://evilwild.example", "http://localhost:3001", "http://127.0.0.1:1",
    "file://", "https://shop.example/path", "https://user@shop.example", "https://shop.example, https://evil.example",
    "chrome-extension://abc", "x" * 5000, "https://*.wild.example", "",
)  # fmt: skip
PUBLIC = "/api/v1/"
KEPT = ("/api/v1/metrics", "/api/v1/takeover", "/api/v1/admin")


@dataclass(frozen=True, slots=True)
class Place:
    """The running program with a site, a conversation of it, and every route."""

    url: str
    http: httpx.Client
    site: Site
    other: Site
    token: str
    routes: tuple[tuple[str, str], ...]

    def send(self, method: str, path: str, *origins: str, **headers: str) -> httpx.Response:
        given = [("Authorization", f"Bearer {self.token}"), *headers.items(), *(("Origin", origin) for origin in origins)]
        body = {"content": b"{}", "headers": [*given, ("Content-Type", "application/json")]} if method == "POST" else {}
        with self.http.stream(method, path, **{"headers": given, **body}) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):  # which may never end
                answer.read()
        return answer


@pytest.fixture(scope="module")
def place(served: Served) -> Iterator[Place]:
    """Sites are added from another process's hands: the server has the data directory open meanwhile."""
    from bot.commands.beside import open_sites

    written = (SHOP, "http://LocalHost:3000/", "https://*.wild.example:443", "https://商店.example:8443")
    with open_sites(load_settings(data=served.data)) as store, httpx.Client(base_url=served.url, timeout=30) as http:
        site = store.add(written, "Main shop", SiteSettings(color="#123456", greeting="Welcome!"))
        other = store.add((OTHER,), "Another")
        begun = http.post("/api/v1/conversations", json={"site": site.key}).json()
        document = http.get("/api/v1/openapi.json").json()
        known = {"conversation": begun["id"], "key": site.key, "turn": "1", "slot": "greeting"}
        routes = [
            (method.upper(), PUBLIC.rstrip("/") + path.format_map(known))
            for path, methods in document["paths"].items()
            for method in methods
        ]
        routes += [("POST", "/v1/chat/completions"), ("GET", "/v1/models"), ("GET", "/api/v1/openapi.json")]
        routes += [("GET", "/"), ("GET", "/page/chat.css"), ("POST", "/gradio_api/queue/join"), ("POST", "/nowhere")]
        routes += [
            ("GET", f"/chat/{site.key}"),
            ("GET", f"/widget/{site.key}"),
            ("POST", f"/widget/{site.key}"),
            ("PUT", "/api/v1/sites/x"),
        ]
        yield Place(served.url, http, site, other, begun["token"], tuple(routes))
        for made in (site, other):
            store.remove(made.key)


def test_every_route_refuses_what_a_foreign_page_would_change_and_lets_it_read_nothing(place):
    for (method, path), origin in itertools.product(place.routes, FOREIGN):
        answer = place.send(method, path, origin)
        where = (method, path, origin[:80])
        assert "access-control-allow-origin" not in answer.headers, where
        if method != "GET":
            assert answer.status_code == 403 and answer.headers["content-type"] == "application/problem+json", where
            assert "shopdesk site add" in answer.json()["detail"], where
        elif path.startswith("/api/v1/admin"):
            assert answer.status_code == 401, where
        elif "/conversations/" in path:
            assert answer.status_code == 403, where
        preflight = place.send("OPTIONS", path, origin, **{"Access-Control-Request-Method": method})
        assert preflight.status_code == 403 and "access-control-allow-origin" not in preflight.headers, where


def test_a_page_of_the_site_reaches_the_public_api_and_nothing_else(place):
    for (method, path), origin in itertools.product(place.routes, LISTED):
        where = (method, path, origin)
        shared = path.startswith(PUBLIC) and not path.startswith(KEPT)
        answer = place.send(method, path, origin)
        preflight = place.send("OPTIONS", path, origin, **{"Access-Control-Request-Method": method})
        assert answer.headers.get("access-control-allow-origin") == (origin if shared else None), where
        assert "access-control-allow-credentials" not in answer.headers, where
        assert (preflight.status_code, preflight.headers.get("access-control-allow-origin")) == (
            (204, origin) if shared else (403, None)
        ), where
        if shared:
            assert answer.status_code != 403 and "Origin" in answer.headers["vary"], where
            assert "Authorization" in preflight.headers["access-control-allow-headers"], where
        elif method != "GET":
            assert answer.status_code == 403, where


def test_its_own_pages_and_servers_without_an_origin_pass_everywhere(place):
    for (method, path), origins in itertools.product(place.routes, ((place.url,), ())):
        answer = place.send(method, path, *origins)
        assert answer.status_code != 403 and "access-control-allow-origin" not in answer.headers, (method, path, origins)
        assert not path.startswith(PUBLIC) or path.startswith(KEPT) or "Origin" in answer.headers["vary"], (method, path)


def test_two_origins_are_none(place):
    for pair in ((SHOP, SHOP), (SHOP, "https://evil.example"), (place.url, SHOP)):
        assert place.send("POST", "/api/v1/conversations", *pair).status_code == 403


def test_every_response_is_protected_and_only_the_frame_may_be_embedded_and_only_by_its_site(place):
    for (method, path), origin in itertools.product(place.routes, (place.url, SHOP, "https://evil.example", "null")):
        headers = place.send(method, path, origin).headers
        policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin"), (method, path)
        if method == "GET" and path in (f"/widget/{place.site.key}", f"/chat/{place.site.key}"):
            framing = "'self' https://shop.example http://localhost:3000 https://*.wild.example https://xn--czrs0t.example:8443"
            assert (policy["frame-ancestors"], headers.get("x-frame-options")) == (framing, None)
            assert policy["script-src"] == "'self'" and policy["default-src"] == "'none'"
        else:
            assert (policy["frame-ancestors"], headers["x-frame-options"]) == ("'self'", "SAMEORIGIN"), (method, path)


@pytest.mark.parametrize("key", ["sd_" + "0" * 24, "x", "%00", "sd_", "sd_%F0%9F%98%80"])
def test_a_key_that_no_site_has_opens_nothing(place, key):
    for path in (f"/widget/{key}", f"/chat/{key}", f"/api/v1/sites/{key}"):
        assert place.http.get(path).status_code == 404
    assert place.http.post("/api/v1/conversations", json={"site": key}).status_code == 404


def test_a_page_reads_the_settings_of_its_own_site_only(place):
    mine = place.send("GET", f"/api/v1/sites/{place.site.key}", SHOP)
    assert mine.status_code == 200 and mine.json()["color"] == "#123456" and mine.json()["greeting"]["en"] == "Welcome!"
    assert mine.json()["greeting"]["zh"] and "origins" not in mine.json()
    assert place.send("GET", f"/api/v1/sites/{place.site.key}", OTHER).status_code == 403


@pytest.mark.parametrize(
    ("origin", "named", "status"),
    [(SHOP, "own", 201), (SHOP, None, 201), (SHOP, "other", 403), (OTHER, "own", 403), (None, "own", 201), (None, None, 201)],
)
def test_a_conversation_belongs_to_the_site_of_the_page_that_begins_it(place, origin, named, status):
    key = {"own": place.site.key, "other": place.other.key, None: None}[named]
    body = {} if key is None else {"site": key}
    headers = {} if origin is None else {"Origin": origin}
    begun = place.http.post("/api/v1/conversations", json=body, headers=headers)
    assert begun.status_code == status
    if status != 201:
        return
    path, mine = begun.headers["location"], {"Authorization": f"Bearer {begun.json()['token']}"}
    reached = {page: place.http.get(path, headers={**mine, "Origin": page}).status_code for page in (SHOP, OTHER)}
    belongs = origin is not None or key is not None
    assert reached == {SHOP: 200 if belongs else 403, OTHER: 403}
    assert place.http.get(path, headers=mine).status_code == 200


def test_the_language_of_the_page_is_answered_in_until_words_tell_another(api: Api):
    for locale, language in (("zh-CN", "zh"), ("en-GB", "en")):
        begun = api.http.post("/api/v1/conversations", json={"locale": locale}).json()
        mine = {"Authorization": f"Bearer {begun['token']}", "Accept": "application/json"}
        path = f"/api/v1/conversations/{begun['id']}/messages"
        assert api.http.post(path, json={"text": "😀😀"}, headers=mine).json()["language"] == language


def test_behind_a_proxy_its_pages_are_its_own_under_the_address_that_they_have(place):
    seen = {"Host": "chat.shop.example", "Content-Type": "application/json"}
    for origin, status in (
        ("https://chat.shop.example", 201), ("http://chat.shop.example", 201), ("https://chat.shop.example:8443", 403),
    ):  # fmt: skip
        assert place.http.post("/api/v1/conversations", headers={**seen, "Origin": origin}).status_code == status


def test_a_public_address_is_the_servers_own_whatever_a_proxy_makes_of_the_host(api_data, tmp_path):
    import shutil

    import bot
    from tests.api_server import api_server

    data = shutil.copytree(api_data, tmp_path / "data")
    with bot.open(data, public_url="https://Chat.shop.example/") as shopdesk, api_server(shopdesk) as server:
        for origin, status in (("https://chat.shop.example", 201), ("http://chat.shop.example", 403)):
            assert server.http.post("/api/v1/conversations", headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("HTTPS://Shop.Example:443/", SHOP),
        ("http://shop.example:80", "http://shop.example"),
        ("https://商店.example", "https://xn--czrs0t.example"),
        ("http://[::1]:7860", "http://[::1]:7860"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        *((bad, None) for bad in (
            "", "null", "*", "https://*", "shop.example", "https://", "ftp://shop.example", "https://shop.example/a",
            "https://shop.example?x", "https://shop.example#x", "https://u:p@shop.example", "https://shop.example:0",
            "https://shop.example:99999", "https://shop.example:x", "https://sh op.example", "https://shop..example",
            "https://[::1", "javascript:alert(1)", "https://shop.example\n", "https://shop.example; script-src *",
            "https://a'b.example", "https://-.example", "https://" + "a" * 64 + ".example",
        )),
    ],
)  # fmt: skip
def test_an_origin_has_one_spelling(written, origin):
    assert normalised(written) == origin


@pytest.mark.parametrize(
    "written", ["https://*", "https://*.example", "https://*.com", "*", "null", "https://*.*.example", "https://a.*.example",
                "https://*.10.0.0.1", "https://shop.example/path", "*.shop.example", "https://*shop.example"]
)  # fmt: skip
def test_an_owner_cannot_allow_what_is_not_theirs(written):
    with pytest.raises(InputError, match=r"no web origin|allows too much"):
        pattern(written)


def test_a_star_is_one_label_or_more_before_the_domain():
    star = pattern("https://*.Shop.example:8443/")
    assert star == "https://*.shop.example:8443"
    yes = ["https://a.shop.example:8443", "https://a.b.shop.example:8443"]
    no = ["https://shop.example:8443", "https://.shop.example:8443", "https://ashop.example:8443", "https://a.shop.example",
          "http://a.shop.example:8443"]  # fmt: skip
    assert [allows(star, origin) for origin in (*yes, *no)] == [True] * 2 + [False] * 5
