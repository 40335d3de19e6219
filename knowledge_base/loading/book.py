"""E-books (epub): their chapters in the order of the spine, each read as a page."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from knowledge_base.loading import html_page
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, language_code
from knowledge_base.types import Section

_PAGES = ("application/xhtml+xml", "text/html")


def load(data: bytes, name: str) -> Parsed:
    """The sections of all chapters; title and language as the book states them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "META-INF/encryption.xml" in archive.namelist():
                raise Unreadable("is copy-protected; save it without protection")
            rootfile = next(_all(fromstring(archive.read("META-INF/container.xml")), "rootfile")).get("full-path", "")
            package = fromstring(archive.read(rootfile))
            sections: list[Section] = []
            for path in _spine(package, posixpath.dirname(rootfile)):
                if path in archive.namelist():
                    sections.extend(html_page.load(archive.read(path), name).sections)
                    check_length(sum(len(section.text) for section in sections))
    except (zipfile.BadZipFile, zlib.error, KeyError, ParseError, DefusedXmlException, StopIteration, NotImplementedError):
        raise Unreadable("is a damaged EPUB book; make it again") from None
    title, language = _text(package, "title"), _text(package, "language")
    return Parsed(title or None, sections, language=language_code(language) if language else None)


def _spine(package: Element, folder: str) -> Iterator[str]:
    pages = {item.get("id"): item.get("href", "") for item in _all(package, "item") if item.get("media-type") in _PAGES}
    navigation = {item.get("id") for item in _all(package, "item") if "nav" in (item.get("properties") or "").split()}
    for reference in _all(package, "itemref"):
        identity = reference.get("idref")
        if identity in pages and identity not in navigation:
            yield posixpath.normpath(posixpath.join(folder, unquote(pages[identity].partition("#")[0])))


def _all(root: Element, name: str) -> Iterator[Element]:
    """Elements of this name in whatever namespace."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _text(package: Element, name: str) -> str:
    return next((" ".join((element.text or "").split()) for element in _all(package, name)), "")
