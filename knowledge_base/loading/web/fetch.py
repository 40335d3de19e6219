"""One page: a GET with limits on size, time and redirects, every hop checked."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import httpcore

from knowledge_base.loading.web.guard import AddressRefused, GuardedBackend, Resolve, resolve

AGENT = "Shopdesk/0.1"
MAX_BYTES = 5 * 1024 * 1024
MAX_SECONDS = 10.0
MAX_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}


class FetchError(Exception):
    """Raised for a page that cannot be had. The message completes "The page …"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: ``headers`` with lower-case names, ``url`` after redirects, ``body`` unpacked."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher:
    """Fetches pages one at a time. Use it as a context manager; connections are kept open for the next page."""

    def __init__(
        self,
        allow_private: bool = False,
        resolver: Resolve = resolve,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        """Fetch public pages, and with ``allow_private`` those inside the owner's network too."""
        self._backend = GuardedBackend(allow_private, resolver)
        self._pool = httpcore.ConnectionPool(max_connections=4, network_backend=self._backend)
        self._max_bytes, self._max_seconds = max_bytes, max_seconds

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET, whatever its status, after at most five redirects.

        Raises:
            FetchError: the address is refused or wrong, nobody answers in time, or the answer is too large.
        """
        self._backend.deadline = time.monotonic() + self._max_seconds
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._one(url, headers or {})
                if answer.status not in _MOVED or "location" not in answer.headers:
                    return answer
                url = urljoin(url, answer.headers["location"])
        except httpcore.TimeoutException:
            raise FetchError(f"takes more than {self._max_seconds:g} seconds to come") from None
        except AddressRefused as error:
            raise FetchError(str(error)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
            raise FetchError(f"cannot be fetched: {error or type(error).__name__}") from None
        raise FetchError(f"redirects more than {MAX_REDIRECTS} times")

    def _one(self, url: str, headers: Mapping[str, str]) -> Answer:
        address = plain_address(url)
        sent = {"User-Agent": AGENT, "Accept-Encoding": "gzip, identity", "Accept": "*/*", **headers}
        with self._pool.stream("GET", address, headers=list(sent.items())) as response:
            received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            body = self._body(response, received.get("content-encoding", "identity").strip().lower())
        return Answer(address, response.status, received, body)

    def _body(self, response: httpcore.Response, encoding: str) -> bytes:
        if encoding not in ("identity", "gzip", "x-gzip", ""):
            raise FetchError(f"comes in the unknown encoding {encoding[:40]!r}")
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
        parts, size = [], 0
        try:
            for part in response.iter_stream():
                plain = unpacker.decompress(part, self._max_bytes + 1) if unpacker else part
                size += len(plain)
                if size > self._max_bytes:
                    raise FetchError(f"has more than {self._max_bytes / 2**20:g} MB")
                parts.append(plain)
        except zlib.error:
            raise FetchError("is packed wrongly") from None
        return b"".join(parts)


def plain_address(url: str) -> str:
    """``url`` as it is fetched and recorded: without fragment, the host in ASCII, other characters escaped.

    Raises:
        FetchError: it is no address of a page, or carries a name and password.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode() if not host.isascii() else host
    except ValueError:
        raise FetchError("has an address that makes no sense") from None
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError("is not at an address of the web, which begins with http:// or https://")
    if parts.username is not None:
        raise FetchError("has a user's name in its address, which is not supported")
    where = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = where if port in (None, default) else f"{where}:{port}"
    return urlunsplit(SplitResult(parts.scheme, netloc, _escaped(parts.path or "/"), _escaped(parts.query), ""))


def _escaped(text: str) -> str:
    return "".join(
        character if "!" <= character <= "~" else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in text
    )
