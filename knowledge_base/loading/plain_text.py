"""Plain text: hard line wraps repaired, headings and questions recognised by their looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge_base.loading.encoding import decode
from knowledge_base.loading.outline import QUESTION_LEVEL, Block, is_question, outline
from knowledge_base.loading.parsed import Parsed, check_length, clean, join_lines

_ATX = re.compile(r"(#{1,6})\s+(\S.*)")
_UNDERLINE = re.compile(r"(=|-|~)\1{2,}\s*$")
_CHAPTER = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节節部分篇]|[一二三四五六七八九十]{1,3}、|\d{1,2}(?:\.\d{1,2}){0,3}[.、]?\s+(?=\D))"
)
STARTS_ITEM = re.compile(
    r"\s*(?:[-*•·●○▪–+]\s+|\d{1,3}(?:[.)]\s+|[、．）])\S|[（(](?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]|[一二三四五六七八九十]{1,3}、"
    r"|(?:Q|A|问|答|問|Question|Answer|问题|回答|答案)\s?\d*\s*[:：]|[^\s：:，。；;]{1,20}(?:[：:](?!\d)|(?<!\d)[：:])\s*\S)",
    re.IGNORECASE,
)
_STOPS = ".。!！?？;；:：,，、…"
_CAPTION = re.compile(r"[\u3400-\u9fffA-Za-z0-9]{2,14}|[A-Z][\w&'/-]*(?: [\w&'/-]+){0,5}")


def load(data: bytes, name: str) -> Parsed:
    """Sections of a text file, of whatever encoding."""
    text = clean(decode(data)[0])
    check_length(len(text))
    title, sections = outline(_blocks(text))
    return Parsed(title, sections)


def _blocks(text: str) -> Iterator[Block]:
    first = True
    for part in re.split(r"\n[ \t]*\n\s*?(?=\S|[ \t])", text.expandtabs(4).strip("\n")):
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        if not lines:
            continue
        heading = _heading(lines, first)
        first = False
        if heading:
            yield heading[0]
            lines = lines[heading[1] :]
        if lines:
            yield Block("\n".join(unwrap(lines)))


def _heading(lines: list[str], first: bool) -> tuple[Block, int] | None:
    """The heading that ``lines`` begin with, and how many lines it takes."""
    line = lines[0].strip()
    if mark := _ATX.match(line):
        return Block(mark[2].strip(" #"), len(mark[1])), 1
    if len(lines) > 1 and _UNDERLINE.match(lines[1]):
        return Block(line, 1 if lines[1].lstrip()[0] == "=" else 2), 2
    if len(line) > 80 or len(lines) > 1:
        if _asks_first(lines):
            return Block(line, QUESTION_LEVEL), 1
        if _captioned(lines):
            return Block(line, 2 if _CHAPTER.match(line) else 3), 1
        return None
    if is_question(line) and not re.match(r"(?:Q|问|問)\s?\d*[:：]", line, re.IGNORECASE):
        return Block(line, QUESTION_LEVEL), 1
    if line[-1] in _STOPS or len(line) > 60 or line[0] in "-*•":
        return None
    if first:
        return Block(line, 1), 1
    if _CHAPTER.match(line):
        return Block(line, 2), 1
    return (Block(line, 3), 1) if line.isupper() and line.isascii() and len(line) > 3 else None


def _asks_first(lines: list[str]) -> bool:
    """A question on its own line, right above its answer."""
    line = lines[0].strip()
    return len(lines) > 1 and line[-1] in "?？" and is_question(line) and not STARTS_ITEM.match(line)


def _captioned(lines: list[str]) -> bool:
    """Whether a few words, numbered or not, without a mark stand above whole sentences."""
    first, *below = (line.strip() for line in lines)
    caption = _CHAPTER.sub("", first, count=1)
    if not below or _CAPTION.fullmatch(caption) is None or len(below[0]) < 1.5 * len(caption) or below[0][0].islower():
        return False
    return all(line[-1] in ".。!！?？;；" for line in (below[0], below[-1]))


def unwrap(lines: list[str]) -> list[str]:
    """Lines with hard wraps undone: a long line without a full stop goes on in the next, unless that begins an item."""
    joined: list[str] = []
    width = max(map(_width, lines), default=0)
    previous = 0
    for line in lines:
        wrapped = previous >= max(40, 0.7 * width) and not STARTS_ITEM.match(line)
        if joined and wrapped and (joined[-1][-1] not in ".。!！?？;；:：" or previous >= 0.85 * width):
            joined[-1] = join_lines(joined[-1], line.strip())
        else:
            joined.append(line)
        previous = _width(line)
    return joined


def _width(line: str) -> int:
    """Columns that a line takes on a terminal."""
    return len(line) + sum(1 for character in line if "\u2e80" <= character <= "\uffef")
