"""An OpenAI-compatible server whose model does whatever any text of its prompt says, and what an attacker who owns it wants.

An order stands between « and »: the model says what stands there. ``«EVERYTHING»`` says the whole prompt, ``«CALL name {…}»``
calls a tool as well as writing the call down. ``always`` is an order that it follows whatever the prompt says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

EVERYTHING = "EVERYTHING"
LINE = "␤"
"""Stands for a new line inside an order, so that it survives being planted in a table's cell."""
_ORDER = re.compile(r"«(.+?)»", re.DOTALL)
_CALL = re.compile(r"CALL (\w+) (\{.*\})", re.DOTALL)
_PASSAGE = re.compile(r"<evidence number=1>\n(.*?)\n</evidence>", re.DOTALL)
_QUESTIONS = ("Topics that the shop can answer", "本店能回答的主题")


class ObedientServer(ThreadingHTTPServer):
    """``bodies`` are the requests as they came; ``truthful``: each reply begins with a true sentence, to get past checks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.always: str | None = None
        self.truthful = True
        self.bodies: list[str] = []

    @property
    def url(self) -> str:
        """The address to give as ``llm_base_url``."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def reply(self, messages: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
        """What the model says, and the tools that it calls."""
        prompt = "\n".join(str(message["content"]) for message in messages)
        orders = (
            [self.always] if self.always else list(dict.fromkeys(_ORDER.findall(prompt.replace("‹", "<").replace("›", ">"))))
        )
        said: list[str] = []
        calls: list[dict[str, Any]] = []
        for order in orders:
            said.append(prompt if order == EVERYTHING else order.replace(LINE, "\n"))
            if called := _CALL.search(order):
                calls.append({"index": len(calls), "id": f"call_{len(calls)}", "type": "function"})
                calls[-1]["function"] = {"name": called[1], "arguments": called[2]}
        aside = any(mark in prompt for mark in _QUESTIONS)
        opening = [] if aside or (said and not self.truthful) else [_truth(prompt)]
        return ("\n" if aside else " ").join([*opening, *said]), calls


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ObedientServer

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        """Streams the reply, a few characters at a time."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.bodies.append(body)
        text, calls = self.server.reply(json.loads(body)["messages"])
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for start in range(0, len(text), 24):
            self._send({"content": text[start : start + 24]})
        if calls:
            self._send({"tool_calls": calls})
        self._send({}, "tool_calls" if calls else "stop")
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _send(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "obedient", "object": "chat.completion.chunk", "created": 0, "model": "obedient", "choices": [choice]}
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")


def _truth(prompt: str) -> str:
    """The first sentence of the first passage, cited; so a reply holds at least something that is true."""
    match = _PASSAGE.search(prompt)
    line = match[1].splitlines()[-1] if match else ""
    sentence = re.split(r"(?<=[.。])", re.sub(r"«.*", "", line))[0].rstrip(".。 ")
    return f"{sentence} [1]." if sentence else "-"


@contextmanager
def obedient_server() -> Iterator[ObedientServer]:
    """The server on a free port of this machine, until the block ends."""
    server = ObedientServer()
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
