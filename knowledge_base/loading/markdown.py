"""Markdown, and everything that is turned into Markdown first (HTML), as sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from knowledge_base.loading.encoding import decode
from knowledge_base.loading.html_to_markdown import ASK, END, to_markdown
from knowledge_base.loading.outline import CLOSE, QUESTION_LEVEL, Block, is_question, outline
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean, join_lines, language_code
from knowledge_base.loading.tables import Table, row_line
from knowledge_base.types import Section

_SOFT = "\ue00a"  # a line break of the file that is not one of the text

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_DETAILS = re.compile(r"<details[^<>]*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary[^<>]*>((?:(?!<summary).)*?)</summary>", re.IGNORECASE | re.DOTALL)
_END_DETAILS = re.compile(r"</details>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_WEB = re.compile(r"(?:https?://|mailto:|tel:)(.+)")
_LABEL_ENDS, _TELLS, LONGEST_LABEL = re.compile(r"[.。:：?？]$"), re.compile(r"[:：–—]\s*|-\s+"), 60
"""How bold words end that are a paragraph's label, what stands behind them else, and how many characters they have."""
_QA_MARK = re.compile(r"(?:Q|A|问|答|問|Question|Answer|问题|回答|答案)\s?\d*\s*[:：]", re.IGNORECASE)


def load(data: bytes, name: str) -> Parsed:
    """Sections of a Markdown file; front matter gives title and language."""
    text = clean(decode(data)[0])
    check_length(len(text))
    facts: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        facts = {key.strip(): value.strip(" \"'") for key, _, value in (line.partition(":") for line in front[1].split("\n"))}
        text = text[front.end() :]
    text = _COMMENT.sub("", text)
    text = _SUMMARY.sub(lambda match: f"\n\n{ASK}{_TAG.sub('', match[1]).strip()}\n\n", _DETAILS.sub("\n\n", text))
    title, sections = parse(_END_DETAILS.sub(f"\n\n{END}\n\n", text))
    language = language_code(facts.get("language", facts.get("lang", "")))
    return Parsed(facts.get("title") or title, sections, language=language)


