"""What a page's Content-Security-Policy (CSP, level 3) lets it load: as far as the widget's files are concerned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: the sources of each directive."""

    directives: Mapping[str, tuple[str, ...]]

    def refusal(self, wanted: str, url: str, page: str, nonce: str | None = None) -> str | None:
        """The directive that keeps ``page`` from loading ``url`` as ``wanted`` (such as ``frame-src``); None when none does."""
        name = next((name for name in _FALLBACKS[wanted] if name in self.directives), None)
        if name is None:
            return None
        sources = self.directives[name]
        if nonce and f"'nonce-{nonce}'" in sources:
            return None
        strict = wanted.startswith("script") and "'strict-dynamic'" in sources
        if not strict and any(_matches(source, url, page) for source in sources):
            return None
        return name


def policies(headers: Sequence[str]) -> tuple[Policy, ...]:
    """The policies of header values or ``meta`` elements; a value may hold several, parted by commas. All of them hold."""
    return tuple(_policy(text) for header in headers for text in header.split(",") if text.strip())


def _policy(text: str) -> Policy:
    directives: dict[str, tuple[str, ...]] = {}
    for directive in text.split(";"):
        name, *sources = directive.split() or [""]
        if name:
            directives.setdefault(name.lower(), tuple(sources))
    return Policy(directives)


def _matches(source: str, url: str, page: str) -> bool:
    """Whether a source expression (CSP 3, 6.7.2.7) matches a URL."""
    wanted, own = urlsplit(url), urlsplit(page)
    if source == "'self'":
        return (wanted.scheme, wanted.hostname, _port(wanted.scheme, wanted.port)) == (
            own.scheme, own.hostname, _port(own.scheme, own.port),
        )  # fmt: skip
    if source == "*":
        return wanted.scheme in ("http", "https") or wanted.scheme == own.scheme
    if re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*:", source):
        return _scheme_fits(source[:-1].lower(), wanted.scheme)
    found = re.fullmatch(r"(?:([a-zA-Z][\w+.-]*)://)?(\*|(?:\*\.)?[^/:*']+|\[[^\]]+\])(?::(\d+|\*))?(/[^?#]*)?", source)
    if found is None:
        return False
    scheme, host, port, path = found.groups()
    return (
        _scheme_fits((scheme or own.scheme).lower(), wanted.scheme)
        and _host_fits(host.lower(), wanted.hostname or "")
        and _port_fits(port, wanted.scheme, wanted.port)
        and _path_fits(path, wanted.path)
    )


def _scheme_fits(allowed: str, given: str) -> bool:
    return allowed == given or (allowed == "http" and given == "https")


def _host_fits(allowed: str, given: str) -> bool:
    if allowed == "*":
        return True
    return given.endswith(allowed[1:]) if allowed.startswith("*.") else given == allowed.strip("[]")


def _port_fits(allowed: str | None, scheme: str, given: int | None) -> bool:
    if allowed == "*":
        return True
    port = _port(scheme, given)
    return port == _PORTS.get(scheme) if allowed is None else port == int(allowed) or (allowed == "80" and port == 443)


def _port(scheme: str, given: int | None) -> int | None:
    return given or _PORTS.get(scheme)


def _path_fits(allowed: str | None, given: str) -> bool:
    if not allowed or allowed == "/":
        return True
    return given.startswith(allowed) if allowed.endswith("/") else given == allowed
