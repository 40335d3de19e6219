"""An OpenAI-compatible server on loopback that answers as it is told, or misbehaves in one of the ways that servers do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

Answer = Callable[[list[dict[str, str]]], str]
PIECE, SLOW_S = 6, 0.5
"""Characters of a piece, and seconds before each of a server that drips."""
HELD_S = 60.0
"""How long a server that hangs holds a connection, unless it is released."""


class ScriptedServer(ThreadingHTTPServer):
    """``behaviour`` is one of the names handled below; ``answer`` maps the request's messages to the reply's text."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Answer, behaviour: str = "ok", token_s: float = 0.0, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer, self.behaviour, self.token_s = answer, behaviour, token_s
        self.requests: list[list[dict[str, str]]] = []
        self.released = Event()
        self.disconnected = Event()

    @property
    def url(self) -> str:
        """The address to give as ``llm_base_url``."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no error."""
        self.disconnected.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        """Answers, or does what the server's behaviour is."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body["messages"])
        behaviour = self.server.behaviour
        if behaviour in ("429", "500"):
            self._plain(int(behaviour), b'{"error": {"message": "scripted"}}')
        elif behaviour == "garbage":
            self._plain(200, b"<html>not what you wanted</html>")
        elif behaviour == "hang":
            self._hang()
        else:
            self._begin()
            if behaviour == "keep-alives":
                self._repeat(b": keep-alive\n\n")
            elif behaviour == "broken events":
                self._repeat(b'data: {"choices": [{"del\n\n', 1)
            else:
                self._stream("" if behaviour == "empty" else self.server.answer(body["messages"]), behaviour)

    def _stream(self, text: str, behaviour: str) -> None:
        for index, start in enumerate(range(0, len(text), PIECE)):
            if behaviour == "hang-mid-stream" and index == 2:
                return self._hang()
            if behaviour == "cut" and index == 2:
                self.close_connection = True
                return None
            time.sleep(SLOW_S if behaviour == "drip" else self.server.token_s)
            delta = {"content": text[start : start + PIECE]}
            self._chunk(_event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}))
        self._chunk(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")
        return None

    def _hang(self) -> None:
        self.server.released.wait(HELD_S)
        self.close_connection = True

    def _plain(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self._end_headers()
        self.wfile.write(body)

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self._end_headers()

    def _end_headers(self) -> None:
        """No connection is kept for the next request, which may find the server behaving in another way."""
        self.send_header("Connection", "close")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _repeat(self, data: bytes, times: int = int(HELD_S * 10)) -> None:
        for _ in range(times):
            self._chunk(data)
            if self.server.released.wait(0.1):
                return
        self._chunk(b"")


def _event(data: dict[str, object]) -> bytes:
    whole = {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted", **data}
    return b"data: " + json.dumps(whole).encode() + b"\n\n"


@contextmanager
def scripted_server(
    answer: Answer | str, behaviour: str = "ok", token_s: float = 0.0, port: int = 0
) -> Iterator[ScriptedServer]:
    """The server, on a free port unless one is named, until the block ends."""
    reply = answer if callable(answer) else lambda _messages: str(answer)
    server = ScriptedServer(reply, behaviour, token_s, port)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.released.set()
        with suppress(OSError):
            server.shutdown()
        server.server_close()