def parse(markdown: str) -> tuple[str | None, list[Section]]:
    """Title and sections of Markdown text."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    try:
        return outline(_blocks(SyntaxTreeNode(parser.parse(markdown))))
    except RecursionError:
        raise Unreadable("is nested too deeply to be read") from None


def _blocks(root: SyntaxTreeNode) -> Iterator[Block]:
    labels = [_label(node) for node in root.children]
    several = sum(label is not None for label in labels) > 1
    for place, (node, label) in enumerate(zip(root.children, labels, strict=True), 1):
        if label is None or not several:
            yield from _block(node)
            continue
        yield Block(label[0], QUESTION_LEVEL)
        yield Block(label[1])
        if any(behind.type == "paragraph" for behind in root.children[place : place + 1]):
            yield Block("", CLOSE)


def _label(node: SyntaxTreeNode) -> tuple[str, str] | None:
    """The bold words that a paragraph opens with, and what it tells of them, as in ``**Silk.** Dry clean only``."""
    if node.type != "paragraph":
        return None
    parts = [part for part in node.children[0].children if part.type != "text" or part.content.strip()]
    if len(parts) < 2 or parts[0].type != "strong":
        return None
    label, told = _inline(parts[0]).strip(), _written(parts[1:]).strip()
    opens = _TELLS.match(told)
    if "\n" in label or len(label) > LONGEST_LABEL or _QA_MARK.match(label) or not (opens or _LABEL_ENDS.search(label)):
        return None
    return label.rstrip(".。:："), told[opens.end() :] if opens else told


def _block(node: SyntaxTreeNode) -> Iterator[Block]:
    if node.type == "heading":
        yield Block(_inline(node.children[0]).replace("\n", " "), int(node.tag[1]))
    elif node.type == "paragraph":
        yield from _paragraph(node)
    elif node.type in {"bullet_list", "ordered_list"}:
        yield Block("\n".join(_items(node)))
    elif node.type == "table":
        yield from table_blocks(_cells(node))
    elif node.type == "blockquote":
        yield from _blocks(node)
    elif node.type in {"fence", "code_block"}:
        yield Block(node.content.rstrip("\n"))
    elif node.type == "html_block":
        yield from _html(node.content)


def _paragraph(node: SyntaxTreeNode) -> Iterator[Block]:
    text = _inline(node.children[0])
    if text.startswith(ASK):
        yield Block(text[1:], QUESTION_LEVEL)
    elif text == END:
        yield Block("", CLOSE)
    elif _all_bold(node) and "\n" not in text and len(text) <= 120 and not _QA_MARK.match(text):
        heading = is_question(text) or (len(text) <= 40 and text[-1:] not in ".。!！;；,，")
        yield Block(text.rstrip(":：") if heading else text, QUESTION_LEVEL if heading else 0)
    else:
        yield Block(text)


def _all_bold(node: SyntaxTreeNode) -> bool:
    parts = [child for child in node.children[0].children if child.type != "text" or child.content.strip()]
    return len(parts) == 1 and parts[0].type == "strong"


def _html(content: str) -> Iterator[Block]:
    if _TAG.sub("", content).strip():
        yield from _blocks(SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(to_markdown(content))))


def _inline(node: SyntaxTreeNode) -> str:
    return _written(node.children)


def _written(children: Sequence[SyntaxTreeNode]) -> str:
    text = ""
    for child in children:
        if child.type == "softbreak":
            text += _SOFT
        elif child.type == "hardbreak":
            text += "\n"
        elif child.type in {"text", "code_inline"}:
            text += child.content
        elif child.type == "html_inline":
            text += "\n" if child.content[:3].lower() == "<br" else ""
        elif child.type == "link":
            text += _link(child)
        elif child.type != "image":
            text += _inline(child)
    lines = text.split(_SOFT)
    text = lines[0]
    for line in lines[1:]:
        text = f"{text}\n{line}" if line[:1] == "【" or _QA_MARK.match(line) else join_lines(text, line)
    return text


def _link(node: SyntaxTreeNode) -> str:
    label, address = _inline(node), str(node.attrGet("href") or "")
    web = _WEB.match(address)
    if not web or label in {address, web[1]} or label.startswith("http"):
        return label
    shown = web[1] if address.startswith(("mailto:", "tel:")) else address
    return f"{label} ({shown})" if label else shown


def _items(node: SyntaxTreeNode, depth: int = 0) -> Iterator[str]:
    number = int(node.attrGet("start") or 1) if node.type == "ordered_list" else None
    for item in node.children:
        mark = f"{number}. " if number is not None else "- "
        number = number + 1 if number is not None else None
        indent, lines = "  " * depth, []
        for child in item.children:
            if child.type == "paragraph":
                lines.append(_inline(child.children[0]))
            elif child.type in {"bullet_list", "ordered_list"}:
                lines.append("\n".join(_items(child, depth + 1)))
            else:
                lines.extend(block.text for block in _block(child) if block.text)
        yield indent + mark + "\n".join(lines)


def _cells(node: SyntaxTreeNode) -> list[list[str]]:
    return [[_inline(cell.children[0]).strip() for cell in row.children] for part in node.children for row in part.children]


def table_blocks(rows: list[list[str]]) -> Iterator[Block]:
    """The rows of a table with a header: Q&A sections for a Q&A table, else one line per row."""
    if not rows:
        return
    table = Table(rows[0])
    if table.is_qa:
        table.read(enumerate(rows[1:], 2))
        yield from (Block("", section=section) for section in table.sections)
    elif len(rows) == 1:
        yield Block(" | ".join(rows[0]))
    else:
        yield Block("\n".join(row_line(table, cells) for cells in rows[1:]))
