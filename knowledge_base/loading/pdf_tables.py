"""Tables in PDF files, which only hold words at places: lines whose pieces stand below each other in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

FEWEST_ROWS = 3  # with the header
_GAP = 0.8  # of the height of a line: a wider space parts two cells
_FARTHEST = 4  # pieces that may be passed over in looking for a line's own


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line between two wide spaces; ``left`` and ``right`` are in points."""

    left: float
    right: float
    text: str


class Pieces:
    """The pieces of text of a page, in reading order, handed out line by line."""

    def __init__(self, text_page: Any) -> None:
        self._page = text_page
        self._boxes: list[tuple[float, float, float, float]] = [
            text_page.get_rect(index) for index in range(text_page.count_rects())
        ]
        self._next = 0

    def of_line(self, bottom: float, top: float) -> tuple[Cell, ...]:
        """The cells of the next line, which lies between these heights; none for a line in one piece."""
        start = self._next
        while start < len(self._boxes) and not self._within(start, bottom, top):
            start += 1
            if start - self._next > _FARTHEST:
                return ()
        end = start
        while end < len(self._boxes) and self._within(end, bottom, top):
            end += 1
        self._next = end
        groups = list(self._groups(self._boxes[start:end], top - bottom))
        return (
            tuple(Cell(left, right, self._text(left, bottom, right, top)) for left, right in groups) if len(groups) > 1 else ()
        )

    def _within(self, index: int, bottom: float, top: float) -> bool:
        _, low, _, high = self._boxes[index]
        return bottom <= (low + high) / 2 <= top

    @staticmethod
    def _groups(boxes: Sequence[tuple[float, float, float, float]], height: float) -> Iterator[tuple[float, float]]:
        """Neighbouring pieces as one, unless a wide space parts them."""
        current: tuple[float, float] | None = None
        for left, _, right, _ in sorted(boxes):
            if current and left - current[1] < _GAP * height:
                current = current[0], max(current[1], right)
            else:
                if current:
                    yield current
                current = left, right
        if current:
            yield current

    def _text(self, left: float, bottom: float, right: float, top: float) -> str:
        return " ".join(self._page.get_text_bounded(left, bottom, right, top).split())


def table_rows(lines: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The cells of consecutive lines by column, empty where a line has none; [] where they don't make a table."""
    if len(lines) < FEWEST_ROWS:
        return []
    columns: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for line in lines for cell in line):
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    rows: list[list[str]] = []
    for line in lines:
        places = [next(index for index, (_, end) in enumerate(columns) if cell.left < end) for cell in line]
        if any(second <= first for first, second in pairwise(places)):
            return []
        texts = dict(zip(places, (cell.text for cell in line), strict=True))
        if rows and 0 not in texts:  # the line below a cell that is wrapped
            rows[-1] = [" ".join(filter(None, (above, texts.get(index)))) for index, above in enumerate(rows[-1])]
        else:
            rows.append([texts.get(index, "") for index in range(len(columns))])
    return rows if len(rows) >= FEWEST_ROWS and len(columns) > 1 else []
