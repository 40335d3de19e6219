"""How many of something goods must have, where a column of the catalogue holds it: 88 keys, 88键, 22 gears."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from bot.shop.kinds import kind_key
from bot.text.money import MOST_READ
from bot.text.phrases import has_han
from bot.types import Constraint

_COUNT = re.compile(r"(?<![\d.$€£¥])(?P<number>\d{1,4})[ -]?(?P<of>[a-z]{3,12}|[\u3400-\u9fff]{1,4})", re.IGNORECASE)


def counted(text: str, columns: Mapping[str, str]) -> list[tuple[int, Constraint]]:
    """The numbers in ``text`` of what ``columns`` hold, by the words for it, with their places."""
    found = []
    for match in islice(_COUNT.finditer(text), MOST_READ) if columns else ():
        column = _column(match["of"], columns)
        if column is not None:
            found.append((match.start(), Constraint(column, "=", match["number"], text=match[0])))
    return found


def _column(written: str, columns: Mapping[str, str]) -> str | None:
    """The column of the word behind a number; a Chinese one may go on with others: 键 of 88键的."""
    shortest = 1 if has_han(written) else len(written)
    names = (kind_key(written[:size]) for size in range(len(written), shortest - 1, -1))
    return next((columns[name] for name in names if name in columns), None)
