"""Rows of any table (CSV, spreadsheet, JSON, Markdown, Word) as sections: questions with answers, prose, or plain rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from knowledge_base.loading.columns import Columns, described, guessed, renamed, topics, unknown
from knowledge_base.loading.outline import is_question
from knowledge_base.loading.parsed import language_code
from knowledge_base.types import NO_METADATA, LanguageCode, Section

Row = tuple[int, Sequence[str]]

_ROLES = {
    "question": "question questions q faq ask query 问题 提问 问 问句 标准问 标准问题 常见问题 用户问题 問題 提問 問",
    "answer": "answer answers a reply response 答案 回答 答复 答 回复 解答 标准答案 标准答复 標準答案 答覆 回覆",
    "id": "id _id no number 编号 序号 編號 序號",
    "language": "language lang locale 语言 语种 語言",
    "category": "category topic section 分类 类别 类目 分類 類別",
    "tags": "tags tag keywords 标签 关键词 標籤",
    "valid_until": "validuntil expires expiry expirydate 有效期 有效期至 截止日期 失效日期 到期日",
    "title": "title heading name 标题 標題",
    "text": "text content body passage 正文 内容 文本 內容",
    "url": "url link 链接 網址 网址",
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names.split()}
_SUFFIX = re.compile(r"(.+?)[\s_\-（(]*(en|english|英文|英语|英語|zh|cn|zh[-_]?cn|chinese|中文)[)）]?$", re.IGNORECASE)
_PREFIX = re.compile(r"(en|english|英文|英语|英語|zh|cn|chinese|中文)[\s_\-]*(.+)$", re.IGNORECASE)
_SPACE = re.compile(r"[\s_\-：:*]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?$")


def role_of(column: str) -> str | None:
    """The role that a column's name stands for (``question``, ``answer``, ``valid_until`` …), case and spaces aside."""
    return _ROLE_OF.get(_SPACE.sub("", column).casefold())


def _bilingual_role(column: str) -> tuple[str | None, LanguageCode | None]:
    if len(column) > 60:
        return None, None
    for pattern, name, code in ((_SUFFIX, 1, 2), (_PREFIX, 2, 1)):
        match = pattern.match(column.strip())
        if match and (role := role_of(match[name])):
            return role, language_code(match[code])
    return None, None


