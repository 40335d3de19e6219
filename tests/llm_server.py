"""A small OpenAI-compatible server on loopback whose behaviour a test scripts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class ScriptedServer(ThreadingHTTPServer):
    """``behaviour`` is one of the names handled below; ``answer`` maps the request's messages to the reply's text."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Callable[[list[dict[str, str]]], str], behaviour: str = "ok", token_s: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.behaviour, self.token_s = answer, behaviour, token_s
        self.requests: list[list[dict[str, str]]] = []
        self.released = Event()
        self.disconnected = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        self.disconnected.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body["messages"])
        behaviour = self.server.behaviour
        if behaviour in ("429", "500"):
            return self._plain(int(behaviour), b'{"error": {"message": "scripted"}}')
        if behaviour == "garbage":
            return self._plain(200, b"<html>not what you wanted</html>")
        if behaviour == "hang":
            self.server.released.wait(20)
            return None
        self._begin()
        if behaviour == "keep-alives":
            return self._repeat(b": keep-alive\n\n")
        pieces = _pieces(self.server.answer(body["messages"]))
        for index, piece in enumerate(pieces):
            if behaviour == "hang-mid-stream" and index == 2:
                self.server.released.wait(20)
                return None
            if behaviour == "cut" and index == 2:
                self.close_connection = True
                return None
            time.sleep(0.5 if behaviour == "drip" else self.server.token_s)
            self._chunk(_event({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}))
        self._chunk(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")
        return None

    def _plain(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _repeat(self, data: bytes) -> None:
        for _ in range(200):
            self._chunk(data)
            if self.server.released.wait(0.1):
                return


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), 6):
        yield text[start : start + 6]


def _event(data: dict[str, object]) -> bytes:
    whole = {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted", **data}
    return b"data: " + json.dumps(whole).encode() + b"\n\n"


@contextmanager
def scripted_server(
    answer: Callable[[list[dict[str, str]]], str] | str, behaviour: str = "ok", token_s: float = 0.0
) -> Iterator[ScriptedServer]:
    reply = answer if callable(answer) else lambda _messages: str(answer)
    server = ScriptedServer(reply, behaviour, token_s)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
