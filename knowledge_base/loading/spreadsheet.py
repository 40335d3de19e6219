"""Spreadsheets (xlsx, xls, ods), every sheet of them."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from typing import Any

from knowledge_base.loading.columns import Columns
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean
from knowledge_base.loading.percentages import percent_cells
from knowledge_base.loading.tables import read_table
from knowledge_base.types import NO_METADATA

_UNNAMED = ("sheet", "工作表", "table")
_MOST_CELLS = 5_000_000


def load(data: bytes, name: str, columns: Columns = NO_METADATA) -> Parsed:
    """One section per row of every sheet; a sheet's name is the heading of its rows unless it is a default one."""
    parsed = Parsed(None, [])
    sheets = list(grids(data))
    if not sheets:
        raise Unreadable("is a workbook in which no sheet holds anything; fill one in, or save it again")
    for sheet_name, rows in sheets:
        _read(rows, sheet_name, parsed, columns, many=len(sheets) > 1)
    return parsed


def grids(data: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """The name and the cells, as text, of every sheet that is not empty."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        percents = percent_cells(data)
        for sheet_name in workbook.sheet_names:
            rows = _cells(workbook.get_sheet_by_name(sheet_name), percents.get(sheet_name, frozenset()))
            if any(cell for row in rows for cell in row):
                yield sheet_name, rows
    except PasswordError:
        raise Unreadable("is protected by a password; save it without one") from None
    except CalamineError as error:
        raise Unreadable(f"is a damaged spreadsheet ({error}); open it and save it again") from None


def _cells(sheet: Any, percents: Collection[tuple[int, int]]) -> list[list[str]]:
    if sheet.height * sheet.width > _MOST_CELLS:
        raise Unreadable(f"has a sheet of {sheet.height:,} × {sheet.width:,} cells; delete its empty rows and columns")
    values = sheet.to_python(skip_empty_area=False)
    rows = [[_text(cell) for cell in row] for row in values]
    for row, column in percents:
        if row < len(values) and column < len(values[row]) and isinstance(values[row][column], float):
            rows[row][column] = f"{_text(100 * values[row][column])}%"
    _fill_merged(rows, sheet.merged_cell_ranges or ())
    return rows


def _read(rows: list[list[str]], name: str, parsed: Parsed, columns: Columns, many: bool) -> None:
    check_length(sum(len(cell) for row in rows for cell in row))
    path = () if name.casefold().startswith(_UNNAMED) else (name.strip(),)
    table = read_table(list(enumerate(rows, 1)), path, columns)
    parsed.sections.extend(table.sections)
    where = f" (sheet {name!r})" if many else ""
    parsed.notes.extend([table.note + where] if table.note else [])
    parsed.skipped.extend((number, reason + where) for number, reason in table.skipped)


def _fill_merged(rows: list[list[str]], ranges: Any) -> None:
    """A cell merged over several rows tells the same for each of them. One merged over columns is a title: left alone."""
    for (top, left), (bottom, right) in ranges:
        if left == right and bottom < len(rows):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = row[left] or rows[top][left]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return clean(cell).strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(round(cell, 10))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
