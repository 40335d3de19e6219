"""What the owner's notifications reach in tests: a webhook receiver and a mail server, both real and on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass(frozen=True, slots=True)
class Received:
    """One request: its address, headers and body."""

    path: str
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers every request with what ``answer`` says (status and body) and keeps it."""

    port: int = 0
    answer: Callable[[Received], tuple[int, bytes]] = lambda _: (200, b'{"errcode": 0, "code": 0}')
    received: Queue[Received] = field(default_factory=Queue)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def next(self) -> Received:
        """The next request, once it is there."""
        return self.received.get(timeout=20)


@contextmanager
def webhook_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = Received(self.path, self.headers, body)
            status, answer = receiver.answer(request)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            receiver.received.put(request)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield receiver
        server.shutdown()


@dataclass
class MailServer:
    """A mail server that lets only ``shop`` log in, with the password ``pass word``."""

    port: int
    mails: Queue[Message]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    mails: Queue[Message] = Queue()

    class Keep(MessageHandler):
        def handle_message(self, message: Message) -> None:
            mails.put(message)

    def log_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"shop", b"pass word")
        return AuthResult(success=right, handled=False)

    class Server(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]  # that of the free port that it took
            super()._trigger_server()

    controller = Server(Keep(), hostname="127.0.0.1", port=0, authenticator=log_in, auth_require_tls=False)
    controller.start()
    try:
        yield MailServer(controller.port, mails)
    finally:
        controller.stop()
