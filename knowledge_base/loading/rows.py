"""The rows of a table or feed as they are written (csv, xlsx, json, jsonl, xml), for data that is no text to be searched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_base.loading.columns import Columns, renamed
from knowledge_base.loading.delimited import numbered_rows
from knowledge_base.loading.encoding import decode
from knowledge_base.loading.files import Source, reason_of
from knowledge_base.loading.formats import format_of_suffix, recognise
from knowledge_base.loading.parsed import Parsed, Unreadable, clean
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.loading.tables import header_index
from knowledge_base.types import NO_METADATA, Section, Skipped

NumberedRow = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table: ``columns`` in their order, ``rows`` with the number that a spreadsheet or the file shows for them.

    ``name`` is the sheet's name in a workbook of several sheets, else empty. Cells are text; of JSON, any JSON value.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[NumberedRow, ...]
    skipped: tuple[Skipped, ...] = ()


def read_tables(file: Source, sandbox: Sandbox, columns: Columns = NO_METADATA) -> list[RawTable] | Skipped:
    """The tables of a csv, spreadsheet, JSON file or feed; [] for a file without any; a :class:`Skipped` for an unreadable one.

    ``columns`` says which columns of a csv or spreadsheet hold what.
    """
    try:
        data = file.read()
        kind = recognise(format_of_suffix(file.suffix) or "txt", data)
        if kind == "xlsx":
            return _from_sections(sandbox.parse("rows", data, file.name, columns))
        if kind == "xml":
            return _from_sections(sandbox.parse("xml", data, file.name))
        if kind not in ("csv", "json"):
            return []
        text, skipped = clean(decode(data)[0]), list[tuple[int, str]]()
        tables = [_delimited(text, skipped, columns)] if kind == "csv" else _json(text, skipped)
    except OSError as error:
        return Skipped(file.source, f"cannot be read: {reason_of(error)}")
    except Unreadable as error:
        return Skipped(file.source, str(error))
    reported = tuple(Skipped(file.source, reason, number) for number, reason in skipped)
    return [RawTable(table.name, table.columns, table.rows, () if place else reported) for place, table in enumerate(tables)]


def load(data: bytes, name: str, columns: Columns = NO_METADATA) -> Parsed:
    """A workbook's rows for the parsing process: one section per row, its cells as metadata, sheet and number as path."""
    from knowledge_base.loading.spreadsheet import grids

    sheets = list(grids(data))
    sections = [
        Section(
            "", (sheet if len(sheets) > 1 else "", str(number)), "row", metadata={key: str(cell) for key, cell in row.items()}
        )
        for sheet, cells in sheets
        for number, row in _headed(list(enumerate(cells, 1)), [], columns).rows
    ]
    return Parsed(None, sections)


def _from_sections(parsed: Parsed) -> list[RawTable]:
    sheets: dict[str, list[NumberedRow]] = {}
    for section in parsed.sections:
        sheets.setdefault(section.path[0], []).append((int(section.path[1]), section.metadata))
    return [RawTable(name, _columns(rows), tuple(rows)) for name, rows in sheets.items()]


def _delimited(text: str, skipped: list[tuple[int, str]], columns: Columns) -> RawTable:
    return _headed(list(numbered_rows(text, skipped)), skipped, columns)


def _headed(
    rows: Sequence[tuple[int, Sequence[str]]], skipped: list[tuple[int, str]], given: Columns = NO_METADATA
) -> RawTable:
    if not rows:
        return RawTable("", (), ())
    start = header_index([cells for _, cells in rows[:10]])
    columns = tuple(" ".join(cell.split()) for cell in renamed(rows[start][1], given))
    kept: list[NumberedRow] = []
    for number, cells in rows[start + 1 :]:
        if any(cell.strip() for cell in cells[len(columns) :]):
            wrong = f"has {len(cells)} cells where the header has {len(columns)}; put quotes around cells with separators"
            skipped.append((number, wrong))
        elif any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(columns) - len(cells))]
            kept.append((number, {name: cell.strip() for name, cell in zip(columns, padded, strict=False) if name}))
    return RawTable("", tuple(filter(None, columns)), tuple(kept))


def _json(text: str, skipped: list[tuple[int, str]]) -> list[RawTable]:
    """One table; of an object of whole tables (``{"orders": {…}, "users": {…}}``) each of them, by name."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        rows = list(_json_lines(text, skipped))
        return [RawTable("", _columns(rows), tuple(rows))]
    named = {"": _records(value)}
    if isinstance(value, dict) and len(value) > 1 and all(_keyed(table) or _listed(table) for table in value.values()):
        named = {str(name): _records(table) for name, table in value.items()}
    tables = {
        name: [(number, record) for number, record in enumerate(records, 1) if isinstance(record, dict)]
        for name, records in named.items()
    }
    return [RawTable(name, _columns(rows), tuple(rows)) for name, rows in tables.items()]


def _records(value: object) -> list[object]:
    """The records of a list, of ``{"products": [...]}`` or of ``{"key": {…}, …}``; else the record itself.

    A record that does not hold its own key gets it as ``record_key``.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and len(value) == 1 and isinstance(only := next(iter(value.values())), list):
        return only
    if _keyed(value):
        assert isinstance(value, dict)
        return [row if key in row.values() else {"record_key": key, **row} for key, row in value.items()]
    return [value]


def _keyed(value: object) -> bool:
    """Whether ``value`` is records by their keys: an object of objects that have a field in common."""
    if not isinstance(value, dict) or not value or not all(isinstance(row, dict) and row for row in value.values()):
        return False
    return len(value) > 1 and bool(set.intersection(*(set(row) for row in value.values())))


def _listed(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _json_lines(text: str, skipped: list[tuple[int, str]]) -> Iterator[NumberedRow]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            skipped.append((number, f"is not valid JSON: {str(error)[:80]}"))
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            skipped.append((number, f"is {json.dumps(record, ensure_ascii=False)[:40]} where a record like {{…}} is expected"))


def _columns(rows: Sequence[NumberedRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, row in rows for name in row))
