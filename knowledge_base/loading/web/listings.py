"""Sitemaps and feeds (RSS, Atom): the addresses that they list."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_UNPACKED = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listing:
    """``pages`` and further ``sitemaps`` that a file lists; ``whole``: pages that it does not list are not there."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...] = ()
    whole: bool = True


def read_listing(data: bytes) -> Listing | None:
    """What ``data`` lists; None where it is no sitemap and no feed."""
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    match _tag(root):
        case "urlset":
            return Listing(_texts(root, "url", "loc"))
        case "sitemapindex":
            return Listing((), _texts(root, "sitemap", "loc"))
        case "rss" | "RDF":
            return Listing(_texts(root, "item", "link"), whole=False)
        case "feed":
            return Listing(_links(root), whole=False)
    return None


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _UNPACKED)
    except zlib.error:
        return b""


def _texts(root: Element, item: str, name: str) -> tuple[str, ...]:
    found = ((child.text or "").strip() for each in root.iter() if _tag(each) == item for child in each if _tag(child) == name)
    return tuple(dict.fromkeys(filter(None, found)))


def _links(root: Element) -> tuple[str, ...]:
    found = (
        link.get("href", "").strip()
        for entry in root.iter()
        if _tag(entry) == "entry"
        for link in entry
        if _tag(link) == "link" and link.get("rel", "alternate") == "alternate"
    )
    return tuple(dict.fromkeys(filter(None, found)))


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
