"""CSV and TSV files, with comma, semicolon or tab."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

from knowledge_base.loading.columns import Columns
from knowledge_base.loading.encoding import decode
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean
from knowledge_base.loading.tables import read_table
from knowledge_base.types import NO_METADATA

_DELIMITERS = ",;\t"
_LONGEST_ROW = 200  # lines; a cell that takes more has lost its closing quote
_MOST_OPEN_QUOTES = 20
_LONGEST_CELL = 1_000_000


def load(data: bytes, name: str, columns: Columns = NO_METADATA) -> Parsed:
    """One section per row; rows are numbered as a spreadsheet shows them, the header being row 1."""
    text = clean(decode(data)[0])
    check_length(len(text))
    skipped: list[tuple[int, str]] = []
    table = read_table(list(numbered_rows(text, skipped)), columns=columns)
    return Parsed(None, table.sections, sorted(skipped + table.skipped), notes=[table.note] if table.note else [])


def delimiter_of(text: str) -> str:
    """The delimiter that splits the first rows into most columns, evenly."""

    def evenness(delimiter: str) -> float:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        if not widths:
            return 0.0
        width, count = widths.most_common(1)[0]
        return (width - 1) * (count / widths.total()) ** 2

    lines = text[:20_000].split("\n")[:50]
    return max(_DELIMITERS, key=evenness)


def numbered_rows(text: str, skipped: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers from 1; one that cannot be read goes to ``skipped`` with the reason."""
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = delimiter_of(text)
    lines = text.split("\n")
    number = start = 0
    while start < len(lines):
        reader = csv.reader((lines[index] + "\n" for index in range(start, len(lines))), delimiter=delimiter)
        done = 0
        for cells in _each(reader):
            number += 1
            if cells is None or reader.line_num - done > _LONGEST_ROW:
                skipped.append((number, "has an opening quote that is never closed"))
                if len(skipped) > _MOST_OPEN_QUOTES:
                    raise Unreadable(f"has more than {_MOST_OPEN_QUOTES} opening quotes that are never closed; save it again")
                done += 1
                break
            done = reader.line_num
            yield number, cells
        else:
            return
        start += done


def _each(reader: Iterator[list[str]]) -> Iterator[list[str] | None]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
