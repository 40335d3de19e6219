"""A person of the shop at the link of a handover, and a reader of events that go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api_server import Api, Customer, Event


def link_of(api: Api, customer: Customer) -> str:
    """The token of the link of the customer's handover, as the owner is sent it."""
    handover = api.shopdesk.handovers.current(customer.id)
    assert handover is not None
    return api.shopdesk.links.token(handover)


@dataclass(frozen=True, slots=True)
class Agent:
    """A person with the link open in a browser of their own."""

    http: httpx.Client
    token: str
    name: str = "Mia"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Takeover-Person": f"the browser of {self.name:>12}"}

    def get(self, path: str = "") -> httpx.Response:
        return self.http.get(f"/api/v1/takeover{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.http.post(f"/api/v1/takeover{path}", json=body, headers=self.headers)

    def take(self, over: bool = False) -> httpx.Response:
        return self.post("/take", {"name": self.name, "over": over})

    def say(self, text: str, key: str | None = None) -> httpx.Response:
        return self.post("/messages", {"text": text, "key": key})

    def release(self, outcome: str = "released", note: str | None = None) -> httpx.Response:
        return self.post("/release", {"outcome": outcome, "note": note})


@contextmanager
def following(http: httpx.Client, url: str, headers: dict[str, str]) -> Iterator[Iterator[Event]]:
    """The events of a stream, each as soon as it is there."""
    with http.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events_in(answer.iter_lines())


def events_in(lines: Iterator[str]) -> Iterator[Event]:
    """The events of the lines of a stream."""
    name = id = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "id":
            id = value
        elif field == "data":
            yield name, id, json.loads(value)
