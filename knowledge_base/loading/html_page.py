"""HTML pages: boilerplate dropped, the rest turned into Markdown; FAQ mark-up (JSON-LD, details, dl) kept as questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from markdownify import MarkdownConverter
from selectolax.lexbor import LexborHTMLParser

from knowledge_base.loading import markdown
from knowledge_base.loading.encoding import decode
from knowledge_base.loading.outline import is_question
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean
from knowledge_base.types import Section

_DROPPED = (
    "script, style, noscript, template, nav, footer, aside, svg, iframe, button, select, input, textarea, object, canvas,"
    "[role=navigation], [role=banner], [role=contentinfo], [role=dialog], [role=search]"
)
_BANNER = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|newsletter|navbar|nav|sidebar|site-footer|site-header|skip-link|share)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_SITE = re.compile(r"\s+[|–—·-]\s+[^|–—·]{1,60}$")
_SPACE = re.compile(r"\s+")


def load(data: bytes, name: str) -> Parsed:
    """Sections of a page. Questions of a JSON-LD FAQPage come first and are not repeated where the page shows them."""
    text = clean(_decode(data))
    check_length(len(text))
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


class _Converter(MarkdownConverter):
    """Definitions as paragraphs: Markdown itself has no definition lists."""

    def convert_dd(self, _element: object, text: str, parent_tags: object) -> str:
        return f"\n\n{text}\n\n"


def to_markdown(html: str) -> str:
    """The content of a page or fragment as Markdown, without navigation, banners and scripts."""
    tree = LexborHTMLParser(html)
    _drop_boilerplate(tree)
    body = tree.body
    if body is None:
        return ""
    mains = tree.css("main, [role=main]") or tree.css("article")
    if len(mains) == 1 and len(mains[0].text(strip=True)) > 0.4 * len(body.text(strip=True)):
        body = mains[0]
    _mark_questions(tree)
    try:
        return str(
            _Converter(heading_style="ATX", bullets="-", strip=["img"], table_infer_header=True).convert(body.html or "")
        )
    except RecursionError:
        raise Unreadable("is nested too deeply to be read") from None


def _drop_boilerplate(tree: Any) -> None:
    dropped = tree.css(_DROPPED)
    dropped += [node for node in tree.css("header") if node.css_first("h1") is None]
    dropped += [
        node
        for node in tree.css("div[class], div[id], section[class], ul[class], ol[class], p[class]")
        if _BANNER.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}")
    ]
    known = {node.mem_id for node in dropped}
    # A node inside one already dropped must not be touched again, so only the outermost are.
    for node in {node.mem_id: node for node in dropped if not _inside(node, known)}.values():
        node.decompose()


def _inside(node: Any, known: set[int]) -> bool:
    while node := node.parent:
        if node.mem_id in known:
            return True
    return False


def _mark_questions(tree: Any) -> None:
    """Replaces ``details`` and ``dl`` by paragraphs that the Markdown reader knows as questions and their ends."""
    for node in tree.css("summary"):
        node.replace_with(_paragraph(tree, markdown.ASK + _SPACE.sub(" ", node.text()).strip()))
    for node in tree.css("details"):
        node.insert_after(_paragraph(tree, markdown.END))
    for node in tree.css("dt"):
        term = _SPACE.sub(" ", node.text()).strip()
        node.replace_with(_paragraph(tree, (markdown.ASK if is_question(term) else "") + term))
    for node in tree.css("dl"):
        if any(is_question(part.text()) for part in node.css("p")):
            node.insert_after(_paragraph(tree, markdown.END))


def _paragraph(tree: Any, text: str) -> Any:
    node = tree.create_node("p")
    node.insert_child(text)
    return node


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
