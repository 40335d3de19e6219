"""HTML to Markdown: navigation, banners and scripts dropped, ``details`` and ``dl`` marked as questions with their ends."""

from __future__ import annotations

import re
from typing import Any

from markdownify import MarkdownConverter
from selectolax.lexbor import LexborHTMLParser

from knowledge_base.loading.outline import is_question
from knowledge_base.loading.parsed import Unreadable

ASK, END = "\ue008", "\ue009"  # stand for <summary> and </details>; removed from every input text before
_DROPPED = (
    "script, style, noscript, template, nav, footer, aside, svg, iframe, button, select, input, textarea, object, canvas,"
    "[role=navigation], [role=banner], [role=contentinfo], [role=dialog], [role=search]"
)
_BANNER = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|newsletter|navbar|nav|sidebar|site-footer|site-header|skip-link|share)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_CLOSED_BY_THEMSELVES = frozenset(
    "area base br col embed hr img input link meta source track wbr"  # these hold nothing; the others end where the next begins
    " body colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr".split()
)
_OF_ITS_OWN = frozenset({"script", "style", "svg", "math", "textarea"})
_TOO_DEEP = "is nested too deeply to be read"
_DEEPEST = 500
"""Elements within each other that are read; parsing takes the square of their number."""


class _Converter(MarkdownConverter):
    """Definitions as paragraphs: Markdown itself has no definition lists."""

    def convert_dd(self, _element: object, text: str, parent_tags: object) -> str:
        return f"\n\n{text}\n\n"


def to_markdown(html: str) -> str:
    """The content of a page or fragment as Markdown, without navigation, banners and scripts.

    Raises:
        Unreadable: when its elements are nested too deeply.
    """
    check_depth(html)
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
        raise Unreadable(_TOO_DEEP) from None


def check_depth(html: str) -> None:
    """Looks how deeply elements stand within each other, before they are parsed.

    Raises:
        Unreadable: when that is too deep for any page that was made to be read.
    """
    depth, skipped = 0, ""
    for tag in _TAG.finditer(html):
        closing, name = bool(tag[1]), tag[2].lower()
        if skipped:
            skipped = "" if closing and name == skipped else skipped
        elif name in _OF_ITS_OWN:
            skipped = "" if closing else name
        elif name not in _CLOSED_BY_THEMSELVES:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > _DEEPEST:
                raise Unreadable(_TOO_DEEP)


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
        node.replace_with(_paragraph(tree, ASK + _SPACE.sub(" ", node.text()).strip()))
    for node in tree.css("details"):
        node.insert_after(_paragraph(tree, END))
    for node in tree.css("dt"):
        term = _SPACE.sub(" ", node.text()).strip()
        node.replace_with(_paragraph(tree, (ASK if is_question(term) else "") + term))
    for node in tree.css("dl"):
        if any(is_question(part.text()) for part in node.css("p")):
            node.insert_after(_paragraph(tree, END))


def _paragraph(tree: Any, text: str) -> Any:
    node = tree.create_node("p")
    node.insert_child(text)
    return node
