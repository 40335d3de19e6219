"""The figures that the documentation marks, each beside the one that a run of the plan gave.

A comment before a table says where the figures of each of its columns but the first stand, and one in a row those of the row::

    <!-- figures: retrieval/*/shopdesk/ndcg@10; retrieval/*/bm25/ndcg@10 and retrieval/*/bm25/recall@5 -->

Columns are parted by semicolons, the figures of one cell by "and", in the order of the cell's numbers; nothing stands for what
is not checked. A path is the run's name and the keys down to the figure; the key of an element of a list is its place, or a
value that it alone has. The star is the row's name: what ``<!-- row NAME -->`` in it says, else the first word of its first
cell; a row named "-" is not checked. A percentage is a hundredth of its number. A figure is off when it differs from the
measured one by more than half of its last digit. :func:`written` puts the measured ones in place of those that are off.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILES = ("*.md", "docs/**/*.md", "benchmarks/*.md", "bot/understanding/**/*.md", "knowledge_base/**/*.md")
_RULE = re.compile(r"<!-- figures:(.*?)-->")
_NAME = re.compile(r"<!-- row (.*?) -->")
_COMMENT = re.compile(r"<!--.*?-->")
_CELL = re.compile(r"\|([^|]*)")
_AND = re.compile(r"(?<!\S)and(?!\S)")
_NUMBER = re.compile(r"(?<![\w.])([-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?)(\s*%)?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One documented figure and where it stands; ``measured`` is None where no run gave it, ``fault`` says why nothing fits."""

    place: str
    path: str
    documented: str
    measured: float | None = None
    off: bool = False
    clock: bool = False
    fault: str = ""

    @property
    def stale(self) -> bool:
        """Whether the documentation is to be mended: the figure is off and does not go by the clock."""
        return self.off and not self.clock

    def told(self) -> str:
        """A line that says it."""
        mark = "OFF" if self.stale else "by the clock" if self.off else ""
        said = self.fault or f"{self.measured:.6g}"
        return f"{self.place}  {self.path}  {self.documented}  {said}  {mark}".rstrip()


def documents(root: Path) -> list[Path]:
    """The project's documents."""
    return sorted({file for pattern in FILES for file in root.glob(pattern)})


def compared(files: Sequence[Path], results: Mapping[str, Any], clocked: Collection[str] = ()) -> list[Comparison]:
    """Every figure that the files mark, in their order; those of the runs named in ``clocked`` go by the clock."""
    return [each for file in files for each in _of_file(file, results, clocked)]


def written(file: Path, results: Mapping[str, Any]) -> str:
    """The file's text with the measured figures in place of those that are off, each with as many digits as it had."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    for number, rule in _marked(lines):
        line = lines[number - 1]
        for path, told, fault in reversed(list(_figures(line, rule))):
            if told is not None and not fault and (found := _compare("", path, told, results, ())).off and not found.fault:
                begin, end = told.span(1)
                line = line[:begin] + _like(told, found.measured or 0.0) + line[end:]
        lines[number - 1] = line
    return "".join(lines)


def _like(told: re.Match[str], measured: float) -> str:
    """A measured figure, as a documented one is written."""
    number = f"{measured / (0.01 if told[3] else 1):,.{len(told[2] or '')}f}"
    return number.replace("-", "−") if float(number.replace(",", "")) else number.replace("-", "")


def _of_file(file: Path, results: Mapping[str, Any], clocked: Collection[str]) -> Iterator[Comparison]:
    lines = file.read_text("utf-8").splitlines()
    for number, rule in _marked(lines):
        place = f"{_shown(file)}:{number}"
        for path, told, fault in _figures(lines[number - 1], rule):
            if told is None or fault:
                yield Comparison(place, path, told[0] if told else "", off=True, fault=fault)
            else:
                yield _compare(place, path, told, results, clocked)


def _marked(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The numbers of the rows of tables below a comment on figures, from 1, with the rule that holds for each."""
    rule, below_head = None, False
    for number, line in enumerate(lines, 1):
        found = _RULE.search(line)
        if not line.lstrip().startswith("|"):
            rule, below_head = (found[1] if found else rule if not below_head else None), False
            continue
        if set(line.strip()) <= set("|-: "):
            below_head = True
        elif below_head and (own := found[1] if found else rule):
            yield number, own


def _figures(line: str, rule: str) -> Iterator[tuple[str, re.Match[str] | None, str]]:
    """The path of each figure of a row that is to be checked, where it stands in the line, and what is wrong with its cell."""
    plain = _COMMENT.sub(lambda comment: " " * len(comment[0]), line)
    first, *cells = [each.span(1) for each in _CELL.finditer(plain)]
    named = _NAME.search(line)
    name = named[1] if named else (plain[slice(*first)].split() or [""])[0].strip("*`")
    for cell, paths in zip(cells if name != "-" else (), rule.split(";"), strict=False):
        wanted = [path.strip().replace("*", name) for path in _AND.split(paths)]
        numbers = list(_NUMBER.finditer(plain, *cell))
        if not any(wanted) or not numbers:
            continue
        if len(numbers) != len(wanted):
            yield " and ".join(wanted), None, f"the cell has {len(numbers)} numbers, its rule {len(wanted)}"
            continue
        yield from ((path, told, "") for path, told in zip(wanted, numbers, strict=True) if path)


def _compare(place: str, path: str, told: re.Match[str], results: Mapping[str, Any], clocked: Collection[str]) -> Comparison:
    run, *keys = path.split("/")
    clock = run in clocked
    if results.get(run) is None:
        return Comparison(place, path, told[0], clock=clock)
    value = results[run]
    try:
        for key in keys:
            value = _element(value, key) if isinstance(value, list) else value[key]
        measured = float(value)
    except (LookupError, TypeError, ValueError):
        return Comparison(place, path, told[0], off=True, fault="the run gives no such figure")
    unit = (0.01 if told[3] else 1) * 10.0 ** -len(told[2] or "")
    documented = float(told[1].replace(",", "").replace("−", "-")) * (0.01 if told[3] else 1)
    return Comparison(place, path, told[0], measured, abs(measured - documented) > unit / 2 + 1e-9, clock)


def _element(values: list[Any], key: str) -> Any:
    named = [each for each in values if isinstance(each, dict) and key in each.values()]
    return named[0] if len(named) == 1 else values[int(key)]


def _shown(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
