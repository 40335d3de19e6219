"""Feeds as files (RSS, Atom): each entry with its fields, which a merchant's product feed names as its tables do."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from knowledge_base.loading.html_to_markdown import to_markdown
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean
from knowledge_base.types import Section

_ENTRIES = frozenset({"item", "entry"})


def load(data: bytes, name: str) -> Parsed:
    """A section for each entry: its title and description as text, all its fields as metadata.

    A field that stands there several times has its values joined by ``, ``; one that names another (``attribute_name`` with
    ``attribute_value``) counts under that name; of other nested ones the words are joined.
    """
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"is damaged XML ({error}); export it again") from None
    entries = [dict(_fields(element)) for element in root.iter() if _tag(element) in _ENTRIES]
    if not entries:
        raise Unreadable("is XML, but no product feed and no other RSS or Atom feed: it has no <item> and no <entry>")
    sections = [Section(_words(entry), ("", str(number)), "row", metadata=entry) for number, entry in enumerate(entries, 1)]
    check_length(sum(len(section.text) for section in sections))
    return Parsed(None, sections)


def _fields(entry: Element) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for child in entry:
        name, value = _field(child)
        if value:
            found.setdefault(name, []).append(value)
    return ((name, ", ".join(dict.fromkeys(values))) for name, values in found.items())


def _field(element: Element) -> tuple[str, str]:
    inner = {_tag(one): _text(one) for one in element}
    if inner.get("attribute_name"):
        return inner["attribute_name"], inner.get("attribute_value", "")
    return _tag(element), " ".join(filter(None, inner.values())) or _text(element) or element.get("href", "")


def _words(entry: dict[str, str]) -> str:
    described = entry.get("description") or entry.get("summary") or entry.get("content") or ""
    return "\n".join(filter(None, (entry.get("title", ""), to_markdown(described))))


def _text(element: Element) -> str:
    return " ".join(clean(element.text or "").split())


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
