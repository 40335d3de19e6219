"""A web site on this machine for tests: pages that can be changed, and a record of what was asked for."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """``pages``: path → body, status, or ``(status, headers, body)``; ``asked``: paths; ``unchanged``: those answered 304."""

    address: str = ""
    pages: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def page(text: str, title: str = "Help") -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"


@contextmanager
def web_site(**pages: object) -> Iterator[Site]:
    """A site with pages by path."""
    site = Site(pages=dict(pages))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            found = site.pages.get(self.path, 404)
            status, headers, body = found if isinstance(found, tuple) else (200, {}, found)
            if isinstance(body, int):
                status, body = body, ""
            data = body.encode() if isinstance(body, str) else body
            etag = f'"{hashlib.md5(data).hexdigest()}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                site.unchanged.append(self.path)
                status, data = 304, b""
            self.send_response(status)
            kind = "application/xml" if self.path.endswith(".xml") else "text/html"
            for name, value in {"Content-Type": kind, "ETag": etag, "Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
