"""The widget: the loader that a shop's pages include, and the page inside its frame. Both are built from ``widget/``."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS = Path(str(files("bot.serving").joinpath("assets")))
LOADER, SCRIPT, STYLE = "/widget.js", "/widget/frame.js", "/widget/frame.css"
FRESH = "public, max-age=300, stale-while-revalidate=86400"
"""Of the loader, whose address stays the same: a shop's pages have a new one within minutes."""
FOR_EVER = "public, max-age=31536000, immutable"
"""Of what the frame's page names with its version."""


class Assets(StaticFiles):
    """The built files. Pages of any origin may load them: there is nothing secret in them."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file with what caches may do with it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = scope["query_string"] == f"v={version()}".encode()
        response.headers["Cache-Control"] = FOR_EVER if versioned else FRESH
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def asset_routes() -> list[Route]:
    """The routes of the built files, compressed."""
    assets = GZipMiddleware(Assets(directory=ASSETS))
    return [Route(path, assets, include_in_schema=False) for path in (LOADER, SCRIPT, STYLE)]


def frame_page(told: Mapping[str, Any]) -> str:
    """The HTML of a site's frame; ``told`` is what the chat in it knows of the site, as plain JSON types."""
    page = ASSETS.joinpath("widget", "frame.html").read_text("utf-8")
    return page.replace("{{version}}", version()).replace("{{frame}}", escape(json.dumps(told, ensure_ascii=False)))


@cache
def version() -> str:
    """A name of the frame's built script and style: other files, another name."""
    content = b"".join(ASSETS.joinpath(path.lstrip("/")).read_bytes() for path in (SCRIPT, STYLE))
    return hashlib.sha256(content).hexdigest()[:16]
