"""A shop's own pages, served from an origin of their own, with the widget on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

QUEUE = "window.shopdesk=window.shopdesk||function(){(shopdesk.q=shopdesk.q||[]).push(arguments)};"
EVENTS = "ready opened closed message unread product_click add_to_cart handover feedback error".split()
LISTEN = f"window.heard=[];for(const event of {EVENTS!r})shopdesk('on',event,detail=>{{heard.push({{event,...detail}})}});"


@dataclass(slots=True)
class ShopPages:
    """Every path answers with ``html``."""

    origin: str
    html: str = field(default="")

    def show(self, server: str, key: str, *tags: str, body: str = "", lang: str = "en", script: str = LISTEN) -> None:
        """A page with a script tag for each of ``tags``, which are its further attributes; ``script`` runs before them."""
        loaders = "".join(f'<script async src="{server}/widget.js" data-site="{escape(key)}" {tag}></script>' for tag in tags)
        self.html = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>The shop</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
            f"<body><main><h1>The shop</h1><p>Welcome.</p>{body}</main><script>{QUEUE}{script}</script>{loaders}</body></html>"
        )


@contextmanager
def shop_pages() -> Iterator[ShopPages]:
    """Serves the pages until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        pages = ShopPages(f"http://localhost:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield pages
        server.shutdown()
