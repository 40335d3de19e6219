"""The HTTP API on a free port, served by uvicorn in a thread, and a customer who speaks to it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import httpx
import uvicorn

from bot.serving.application import application
from bot.serving.demo_store import mount_demo_store
from bot.shopdesk import Shopdesk

KEY = "a-key-for-the-tests-only"
Event = tuple[str, str, Any]
"""An event's name, id and data."""


def events_of(text: str) -> list[Event]:
    """The events of a stream, as a browser's EventSource reads them."""
    found: list[Event] = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], fields["id"], json.loads(fields["data"])))
    return found


@dataclass(frozen=True, slots=True)
class Customer:
    """One conversation, with its token."""

    http: httpx.Client
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.http.post(self.path + path, json=body, headers={**self.headers, **headers})

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(self.path + path, headers={**self.headers, **headers})

    def ask(self, text: str, **more: Any) -> dict[str, Any]:
        """The reply object."""
        answer = self.post("/messages", {"text": text, **more}, Accept="application/json")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def stream(self, text: str, **more: Any) -> list[Event]:
        """The turn's events."""
        answer = self.post("/messages", {"text": text, **more})
        assert answer.status_code == 200, answer.text
        return events_of(answer.text)

    def history(self) -> list[dict[str, Any]]:
        """The turns that are stored, once none runs any more."""
        for _ in range(500):
            body = self.get("/messages").json()
            if body["running"] is None:
                return list(body["messages"])
            time.sleep(0.02)
        raise AssertionError("A turn did not end.")


@dataclass(frozen=True, slots=True)
class Api:
    """A running server."""

    url: str
    port: int
    shopdesk: Shopdesk
    http: httpx.Client

    def customer(self) -> Customer:
        """A new conversation."""
        begun = self.http.post("/api/v1/conversations")
        assert begun.status_code == 201, begun.text
        return Customer(self.http, begun.json()["id"], begun.json()["token"])


@contextmanager
def api_server(shopdesk: Shopdesk, demo: bool = False) -> Iterator[Api]:
    """Serves the shop's API, with ``demo`` the demo shop's pages too, until the block ends; it has answered by then."""
    app = application(shopdesk)
    if demo:
        mount_demo_store(app, shopdesk)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="critical", proxy_headers=False, timeout_graceful_shutdown=2, lifespan="on")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=url, timeout=30) as http:
            yield Api(url, port, shopdesk, http)
        server.should_exit = True
        thread.join(10)
