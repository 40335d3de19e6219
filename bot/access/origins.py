"""Web origins as browsers send them (RFC 6454) and as owners write them: scheme, host and port, nothing else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import idna

from bot.errors import InputError

LONGEST = 300
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\]"
)
_ADDRESS = re.compile(r"[0-9.]+|\[.*\]")


def normalised(origin: str) -> str | None:
    """The one spelling of an origin: lower case, punycode, without a default port; None for anything else, such as ``null``."""
    if len(origin) > LONGEST or not origin.isprintable() or any(sign in origin for sign in " \\@?#"):
        return None
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or parts.path not in ("", "/") or not parts.hostname or port == 0:
        return None
    host = _ascii(f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname)
    if host is None:
        return None
    return f"{scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}")


def pattern(written: str) -> str:
    """An origin that an owner allows, normalised: ``https://shop.example``, or ``https://*.shop.example`` for its subdomains.

    Raises:
        InputError: when it is none, or allows more than one owner's pages.
    """
    scheme, star, rest = written.strip().partition("://*.")
    plain = normalised(f"{scheme}://{rest}" if star else written.strip())
    if plain is None:
        raise InputError(
            f"{written[:80]!r} is no web origin: write scheme, host and, if it is not the usual one, port, such as"
            " 'https://shop.example', 'http://localhost:3000' or 'https://*.shop.example'."
        )
    if not star:
        return plain
    scheme, _, authority = plain.partition("://")
    host = authority.partition(":")[0]
    if "." not in host or _ADDRESS.fullmatch(host):
        raise InputError(f"{written[:80]!r} allows too much: a star stands for the subdomains of your own domain.")
    return f"{scheme}://*.{authority}"


def allows(pattern: str, origin: str) -> bool:
    """Whether a normalised origin is the one of the pattern: same scheme, host and port; a star is one label or more."""
    scheme, star, domain = pattern.partition("://*.")
    if not star:
        return origin == pattern
    return origin.startswith(f"{scheme}://") and origin.endswith(f".{domain}") and len(origin) > len(scheme) + len(domain) + 4


def _ascii(host: str) -> str | None:
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except idna.IDNAError:
            return None
    host = host.lower()
    return host if _HOST.fullmatch(host) else None
