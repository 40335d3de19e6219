"""JSON and JSON Lines: lists of records are tables, anything else is read as prose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from knowledge_base.loading.encoding import decode
from knowledge_base.loading.parsed import Parsed, Unreadable, check_length, clean
from knowledge_base.loading.tables import Table
from knowledge_base.types import Section

_DEEPEST = 20


def load(data: bytes, name: str) -> Parsed:
    """One section per record. A record's row is its place in the list, or its line in a JSON Lines file."""
    text = clean(decode(data)[0]).strip()
    check_length(len(text))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if "\n" not in text or text[0] == "[":
            raise Unreadable(f"is not valid JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
        return _lines(text)
    except RecursionError:
        raise Unreadable("is nested too deeply to be read") from None
    except ValueError:
        raise Unreadable("is not valid JSON: a number in it has thousands of digits") from None
    if isinstance(value, dict):
        lists = [key for key, item in value.items() if _is_records(item)]
        if len(lists) == 1:
            return _table(value[lists[0]], [])
        if (alone := Table(list(value))).is_qa or alone.is_prose:
            return _table([value], [])
        title = next((str(value[key]) for key in ("title", "name", "标题", "名称") if value.get(key)), None)
        pairs = "\n".join(f"{key}: {item}" for key, item in _flat(value))
        return Parsed(title, [Section(pairs)] if pairs else [])
    if _is_records(value):
        return _table(value, [])
    texts = [item for item in value if isinstance(item, str) and item.strip()] if isinstance(value, list) else [str(value)]
    return Parsed(None, [Section(item.strip()) for item in texts])


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _lines(text: str) -> Parsed:
    skipped: list[tuple[int, str]] = []
    records: list[Any] = []
    for number, line in enumerate(text.split("\n"), 1):
        record = None
        if line.strip():
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                skipped.append((number, f"is not valid JSON: {error.msg} in column {error.colno}"))
            except (RecursionError, ValueError):
                skipped.append((number, "is nested too deeply, or has a number too long, to be read"))
        records.append(record)
    if not any(isinstance(record, dict) for record in records):
        raise Unreadable("is not valid JSON, nor a list of JSON records, one a line")
    return _table(records, skipped)


def _table(records: list[Any], skipped: list[tuple[int, str]]) -> Parsed:
    flat: list[tuple[int, dict[str, str]]] = []
    for number, record in enumerate(records, 1):
        if isinstance(record, dict):
            flat.append((number, dict(_flat(record))))
        elif record is not None:
            skipped.append((number, f"is {json.dumps(record, ensure_ascii=False)[:40]} where a record like {{…}} is expected"))
    columns = list(dict.fromkeys(key for _, record in flat for key in record))
    table = Table(columns)
    table.read((number, [record.get(column, "") for column in columns]) for number, record in flat)
    return Parsed(None, table.sections, sorted(skipped + table.skipped))


def _flat(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Nested values under dotted names; lists of plain values joined by commas."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, item in value.items():
            yield from _flat(item, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        if value:
            yield name, ", ".join(map(str, value))
    elif isinstance(value, list | dict):
        if value:
            yield name, json.dumps(value, ensure_ascii=False)
    elif value is not None and value != "":
        yield name, ("yes" if value else "no") if isinstance(value, bool) else str(value)
