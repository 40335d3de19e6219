"""The widget: the loader that a shop's pages include, and the page inside its frame. Both are built from ``widget/``."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ASSETS = Path(str(files("bot.serving").joinpath("assets")))
LOADER = "/widget.js"
OF_FRAME = ("/widget/frame.js", "/widget/frame.css", "/widget/text.js")
"""What the frame's page loads: the last of it, which renders replies, when the chat stands already."""
_TYPES = {".js": "text/javascript", ".css": "text/css"}
FRESH = "public, max-age=300, stale-while-revalidate=86400"
"""Of the loader, whose address stays the same: a shop's pages have a new one within minutes."""
FOR_EVER = "public, max-age=31536000, immutable"
"""Of what the frame's page names with its version."""


class _Built(NamedTuple):
    """A built file as it is sent: as it stands, and compressed."""

    plain: bytes
    gzipped: bytes
    etag: str
    type: str


@cache
def _built(path: str) -> _Built:
    """The file, read and compressed once: compressing it for every visitor took longer than all else about it."""
    content = ASSETS.joinpath(path.lstrip("/")).read_bytes()
    return _Built(
        content, gzip.compress(content, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:32]}"', _TYPES[Path(path).suffix]
    )


async def _send(request: Request) -> Response:
    """The file. Pages of any origin may load it: there is nothing secret in it."""
    file = _built(request.url.path)
    headers = {
        "Cache-Control": FOR_EVER if request.url.query == f"v={version()}" else FRESH,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": file.etag,
        "Vary": "Accept-Encoding",
    }
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.gzipped, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.type)
    return Response(file.plain, headers=headers, media_type=file.type)


def asset_routes() -> list[Route]:
    """The routes of the built files."""
    return [Route(path, _send, include_in_schema=False) for path in (LOADER, *OF_FRAME)]


def frame_page(told: Mapping[str, Any]) -> str:
    """The HTML of a site's frame; ``told`` is what the chat in it knows of the site, as plain JSON types."""
    page = ASSETS.joinpath("widget", "frame.html").read_text("utf-8")
    return page.replace("{{version}}", version()).replace("{{frame}}", escape(json.dumps(told, ensure_ascii=False)))


@cache
def version() -> str:
    """A name of the frame's built files: other files, another name."""
    content = b"".join(ASSETS.joinpath(path.lstrip("/")).read_bytes() for path in OF_FRAME)
    return hashlib.sha256(content).hexdigest()[:16]
