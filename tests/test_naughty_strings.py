"""Hostile texts in every field of the API and in every kind of file: told in a sentence or taken, never a failure."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot
from tests.api_server import Api
from tests.naughty_strings import CHARACTERS, EVERY, NAUGHTY, QUERIES

SHORTEST_SET = ("\x00", "\ud800", "{0.__class__}", "' OR '1'='1", "x" * 100_000)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
Schema = dict[str, Any]


class Document:
    """The API's OpenAPI document: its routes, and bodies that fit or nearly fit them."""

    def __init__(self, api: Api) -> None:
        self._whole: Schema = api.http.get("/api/v1/openapi.json").json()

    def bodies(self) -> Iterator[tuple[str, str, Schema]]:
        """Method, path and schema of each route that takes JSON."""
        for path, methods in self._whole["paths"].items():
            for method, route in methods.items():
                content = route.get("requestBody", {}).get("content", {})
                if "application/json" in content:
                    yield method, path, self._resolved(content["application/json"]["schema"])

    def routes(self) -> Iterator[tuple[str, str]]:
        yield from ((method, path) for path, methods in self._whole["paths"].items() for method in methods)

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return self._resolved(self._whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        options = schema.get("anyOf")
        return self._resolved(next(one for one in options if one.get("type") != "null")) if options else schema

    def fields(self, schema: Schema) -> list[tuple[str, ...]]:
        """Where texts stand in a body."""
        found: list[tuple[str, ...]] = []
        for name, inner in schema.get("properties", {}).items():
            inner = self._resolved(inner)
            if inner.get("type") == "object" and "properties" in inner:
                found += [(name, *rest) for rest in self.fields(inner)]
            elif inner.get("type") == "string":
                found.append((name,))
        return found

    def sample(self, schema: Schema) -> Any:
        """A body that fits."""
        schema = self._resolved(schema)
        if schema.get("type") == "object":
            return {name: self.sample(schema["properties"][name]) for name in schema.get("required", ())}
        known = schema.get("enum") or ([schema["const"]] if "const" in schema else None)
        simple = {"string": "Hello", "integer": 1, "number": 1.0, "boolean": True, "array": []}
        return known[0] if known else simple.get(schema.get("type", "string"), "Hello")

    def strategy(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Bodies that fit or nearly fit."""
        schema = self._resolved(schema)
        junk = st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(EVERY), st.lists(st.integers(), max_size=3)
        )
        if schema.get("type") == "object" and "properties" in schema:
            fields = {name: self.strategy(inner) for name, inner in schema["properties"].items()}
            return st.one_of(st.fixed_dictionaries({}, optional=fields), st.dictionaries(st.text(max_size=5), junk, max_size=3))
        return st.one_of(st.just(self.sample(schema)), st.sampled_from(EVERY), st.text(max_size=50), st.integers(), junk)


@pytest.fixture(scope="module")
def document(api: Api) -> Document:
    return Document(api)


@pytest.fixture(scope="module")
def signed_in(api: Api) -> Iterator[str]:
    users = api.shopdesk.admin.users
    yield f"shopdesk_login={users.sign_in('naughty', users.add('naughty', 'editor'))}"
    users.remove("naughty")


def send(
    api: Api, method: str, path: str, content: bytes | None, cookie: str, query: dict[str, str] | None = None
) -> httpx.Response:
    customer = api.customer()
    values = {"conversation": customer.id, "turn": "1", "key": "sd_x"}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{", "").replace("}", "")
    headers = {**customer.headers, "Content-Type": "application/json", "Accept": "application/json", "Cookie": cookie}
    with api.http.stream(method.upper(), f"/api/v1{path}", content=content, headers=headers, params=query) as answer:
        if "event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
        return answer


def as_json(body: Any) -> bytes:
    """As a client may send it: halves of characters escaped."""
    return json.dumps(body).encode()


def with_text(body: Any, place: tuple[str, ...], text: str) -> Any:
    if not place:
        return text
    return {**(body if isinstance(body, dict) else {}), place[0]: with_text((body or {}).get(place[0]), place[1:], text)}


def put_into_every_field(api: Api, document: Document, cookie: str, texts: tuple[str, ...]) -> int:
    tried = 0
    for method, path, schema in document.bodies():
        for place in document.fields(schema):
            for text in texts:
                answer = send(api, method, path, as_json(with_text(document.sample(schema), place, text)), cookie)
                assert answer.status_code < 500, (method, path, place, text[:40], answer.status_code)
                tried += 1
    return tried


def test_hostile_texts_in_every_field_are_no_failure(api, document, signed_in):
    assert put_into_every_field(api, document, signed_in, SHORTEST_SET) >= 50


@pytest.mark.slow
def test_every_hostile_text_in_every_field_is_no_failure(api, document, signed_in):
    assert len(NAUGHTY) > 150 and put_into_every_field(api, document, signed_in, EVERY) > 1_500


@pytest.mark.slow
def test_every_hostile_text_as_a_message_is_answered_or_refused_and_what_is_stored_is_what_was_said(api):
    customer = api.customer()
    for number, text in enumerate(NAUGHTY):
        customer = api.customer() if number % 50 == 0 else customer
        answer = customer.post("/messages", {"text": text}, Accept="application/json")
        assert answer.status_code in (200, 422), (text[:40], answer.text)
        if answer.status_code == 200 and text.isprintable() and text == text.strip():
            said = [turn["text"] for turn in customer.history() if turn["role"] == "turn"]
            assert said[-1] == text or len(text) > 39


@pytest.mark.slow
def test_hostile_texts_in_paths_and_queries_are_no_failure(api, document, signed_in):
    for method, path in document.routes():
        for text in (*QUERIES[:12], *(one for one in CHARACTERS[:20] if one.strip() and one.isprintable()), "x" * 3000):
            quoted = httpx.QueryParams({"x": text})
            filled = path.replace("{turn}", text.replace("/", "")).replace("{key}", "x")
            try:
                answer = send(api, method, filled, b"{}" if method == "post" else None, signed_in, dict(quoted))
            except httpx.InvalidURL:
                continue
            assert answer.status_code < 500, (method, path, text[:40])


@pytest.mark.slow
def test_bodies_made_from_the_openapi_document_are_no_failure(api, document, signed_in):
    routes = st.sampled_from(list(document.bodies()))

    @QUICK
    @given(st.data())
    def never_fails(data: st.DataObject) -> None:
        method, path, schema = data.draw(routes)
        body = data.draw(document.strategy(schema))
        answer = send(api, method, path, as_json(body), signed_in)
        assert answer.status_code < 500, (method, path, body)

    never_fails()


def test_half_a_character_in_a_file_stops_nothing(tmp_path, api_data):
    (tmp_path / "rows.jsonl").write_text(
        '{"question": "What is a zorb?", "answer": "A zorb is \\ud800 a ball of 3 metres."}', "utf-8"
    )
    with bot.open(shutil.copytree(api_data, tmp_path / "data")) as shopdesk:
        shopdesk.load([tmp_path / "rows.jsonl"])
        assert "3 metres" in shopdesk.search("What is a zorb?", 1)[0]["text"]


@pytest.mark.slow
def test_tables_full_of_hostile_texts_are_loaded_and_found_again(api_data, tmp_path):
    data, files = shutil.copytree(api_data, tmp_path / "data"), tmp_path / "files"
    files.mkdir()
    rows = [text for text in NAUGHTY if len(text) < 5000]
    tables = {
        "faq.csv": (
            ("question", "answer"),
            [(f"What is case {n}? {text}", f"It is {text} and {n} days.") for n, text in enumerate(rows)],
        ),
        "goods.csv": (
            ("sku", "title", "price", "currency"),
            [(f"N-{n}", f"Thing {n} {text}", "5", "CNY") for n, text in enumerate(rows)],
        ),
        "people.csv": (("customer_id", "name", "email"), [(f"N{n}", text, f"n{n}@example.com") for n, text in enumerate(rows)]),
        "reviews.csv": (("id", "sku", "rating", "text"), [(f"n{n}", "KT-1", "5", text) for n, text in enumerate(rows)]),
    }
    for name, (header, lines) in tables.items():
        with (files / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *lines])
    (files / "page.html").write_text("<html><body>" + "".join(f"<p>{text}</p>" for text in rows) + "</body></html>", "utf-8")
    (files / "notes.md").write_text("# Notes\n\n" + "\n\n".join(rows), "utf-8")
    (files / "rows.jsonl").write_text(
        "\n".join(json.dumps({"question": f"q {text}", "answer": text}) for text in EVERY), "utf-8"
    )
    with bot.open(data) as shopdesk:
        summary = shopdesk.load([files])
        assert summary.changed
        for text in ("{{7*7}}", "=1+1", "' OR '1'='1"):
            place = rows.index(text)
            found = [
                product
                for product in shopdesk.search(f"Thing {place} {text}", 20)
                if f"Thing {place} " in product["text"] + str(product["title"])
            ]
            assert found and text in found[0]["text"] + str(found[0]["title"]), text
        for text in rows[::7]:
            if text.strip("\x00\u200b\ufeff \u3000\u00a0\u2028\u2029\r\n\t\x7f\x85"):
                assert shopdesk.reply(f"Tell me about {text}"[:4000]).text


FORMATS = ("md", "txt", "html", "csv", "json", "jsonl", "pdf", "docx", "xlsx", "pptx", "epub", "zip", "bin")
MAGIC = (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"<html>", b"{", b"[", b'"', b"a,b\n", b"\x1f\x8b")


@pytest.mark.slow
def test_files_of_chance_are_loaded_or_skipped_with_a_reason(api_data, tmp_path):
    data, files = shutil.copytree(api_data, tmp_path / "data"), tmp_path / "files"
    with bot.open(data) as shopdesk:

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(
            st.lists(
                st.tuples(st.sampled_from(FORMATS), st.sampled_from(MAGIC), st.binary(max_size=300)), min_size=8, max_size=12
            )
        )
        def never_fails(contents: list[tuple[str, bytes, bytes]]) -> None:
            shutil.rmtree(files, ignore_errors=True)
            files.mkdir()
            for number, (ending, magic, rest) in enumerate(contents):
                (files / f"file{number}.{ending}").write_bytes(magic + rest)
            for report in shopdesk.load([files]).reports.values():
                assert all(skipped.reason for skipped in report.skipped)

        never_fails()
        assert shopdesk.reply("How long is the warranty?").citations
