"""Who reaches which route: every route of the OpenAPI document, so that one that is added tomorrow is judged as well."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.api_server import Api

OPEN = {
    ("POST", "/conversations"), ("GET", "/sites/{key}"), ("GET", "/health"), ("GET", "/ready"),
    ("GET", "/metrics"),  # open to this machine only: see test_metrics_are_for_this_machine_and_for_whoever_has_the_key
    ("GET", "/experiments/{slot}"),  # what a page shows to anybody
}  # fmt: skip
VALUES = {"conversation": "x" * 24, "turn": "1", "key": "sd_x"}
FORGED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJDMSJ9."


def routes(api: Api) -> list[tuple[str, str]]:
    paths: dict[str, dict[str, Any]] = api.http.get("/api/v1/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def status(api: Api, method: str, path: str, given: dict[str, str], **headers: str) -> int:
    body: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    with api.http.stream(
        method, f"/api/v1{path.format_map(defaultdict(lambda: 'x1', VALUES | given))}", headers=headers, **body
    ) as answer:
        assert_protected(answer.headers, (method, path))
        return answer.status_code


def assert_protected(headers: Any, where: object) -> None:
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin", where
    assert "frame-ancestors 'self'" in headers["content-security-policy"], where


def test_no_route_but_the_open_ones_answers_without_a_token_or_with_a_forged_one(api):
    customer, known = api.customer(), routes(api)
    assert len(known) >= 20
    for method, path in known:
        if (method, path) in OPEN:
            continue
        ours = {"conversation": customer.id}
        assert status(api, method, path, ours) in (401, 403), (method, path, "without a token")
        for token in (FORGED, "x", "null", "' OR 1=1 --"):
            assert status(api, method, path, ours, Authorization=f"Bearer {token}") in (401, 403, 404), (method, path, token)


def test_no_route_opens_somebody_elses_conversation_or_the_shops_own_side(api):
    mine, theirs = api.customer(), api.customer()
    theirs.ask("Hello")
    for method, path in routes(api):
        if (method, path) not in OPEN:
            answer = status(api, method, path, {"conversation": theirs.id}, **mine.headers)
            assert answer in ((404,) if path.startswith("/conversations/") else (401, 403)), (method, path)


@pytest.mark.parametrize("cookie", ["", "shopdesk_login=", "shopdesk_login=forged", "shopdesk_login=' OR 1=1 --"])
def test_the_shops_own_routes_need_somebody_who_is_signed_in_now(api, cookie):
    own = [route for route in routes(api) if route[1].startswith("/admin/")]
    assert len(own) >= 4
    for method, path in own:
        for spelling in (path, path + "/", path.replace("/admin", "/admin/.", 1)):
            assert status(api, method, spelling, {}, Cookie=cookie) == 401, (method, spelling)


def test_a_sign_in_opens_the_shops_own_routes_until_the_sign_out(api):
    users = api.shopdesk.admin.users
    password = users.add("walker", "agent")
    try:
        token = users.sign_in("walker", password)
        for method, path in [route for route in routes(api) if route[1].startswith("/admin/") and "{" not in route[1]]:
            assert status(api, method, path, {}, Cookie=f"shopdesk_login={token}") == 200, (method, path)
            assert status(api, method, path, {}, Cookie=f"shopdesk_login={token}x") == 401, (method, path)
        users.sign_out(str(token))
        assert status(api, "GET", "/admin/figures", {}, Cookie=f"shopdesk_login={token}") == 401
    finally:
        users.remove("walker")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/v1/nowhere", "/v1/nowhere", "/console/login", "/%2e%2e/etc/passwd", "/api/v1/admin/figures"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "TRACE"])
def test_errors_are_protected_like_answers(api, method, path):
    headers = api.http.request(method, path).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/console/login", "/api/v1/health", "/api/v1/conversations"])
def test_a_failure_of_the_program_itself_is_protected_too_and_tells_nothing(api, path, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    for place, name in ((api.shopdesk.admin.users, "sign_in"), (api.shopdesk.sessions, "begin"), (type(api.shopdesk), "empty")):
        monkeypatch.setattr(
            place if isinstance(place, type) else type(place), name, property(fails) if name == "empty" else fails
        )
    method = "GET" if path.endswith("health") else "POST"
    form = {"name": "a", "password": "b"} if "login" in path else None
    answer = api.http.request(method, path, data=form, headers={"Connection": "close"})
    assert answer.status_code == 500 and "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors" in answer.headers["content-security-policy"]
