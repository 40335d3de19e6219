"""Which column holds what: as the owner says, else guessed from the content where headers do not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from knowledge_base.loading.outline import is_question
from knowledge_base.loading.parsed import Unreadable

Columns = Mapping[str, str]
"""Field → column, by its header or by its letter: ``{"question": "B", "answer": "Reply text"}``."""

_LETTERS = re.compile(r"[A-Z]{1,2}")
_WORDS = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"[¥￥$€£]?\s?\d[\d.,]*\s?(?:[¥￥$€£%元]|[A-Z]{3})?")
_SENTENCE = re.compile(r"[.!?。！？](?:\s|$)")
_TELLING, _LONGEST_SUBJECT = 0.7, 60
_SAMPLE = 50
_FEWEST = 3
_ASKING, _ASKING_IN_ANSWERS = 0.6, 0.3


def index_of(column: str, header: Sequence[str]) -> int:
    """Where ``column`` is, a header's text or a letter from A on.

    Raises:
        Unreadable: there is no such column; the sentence names those there are.
    """
    names = [" ".join(name.split()).casefold() for name in header]
    wanted = " ".join(column.split())
    if wanted.casefold() in names:
        return names.index(wanted.casefold())
    if _LETTERS.fullmatch(wanted):
        index = 0
        for letter in wanted:
            index = 26 * index + ord(letter) - 64
        if index <= len(header):
            return index - 1
    raise Unreadable(f"has no column {column!r}; its columns are {', '.join(filter(None, header))[:200]}")


def renamed(header: Sequence[str], columns: Columns) -> list[str]:
    """The header with the named columns called by their fields; another column of such a name gets it in brackets."""
    places = {index_of(column, header): field for field, column in columns.items()}
    taken = {field.casefold() for field in columns}
    return [
        places.get(index) or (f"({name})" if name.strip().casefold() in taken else name) for index, name in enumerate(header)
    ]


def guessed(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of questions and of answers, told by their content; None where there are no such two."""
    sample = rows[:_SAMPLE]
    cells = _cells(header, rows)
    asking = [sum(map(is_question, column)) / len(column) if len(column) >= _FEWEST else 0.0 for column in cells]
    if not asking or max(asking) < _ASKING:
        return None
    question = asking.index(max(asking))
    weights = [
        sum(map(len, column)) / max(len(sample), 1)
        if index != question and asking[index] < _ASKING_IN_ANSWERS and any(map(_WORDS.search, column))
        else 0.0
        for index, column in enumerate(cells)
    ]
    answer = weights.index(max(weights))
    if len(cells[answer]) < _FEWEST or weights[answer] < 0.4 * sum(map(len, cells[question])) / max(len(sample), 1):
        return None
    return {"question": letter(question), "answer": letter(answer)}


def topics(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns | None:
    """Two columns of which one names short, different subjects and the other says something on each, as question and answer."""
    cells = _cells(header, rows)
    if len(cells) != 2 or not all(cells):
        return None
    lengths = [sum(map(len, column)) / len(column) for column in cells]
    subject, said = (0, 1) if lengths[0] < lengths[1] else (1, 0)
    sentences = sum(bool(_SENTENCE.search(cell)) for cell in cells[said]) / len(cells[said])
    plain = len(set(cells[subject])) == len(cells[subject]) and not any(map(_SENTENCE.search, cells[subject]))
    if len(cells[said]) < _FEWEST or sentences < _TELLING or not plain or max(map(len, cells[subject])) > _LONGEST_SUBJECT:
        return None
    return {"question": letter(subject), "answer": letter(said)}


def letter(index: int) -> str:
    """The letter that a spreadsheet shows for the column."""
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


def described(columns: Columns, header: Sequence[str]) -> str:
    """How the columns were read, for the owner."""
    parts = []
    for field, column in columns.items():
        name = header[index_of(column, header)].strip()
        parts.append(f"column {column}{f' ({name})' if name and name != column else ''} as {field}")
    return f"read {' and '.join(parts)}, guessed from the content; --columns says otherwise"


def unknown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """What the owner is told of a table whose headers and content do not tell what it is: how it is read, what else to say."""
    cells = _cells(header, rows)
    names = ", ".join(filter(None, (name.strip() for name in header)))[:100]
    told = [f"none of its column names ({names}) is known, so each row is a passage of its own"]
    texts = [index for index, column in enumerate(cells) if any(map(_WORDS.search, column)) and not _numeric(column)]
    wordiest = sorted(texts, key=lambda index: -sum(map(len, cells[index])))
    if len(texts) > 1:
        question, answer = sorted(wordiest[:2])
        told.append(
            f"if they are questions and answers, load it with --columns question={letter(question)},answer={letter(answer)}"
        )
    prices = [index for index, column in enumerate(cells) if _numeric(column)]
    if prices and len(texts) > 1:
        title = next(index for index in wordiest if index != texts[0])
        columns = f"sku={letter(texts[0])},title={letter(title)},price={letter(prices[-1])}"
        told.append(f"if they are products, with --as catalogue --columns {columns}")
    return "; ".join(told)


def _cells(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """What stands in the first rows of each column, where something does."""
    sample = rows[:_SAMPLE]
    return [[row[index].strip() for row in sample if index < len(row) and row[index].strip()] for index in range(len(header))]


def _numeric(column: Sequence[str]) -> bool:
    return bool(column) and all(map(_NUMBER.fullmatch, column))
