"""``python -m benchmarks all [--data DIR] [--only NAME…] [--clock] [--long] [--out DIR]``: the documented figures in one run.

``benchmarks/plan.toml`` holds the commands. Each runs in a process of its own, one after another; one that fails stops none.
``--out`` gets two files of each: ``NAME.json`` (its figures, with the command, commit, date, processor and time taken) and
``NAME.txt`` (all that it printed besides). Runs whose figures go by the clock, and those that take longer than ten minutes on
two cores, are left out unless asked for: by ``--clock`` and ``--long``, or by name. Then every figure that the documentation
marks stands beside the measured one, see :mod:`benchmarks.documented`; ``--write`` puts those that are off right. Exit status
1: a run failed, or a figure is off by more than its rounding, those that go by the clock aside.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import platform
import shlex
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.documented import Comparison, compared, documents, written

ROOT = Path(__file__).parents[1]
PLAN = Path(__file__).with_name("plan.toml")
DATA = "{data}"


class LeftOut(Exception):
    """A run cannot be made; says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One command of the plan, as the arguments of ``python -m benchmarks``."""

    name: str
    command: str
    clock: bool = False
    long: bool = False

    def arguments(self, data: Path | None) -> list[str]:
        """The command's words, with the folder of public data in its place and patterns of paths as the paths that fit.

        Raises:
            LeftOut: it needs public data that are not there.
        """
        if DATA in self.command and data is None:
            raise LeftOut("it needs --data")
        return [each for word in shlex.split(self.command) for each in _words(word.replace(DATA, str(data)), DATA in word)]


def _words(word: str, must_exist: bool) -> list[str]:
    if must_exist or glob.has_magic(word):
        found = sorted(glob.glob(word, root_dir=ROOT))
        if not found:
            raise LeftOut(f"there is no {word}")
        return found
    return [word]


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a run; ``outcome`` is "ran" or why it has no figures, ``processor_s`` counts all cores and processes."""

    name: str
    command: str
    outcome: str
    commit: str = ""
    date: str = ""
    processor: str = ""
    wall_s: float = 0.0
    processor_s: float = 0.0
    figures: Any = field(default=None, repr=False)


def read_plan(path: Path = PLAN) -> dict[str, Run]:
    """The runs by name, in their order.

    Raises:
        ValueError: a run has no command, or a field that there is not.
    """
    try:
        return {name: Run(name, **fields) for name, fields in tomllib.loads(path.read_text("utf-8")).items()}
    except (TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{str(path)!r} is no plan ({error}): each run has command and, if need be, clock or long.") from error


def chosen(plan: dict[str, Run], only: Sequence[str], clock: bool, long: bool) -> list[Run]:
    """The runs that ``only`` names, by their own name or their benchmark's; without it all but those of the clock and the long.

    Raises:
        ValueError: a name is none of the plan's.
    """
    benchmarks = {name: run.command.split()[0] for name, run in plan.items()}
    if unknown := [name for name in only if name not in benchmarks.keys() | set(benchmarks.values())]:
        raise ValueError(f"There is no run {unknown[0]!r}; choose among {', '.join(plan)}.")
    if only:
        return [run for name, run in plan.items() if {name, benchmarks[name]} & set(only)]
    return [run for run in plan.values() if (clock or not run.clock) and (long or not run.long)]


def carry_out(run: Run, data: Path | None, out: Path) -> Record:
    """Runs the command and leaves its two files in ``out``; what was there of an earlier run goes away."""
    try:
        command = [sys.executable, "-m", "benchmarks", *run.arguments(data), "--json"]
    except LeftOut as reason:
        return Record(run.name, run.command, f"left out: {reason}")
    commit, begun, before, date = _commit(), time.perf_counter(), os.times(), datetime.now(UTC).isoformat(timespec="seconds")
    with (out / f"{run.name}.txt").open("w", encoding="utf-8") as told:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=told, text=True, encoding="utf-8", check=False)
        figures = _figures(done.stdout)
        if figures is None:
            told.write(done.stdout)
    outcome = f"failed: exit status {done.returncode}" if done.returncode else "ran" if figures else "failed: no figures"
    taken, worked = round(time.perf_counter() - begun, 1), round(sum(os.times()[2:4]) - sum(before[2:4]), 1)
    record = Record(run.name, run.command, outcome, commit, date, _processor(), taken, worked, figures)
    (out / f"{run.name}.json").write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1), "utf-8")
    return record


def _figures(printed: str) -> Any:
    try:
        return json.loads(printed)
    except ValueError:
        return None


def _commit() -> str:
    """The commit measured, with a plus where files differ from it; empty outside a repository."""
    told = subprocess.run(
        ["git", "describe", "--always", "--abbrev=12", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def _processor() -> str:
    """The processor's name and how many cores of it there are."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def kept(plan: dict[str, Run], out: Path) -> dict[str, Any]:
    """The figures in ``out`` by the run's name."""
    files = {name: out / f"{name}.json" for name in plan}
    return {name: json.loads(file.read_text("utf-8"))["figures"] for name, file in files.items() if file.exists()}


def main(arguments: list[str]) -> int:
    """Runs and compares; 1 when a run failed or a figure not by the clock is off, 2 for an unknown plan or name."""
    parser = argparse.ArgumentParser("python -m benchmarks all", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the public sets; runs that need it are left out without")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these runs, or those of these benchmarks")
    parser.add_argument("--clock", action="store_true", help="those too whose figures go by the clock: on a quiet machine")
    parser.add_argument("--long", action="store_true", help="those too that take longer than ten minutes")
    parser.add_argument("--out", type=Path, default=Path("benchmark-figures"), help="default: benchmark-figures")
    parser.add_argument("--compare", action="store_true", help="run nothing, compare what --out holds")
    parser.add_argument("--write", action="store_true", help="put the measured figures into the documents, where they are off")
    parser.add_argument("--plan", type=Path, default=PLAN, help="another plan")
    parser.add_argument("--documents", type=Path, nargs="+", metavar="FILE", help="Markdown to compare with (default: ours)")
    options = parser.parse_args(arguments)
    try:
        plan = read_plan(options.plan)
        runs = [] if options.compare else chosen(plan, options.only, options.clock, options.long)
        options.out.mkdir(parents=True, exist_ok=True)
        records = []
        for run in runs:
            print(f"{run.name} …", file=sys.stderr, flush=True)
            records.append(carry_out(run, options.data and options.data.resolve(), options.out))
        clocked = {name for name, run in plan.items() if run.clock}
        files, figures = options.documents or documents(ROOT), kept(plan, options.out)
        for file in files if options.write else ():
            file.write_text(written(file, figures), "utf-8")
        found = compared(files, figures, clocked)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join([*_table(records), *_compared(found)]))
    return int(any(record.outcome.startswith("failed") for record in records) or any(each.stale for each in found))


def _table(records: Sequence[Record]) -> list[str]:
    width = max((len(record.name) for record in records), default=0)
    return [
        f"{record.name:<{width}}{record.wall_s:>9.1f} s{record.processor_s:>9.1f} s of a core  {record.outcome}"
        for record in records
    ]


def _compared(found: Sequence[Comparison]) -> list[str]:
    """Every documented figure beside the measured one, those that are off last."""
    order = sorted((each for each in found if each.measured is not None or each.fault), key=lambda each: each.off)
    off, unmeasured = sum(each.off for each in order), len(found) - len(order)
    told = f"{len(order)} documented figures measured, {off} of them off; {unmeasured} not measured"
    return ["", *(each.told() for each in order), "", told]
