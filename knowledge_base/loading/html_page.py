"""HTML pages: boilerplate dropped, the rest turned into Markdown; FAQ mark-up (JSON-LD, details, dl) kept as questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from knowledge_base.loading import markdown
from knowledge_base.loading.encoding import decode
from knowledge_base.loading.html_to_markdown import check_depth, to_markdown
from knowledge_base.loading.parsed import Parsed, check_length, clean
from knowledge_base.types import Section

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_SITE = re.compile(r"\s+[|–—·-]\s+[^|–—·]{1,60}$")
_SPACE = re.compile(r"\s+")
_WIDE = re.compile(r"([ \t]{40})[ \t]+|(\n{40})\n+")
"""Blanks that no page shows: what turns it into Markdown takes the square of their number."""


def load(data: bytes, name: str) -> Parsed:
    """Sections of a page. Questions of a JSON-LD FAQPage come first and are not repeated where the page shows them."""
    text = _WIDE.sub(r"\1\2", clean(_decode(data)))
    check_length(len(text))
    check_depth(text)
    tree = LexborHTMLParser(text)
    faq = [section for script in tree.css('script[type="application/ld+json"]') for section in _faq(script.text() or "")]
    node = tree.css_first("title")
    name_of_page = _SITE.sub("", _SPACE.sub(" ", node.text()).strip()) if node else ""
    title, sections = markdown.parse(to_markdown(text))
    asked = {_key(section.question) for section in faq}
    shown = [section for section in sections if _key(section.question) not in asked or not section.question]
    return Parsed(title or name_of_page or None, [*faq, *shown])


def _decode(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    try:
        return data.decode(declared[1].decode().replace("gb2312", "gb18030")) if declared else decode(data)[0]
    except (LookupError, UnicodeDecodeError):
        return decode(data)[0]


def _faq(script: str) -> Iterator[Section]:
    try:
        data = json.loads(script)
    except (ValueError, RecursionError):
        return
    for item in _questions(data):
        answer = item.get("acceptedAnswer") or {}
        answer = answer[0] if isinstance(answer, list) and answer else answer
        question, text = item.get("name"), answer.get("text") if isinstance(answer, dict) else None
        if isinstance(question, str) and isinstance(text, str) and text.strip():
            body = "\n\n".join(section.text for section in markdown.parse(to_markdown(text))[1])
            yield Section(body or text.strip(), kind="qa", question=_SPACE.sub(" ", question).strip())


def _questions(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for item in data:
            yield from _questions(item, depth)
    elif isinstance(data, dict) and depth < 6:
        if data.get("@type") == "Question":
            yield data
        for key in ("@graph", "mainEntity"):
            yield from _questions(data.get(key), depth + 1)


def _key(question: str | None) -> str:
    return _SPACE.sub("", question or "").casefold().rstrip("?？")
