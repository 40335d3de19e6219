"""From a flat run of blocks to sections with heading paths; questions with their answers become Q&A sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge_base.types import NO_METADATA, Section

QUESTION_LEVEL = 7  # below every real heading
CLOSE = -1  # ends the answer of a question at QUESTION_LEVEL

_ASKS_ZH = re.compile(
    r"(?:如何|怎么|怎麼|怎样|怎樣|为什么|為什麼|为何|什么是|什麼是|哪些|哪里|能否|能不能|可不可以|是否|多久|多少)"
    r"|.*(?:吗|嗎|呢|怎么办|怎麼辦|是什么|是什麼|有哪些|多久|多少)$"
)
_VERB = "(?:is|are|am|was|do|does|did|can|could|will|would|should|must|has|have i|may)"
_ASKS_EN = re.compile(
    r"(?:how to|(?:how(?: (?:long|much|many|often|soon|far|late|fast))?"
    rf"|what(?: \w+)?|where|when|why|which(?: \w+)?|who) {_VERB}"
    r"|what(?:'s| if| happens)|who pays|(?:can|do|does|is|are|will|may|should) (?:i|you|we|it|there|my|your)"
    r"|how (?:many|much) \w+ (?:do|can|does|is|are))\b",
    re.IGNORECASE,
)
_QA_LINE = re.compile(
    r"^[ \t]*(?:[-*•][ \t]*)?(?:"
    r"(?P<q>(?:Q(?:uestion)?[ \t]?\d{0,3}|[问問][ \t]?\d{0,3}|提问|[问問][题題]\d{0,3})[ \t]*[:：.、][ \t]*)|"
    r"(?P<a>(?:A(?:nswer)?[ \t]?\d{0,3}|答[ \t]?\d{0,3}|[答回][案复覆])[ \t]*[:：.、][ \t]*))(?=\S|$)",
    re.MULTILINE,
)
_NUMBER = re.compile(
    r"^(?:Q?\d{1,3}[.)、．:：]|[（(]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、|Q[:：]|问[:：])\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table (``level`` 0) or a heading (1 = topmost). ``section`` carries a ready one (a table's row)."""

    text: str
    level: int = 0
    section: Section | None = None
    page: int | None = None


def is_question(text: str) -> bool:
    """Whether a heading or a line standing alone asks something."""
    text = _NUMBER.sub("", text.strip())
    if not 2 <= len(text) <= 200 or "\n" in text:
        return False
    if text[-1] in "?？":
        return True
    return text[-1] not in ".。:：!！；;，," and bool(_ASKS_ZH.match(text) or (_ASKS_EN.match(text) and text.count(" ") >= 2))


def outline(blocks: Iterable[Block]) -> tuple[str | None, list[Section]]:
    """The title (the first heading) and the sections, each with the headings above it."""
    sections: list[Section] = []
    headings: list[tuple[int, str]] = []
    body: list[str] = []
    title: str | None = None
    page: int | None = None

    def flush() -> None:
        if body:
            metadata = {"page": str(page)} if page else NO_METADATA
            sections.extend(_sections("\n\n".join(body), [text for _, text in headings], metadata))
            body.clear()

    for block in blocks:
        if block.level:
            flush()
            level = QUESTION_LEVEL if block.level == CLOSE else block.level
            headings = [heading for heading in headings if heading[0] < level]
            if block.level != CLOSE:
                headings.append((block.level, block.text.strip()))
                title = title or block.text.strip()
        elif block.section is not None:
            flush()
            path = (*(text for _, text in headings), *block.section.path)
            sections.append(_with_path(block.section, path))
        elif block.text.strip():
            if not body:
                page = block.page
            body.append(block.text.strip("\n"))
    flush()
    return title, sections


def _with_path(section: Section, path: tuple[str, ...]) -> Section:
    return Section(section.text, path, section.kind, section.question, section.language, section.metadata)


def _sections(text: str, path: list[str], metadata: Mapping[str, str]) -> list[Section]:
    if not (path and is_question(path[-1])):
        return _pairs(text, tuple(path), metadata)
    above, question = tuple(path[:-1]), _NUMBER.sub("", path[-1])
    parts = _pairs(text, above, metadata)
    return [part if part.question else _answer(part, question) for part in parts]


def _answer(prose: Section, question: str) -> Section:
    mark = _QA_LINE.match(prose.text)
    text = prose.text[mark.end() :].strip() if mark and mark["a"] else prose.text
    return Section(text, prose.path, "qa", question, metadata=prose.metadata)


def _pairs(text: str, path: tuple[str, ...], metadata: Mapping[str, str]) -> list[Section]:
    """Splits "Q: … A: …" runs of ``text`` into Q&A sections; all else stays prose, in its place."""
    marks = list(_QA_LINE.finditer(text))
    ends = [len(text)] * len(marks)  # where the next question after each mark begins
    for number in reversed(range(len(marks) - 1)):
        ends[number] = marks[number + 1].start() if marks[number + 1]["q"] else ends[number + 1]
    sections: list[Section] = []
    done = 0

    def prose(end: int) -> None:
        if rest := text[done:end].strip():
            sections.append(Section(rest, path, metadata=metadata))

    for number, (first, second) in enumerate(pairwise(marks)):
        if not (first["q"] and second["a"]):
            continue
        question = text[first.end() : second.start()].strip()
        end = ends[number + 1]
        answer = text[second.end() : end].strip()
        if question and answer:
            prose(first.start())
            sections.append(Section(answer, path, "qa", question, metadata=metadata))
            done = end
    prose(len(text))
    return sections