class Table:
    """Reads rows under one header; ``sections`` and ``skipped`` fill up in the rows' order.

    ``is_qa``: the columns hold questions and answers, in one language or in two. ``is_prose``: a row is a passage with its
    title and nothing else to tell. ``is_unknown``: no column's name says what it holds. ``note`` tells the owner what was
    guessed, or what could not be.
    """

    def __init__(self, columns: Sequence[str], path: tuple[str, ...] = ()) -> None:
        self.path = path
        self.note: str | None = None
        self.sections: list[Section] = []
        self.skipped: list[tuple[int, str]] = []
        self._columns = [" ".join(column.split()) for column in columns]
        while self._columns and not self._columns[-1]:
            self._columns.pop()
        self._colon = "：" if _HAN.search("".join(self._columns)) else ": "
        self._roles: dict[str, int] = {}
        self._pairs: dict[LanguageCode, dict[str, int]] = {}
        for index, column in enumerate(self._columns):
            role = role_of(column)
            if role:
                self._roles.setdefault(role, index)
                continue
            role, language = _bilingual_role(column)
            if role in {"question", "answer"} and language:
                self._pairs.setdefault(language, {})[role] = index
        self._pairs = {code: pair for code, pair in self._pairs.items() if len(pair) == 2}
        used = {self._roles.get(role) for role in ("question", "answer", "language", "text", "title")}
        used.update(index for pair in self._pairs.values() for index in pair.values())
        self._extras = [
            (index, role_of(column), role_of(column) or column or self._unnamed(index))
            for index, column in enumerate(self._columns)
            if index not in used
        ]
        self.is_qa = {"question", "answer"} <= self._roles.keys() or bool(self._pairs)
        self.is_unknown = len(self._columns) > 1 and not self._roles and not self._pairs
        self.is_prose = not self.is_qa and "text" in self._roles and all(role_of(column) for column in self._columns)

    def read(self, rows: Iterable[Row]) -> None:
        """Adds the sections of ``rows``; a row that cannot be used goes to ``skipped`` with its number."""
        for number, cells in rows:
            cells = [cell.strip() for cell in cells]
            if any(cells):
                try:
                    self.sections.extend(replace(section, row=number) for section in self._row(cells))
                except ValueError as error:
                    self.skipped.append((number, str(error)))

    def _row(self, cells: list[str]) -> list[Section]:
        width = len(self._columns)
        if any(cells[width:]):
            raise ValueError(f"has {len(cells)} cells where the header has {width}; put quotes around cells with separators")
        cells += [""] * (width - len(cells))
        language = self._language(cells)
        if self.is_qa:
            return self._qa(cells, language)
        if self.is_prose:
            return self._prose(cells, language)
        text = "\n".join(f"{name}{self._colon}{cell}" for name, cell in self.named(cells))
        return [Section(text, self.path, "row", language=language, metadata=self._metadata(cells, roles_only=True))]

    def named(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        """``(column, cell)`` of every cell that is not empty, language marks left out."""
        skip = self._roles.get("language")
        return [
            (self._columns[index] or self._unnamed(index), cell)
            for index, cell in enumerate(cells[: len(self._columns)])
            if cell and index != skip
        ]

    def _unnamed(self, index: int) -> str:
        return f"第{index + 1}列" if self._colon == "：" else f"column {index + 1}"

    def _cell(self, cells: list[str], role: str) -> str:
        index = self._roles.get(role)
        return "" if index is None else cells[index]

    def _language(self, cells: list[str]) -> LanguageCode | None:
        given = self._cell(cells, "language")
        if not given:
            return None
        code = language_code(given)
        if code is None and self.is_qa:
            raise ValueError(f"has the language {given!r}; write zh or en")
        return code

    def _qa(self, cells: list[str], language: LanguageCode | None) -> list[Section]:
        metadata = self._metadata(cells)
        pairs: list[tuple[str, str, LanguageCode | None]] = [
            (cells[pair["question"]], cells[pair["answer"]], code) for code, pair in self._pairs.items()
        ]
        if {"question", "answer"} <= self._roles.keys():
            pairs.append((self._cell(cells, "question"), self._cell(cells, "answer"), language))
        sections = []
        for question, answer, code in pairs:
            if not question and not answer and len(pairs) > 1:
                continue
            if not question or not answer:
                missing = "question" if not question else "answer"
                raise ValueError(f"has no {missing}{f' ({code})' if len(pairs) > 1 else ''}; fill it in or delete the row")
            sections.append(Section(answer, self.path, "qa", question, code, metadata))
        if not sections:
            raise ValueError("has no question; fill it in or delete the row")
        return sections

    def _prose(self, cells: list[str], language: LanguageCode | None) -> list[Section]:
        text, title = self._cell(cells, "text"), self._cell(cells, "title")
        if not text:
            raise ValueError("has no text; fill it in or delete the row")
        path = (*self.path, title) if title else self.path
        return [Section(text, path, language=language, metadata=self._metadata(cells))]

    def _metadata(self, cells: list[str], roles_only: bool = False) -> dict[str, str]:
        metadata = {}
        for index, role, name in self._extras:
            cell = cells[index]
            if cell and (role or not roles_only):
                metadata[name] = iso_date(cell) if role == "valid_until" else cell
        return metadata


def iso_date(text: str) -> str:
    """``text`` as ``YYYY-MM-DD``. Raises ValueError, with what to write, for anything that is no date."""
    match = _DATE.match(text.strip())
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> str:
    raise ValueError(f"has {text!r} where a date is expected; write it as 2026-12-31")


def read_table(rows: Sequence[Row], path: tuple[str, ...] = (), columns: Columns = NO_METADATA) -> Table:
    """The table in ``rows``: its header is looked for below any title lines; two bare columns of questions need none.

    ``columns`` says which column holds what, where the owner does. Where neither that nor the header tells, columns of
    questions and answers are known by their content, and the table's ``note`` says so, or what to say where that does not
    tell either.

    Raises:
        Unreadable: there is no column of a name in ``columns``.
    """
    start = header_index([cells for _, cells in rows[:10]])
    header = list(rows[start][1]) if rows else []
    if columns:
        table = Table(renamed(header, columns), path)
        table.read(rows[start + 1 :])
        return table
    table = Table(header, path)
    if _headless(rows[start:]) and not table.is_qa:
        table = Table(("question", "answer"), path)
        table.read(rows[start:])
        return table
    below = [cells for _, cells in rows[start + 1 :]]
    found = guessed(header, below) if not table.is_qa and not table.is_prose else None
    if found := found or (topics(header, below) if table.is_unknown else None):
        table = Table(renamed(header, found), path)
        table.note = described(found, header)
    elif table.is_unknown:
        table.note = unknown(header, below)
    table.read(rows[start + 1 :])
    return table


def header_index(rows: Sequence[Sequence[str]]) -> int:
    """The index of the row with the column names: a Q&A header if there is one, else the first with most cells filled."""
    for index, cells in enumerate(rows):
        if Table([cell.strip() for cell in cells]).is_qa:
            return index
    filled = [sum(1 for cell in cells if cell.strip()) for cells in rows]
    widest = max(filled, default=0)
    return next((index for index, count in enumerate(filled) if count > 1 and count >= widest / 2), 0)


def _headless(rows: Sequence[Row]) -> bool:
    sample = [[cell for cell in cells if cell.strip()] for _, cells in rows[:20] if any(cells)]
    pairs = [cells for cells in sample if len(cells) == 2]
    return bool(pairs) and is_question(sample[0][0]) and sum(is_question(cells[0]) for cells in pairs) > 0.7 * len(sample)


def row_line(table: Table, cells: Sequence[str]) -> str:
    """One row of a table inside prose, as a line that can be understood alone: "column: value; column: value"."""
    named = table.named([cell.strip() for cell in cells])
    separator, colon = ("；", "：") if _HAN.search("".join(name + cell for name, cell in named)) else ("; ", ": ")
    return separator.join(f"{name}{colon}{' '.join(cell.split())}" for name, cell in named)
