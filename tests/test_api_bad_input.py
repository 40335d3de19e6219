"""Requests that no client should send, and that come all the same: one clear sentence each, never a 500."""

from __future__ import annotations

import json
import socket
import time

import pytest

from tests.api_server import KEY, Api

DEEP = b"[" * 100_000
NUMBER = b"9" * 5000


def is_problem(answer, status: int) -> str:
    """Checks the form of a problem; its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"] and body["type"] == "about:blank"
    sentence = body["detail"]
    assert sentence.endswith((".", "。")) and "\n" not in sentence and "Traceback" not in sentence and len(sentence) < 300
    return str(sentence)


MESSAGES = {
    "no body": (b"", 422, "The body: field required"),
    "broken json": (b'{"text": ', 400, "not valid JSON"),
    "not utf-8": (b'{"text": "\xff\xfe"}', 400, "as JSON in UTF-8"),
    "too deep": (DEEP, 400, "as JSON in UTF-8"),
    "too long a number": (b'{"text": ' + NUMBER + b"}", 400, "as JSON in UTF-8"),
    "a list": (b"[]", 422, "The body"),
    "nothing in it": (b"{}", 422, "'text' in the body: field required"),
    "a number as text": (b'{"text": 5}', 422, "'text' in the body cannot be 5: input should be a valid string"),
    "null as text": (b'{"text": null}', 422, "'text'"),
    "empty": (b'{"text": ""}', 422, "empty"),
    "only spaces": (b'{"text": " \\u200b"}', 422, "empty"),
    "too long": (json.dumps({"text": "x" * 4001}).encode(), 422, "4001 characters"),
    "an unknown field": (b'{"text": "Hi", "lang": "en"}', 422, "'lang' in the body"),
    "a context of text": (b'{"text": "Hi", "context": "KT-1"}', 422, "'context'"),
    "a sku of numbers": (b'{"text": "Hi", "context": {"sku": 5}}', 422, "'context.sku' in the body cannot be 5"),
    "an endless sku": (json.dumps({"text": "Hi", "context": {"sku": "x" * 300}}).encode(), 422, "'context.sku'"),
    "a locale of lists": (b'{"text": "Hi", "locale": ["en"]}', 422, "'locale'"),
    "a field like markup": (b'{"text": "Hi", "<script>alert(1)</script>": 1}', 422, ""),
    "a field of half a character": (b'{"text": "Hi", "\\ud800": 1}', 422, ""),
    "infinity": (b'{"text": Infinity}', 422, "'text'"),
}


@pytest.mark.parametrize(("body", "status", "words"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_that_cannot_be_taken_is_told_in_one_sentence(api: Api, body, status, words):
    customer = api.customer()
    answer = api.http.post(
        customer.path + "/messages", content=body, headers={**customer.headers, "Content-Type": "application/json"}
    )
    assert words in is_problem(answer, status)
    assert customer.history() == []


@pytest.mark.parametrize(
    ("text", "stored"),
    [("Hello \\ud800", "Hello \ufffd"), ("\\ud83d\\ude00 Hello", "😀 Hello"), ("a\\u0000b Hello", "ab Hello")],
)
def test_odd_characters_are_answered(api: Api, text, stored):
    customer = api.customer()
    body = f'{{"text": "{text}"}}'.encode()
    headers = {**customer.headers, "Content-Type": "application/json", "Accept": "application/json"}
    assert api.http.post(customer.path + "/messages", content=body, headers=headers).status_code == 200
    assert customer.history()[0]["text"] == stored


@pytest.mark.parametrize("accept", ["*/*", "text/event-stream", "application/json", "nonsense", "\xff"])
def test_a_body_of_another_kind_is_refused_whatever_is_accepted(api: Api, accept):
    customer = api.customer()
    headers = {**customer.headers, "Content-Type": "text/plain", "Accept": accept.encode("latin-1")}
    is_problem(api.http.post(customer.path + "/messages", content=b'{"text": "Hi"}', headers=headers), 422)


@pytest.mark.parametrize(
    ("id", "authorization", "status"),
    [
        (None, None, 401),
        (None, "Bearer", 401),
        (None, "Basic dXNlcjpwYXNz", 401),
        (None, "Bearer forged", 404),
        (None, "Bearer " + "x" * 20_000, 404),
        (None, "Bearer \xe9\xff", 404),
        ("nowhere", "own", 404),
        ("%00", "own", 404),
        ("%F0%9F%98%80", "own", 404),
        ("x" * 5000, "own", 404),
        ("' OR 1=1 --", "own", 404),
        ("another", "own", 404),
        ("of the chat page", "own", 404),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/messages"), ("POST", "/messages"), ("POST", "/handover")])
def test_a_token_opens_its_own_conversation_and_nothing_else(api: Api, id, authorization, status, method, path):
    customer = api.customer()
    others = {
        None: lambda: customer.id,
        "another": lambda: api.customer().id,
        "of the chat page": lambda: api.shopdesk.reply("Hello").conversation,
    }
    place = others.get(id, lambda: str(id))()
    bearer = f"Bearer {customer.token}" if authorization == "own" else authorization
    headers = {"Authorization": bearer.encode("latin-1")} if bearer else {}
    body = {"json": {"text": "Hi"} if path == "/messages" else {}} if method == "POST" else {}
    answer = api.http.request(method, f"/api/v1/conversations/{place}{path}", headers=headers, **body)
    is_problem(answer, status)
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_an_unknown_conversation_and_another_ones_token_get_the_same_body(api: Api):
    customer, other = api.customer(), api.customer()
    answers = [
        api.http.get(f"/api/v1/conversations/{id}/messages", headers=customer.headers) for id in (other.id, "x" * len(other.id))
    ]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/feedback", {"turn": 1, "rating": "great"}, 422, "'rating' in the body cannot be 'great'"),
        ("POST", "/feedback", {"turn": 9, "rating": "up"}, 404, "no turn 9"),
        ("POST", "/feedback", {"turn": "1", "rating": "up"}, 422, "'turn'"),
        ("POST", "/feedback", {"turn": 10**30, "rating": "up"}, 422, "'turn'"),
        ("POST", "/feedback", {"turn": 1, "rating": "up", "text": "x" * 5000}, 422, "'text'"),
        ("POST", "/handover", {"reason": ""}, 422, "'reason'"),
        ("POST", "/handover", {"reason": "x" * 101}, 422, "'reason'"),
        ("GET", "/messages?after=-1", None, 422, "'after' in the query"),
        ("GET", "/messages?limit=100000", None, 422, "'limit' in the query"),
        ("GET", "/messages?after=99999999999999999999999", None, 422, "'after'"),
        ("GET", "/messages/7/events", None, 404, "no turn 7"),
        ("GET", "/messages/0/events", None, 422, "'turn' in the path"),
        ("GET", "/messages/99999999999999999999999/events", None, 422, "'turn'"),
        ("GET", "/messages/one/events", None, 422, "'turn' in the path cannot be 'one'"),
        ("DELETE", "/messages", None, 405, "DELETE is not answered"),
        ("GET", "/nothing", None, 404, "nothing at this address"),
    ],
)
def test_every_other_route_tells_what_is_wrong(api: Api, method, path, body, status, words):
    customer = api.customer()
    answer = api.http.request(method, customer.path + path, json=body, headers=customer.headers)
    assert words in is_problem(answer, status)


@pytest.mark.parametrize("path", ["/api/v1/conversations", "/v1/chat/completions"])
def test_a_body_that_is_too_large_or_of_no_length_is_refused_before_it_is_read(api: Api, path):
    assert "1000000 bytes" in is_problem(api.http.post(path, content=b" " * 1_000_001), 413)
    is_problem(api.http.post(path, content=iter([b"{}"])), 411)


def _raw(api: Api, data: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", api.port), timeout=10)
    connection.sendall(data)
    return connection


def _post(customer, body: bytes, length: int | None = None) -> bytes:
    head = (
        f"POST {customer.path}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {customer.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    )
    return head.encode() + body


def test_connections_that_drop_in_the_middle_of_a_request_leave_the_server_well(api: Api):
    customer = api.customer()
    for data in (b"POST /api/v1/conv", _post(customer, b'{"text": "Hel', 500), b"\x16\x03\x01 not http\r\n\r\n", b"GET"):
        _raw(api, data).close()
    assert customer.history() == [] and api.http.get("/api/v1/health").status_code == 200


def test_a_body_that_does_not_come_in_time_is_refused(api: Api, monkeypatch):
    monkeypatch.setattr("bot.serving.protection.BODY_S", 0.1)
    customer = api.customer()
    connection = _raw(api, _post(customer, b'{"text": "Hel', 500))
    with connection, connection.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"400"
    assert customer.history() == []


def test_a_reader_who_does_not_read_and_one_who_hangs_up_lose_nothing(api: Api):
    slow, gone = api.customer(), api.customer()
    idle = _raw(api, _post(slow, b'{"text": "How long is the warranty?"}'))
    _raw(api, _post(gone, b'{"text": "How long is the warranty?"}')).close()
    for _ in range(250):  # whoever hangs up at once may be gone before the message was read; then nothing is stored
        if slow.get("/messages").json()["messages"]:
            break
        time.sleep(0.02)
    assert "24 months" in slow.history()[0]["reply"]["text"]
    assert [turn["turn"] for turn in gone.history()] in ([], [1])
    idle.close()
    assert api.http.get("/api/v1/health").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "not valid JSON"),
        (b"{}", 422, "'model'"),
        (b'{"model": "shopdesk", "messages": []}', 422, "'messages'"),
        (b'{"model": "gpt-5", "messages": [{"role": "user", "content": "Hi"}]}', 404, "no model 'gpt-5'"),
        (b'{"model": "shopdesk", "messages": [{"role": "assistant", "content": "Hi"}]}', 422, "has to be the user's"),
        (b'{"model": "shopdesk", "messages": [{"role": "user", "content": ""}]}', 422, "empty"),
        (b'{"model": "shopdesk", "messages": [{"role": "boss", "content": "Hi"}]}', 422, "'messages.0.role'"),
        (b'{"model": "shopdesk", "n": 3, "messages": [{"role": "user", "content": "Hi"}]}', 422, "'n' in the body cannot be 3"),
        (
            b'{"model": "shopdesk", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}',
            422,
            "'messages.0.content",
        ),
    ],
)
def test_chat_completions_tell_what_is_wrong_in_both_forms(api: Api, body, status, words):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    answer = api.http.post("/v1/chat/completions", content=body, headers=headers)
    assert words in is_problem(answer, status)
    assert answer.json()["error"]["message"] == answer.json()["detail"]
