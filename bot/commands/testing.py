"""``shopdesk test``: the owner's conversations, tried on a copy of the shop's data."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say
from bot.errors import LoadError, SettingsError

if TYPE_CHECKING:
    from bot.conversation_tests.cases import Case
    from bot.rehearsal import Stage
    from bot.settings import Settings

testing = typer.Typer()


@testing.command(name="test")
def run_tests(
    files: Annotated[list[Path], typer.Argument(help="YAML files of conversations, or directories of them.")],
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report into this file.")] = None,
    llm: Annotated[bool, typer.Option("--llm", help="Let the language model of the settings write, if there is one.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Try conversations on a copy of the shop's data: what a customer says, and what the reply must be.

    Orders are those that were loaded: the shop's own order system is never asked, and nothing is written there.
    """
    from bot.conversation_tests import running

    cases = _cases(files)
    with _copied(data, llm) as stage:
        results = []
        for result in running.run(stage, cases):
            results.append(result)
            if not as_json:
                say(f"{'ok  ' if result.failure is None else 'FAIL'} {result.case.file}: {result.case.name}")
                say(f"     {result.failure.text()}" if result.failure else "", end="\n" if result.failure else "")
    failed = sum(result.failure is not None for result in results)
    if junit is not None:
        _write(junit, running.junit(results))
    if as_json:
        print_json([result.to_dict() for result in results])
    else:
        say(f"{len(results) - failed} of {len(results)} conversations went as written.")
    if failed:
        raise typer.Exit(1)


def _cases(files: list[Path]) -> list[Case]:
    from bot.conversation_tests.cases import read_cases

    found = [inner for path in files for inner in (sorted(path.glob("*.y*ml")) if path.is_dir() else [path])]
    if not found:
        raise LoadError(f"There are no YAML files in {', '.join(map(str, files))}: name files of conversations.")
    return [case for path in found for case in read_cases(path)]


@contextmanager
def _copied(data: Path, llm: bool) -> Iterator[Stage]:
    """The shop over a copy of its data and its loaded orders, so that no test changes an order or is taken for a customer."""
    from bot.build import build
    from bot.clear_words import clear_words
    from bot.settings import load_settings
    from knowledge_base.ownership import own

    settings = load_settings(**named(data))
    _must_be_here(settings)
    if settings.orders_url:
        sys.stderr.write(
            f"shopdesk: the order system at {settings.orders_url!r} is left alone: these tests see the orders that were loaded"
            " ('shopdesk load orders.csv'), under the same order policy.\n"
        )
    with tempfile.TemporaryDirectory(prefix="shopdesk-test-") as folder:
        with clear_words(), own(settings.data):
            copy = shutil.copytree(settings.data, Path(folder) / "data", ignore=shutil.ignore_patterns("lock"))
        kept = load_settings(**{**named(data), "data": copy, **({} if llm else {"llm": None})})
        with build(kept) as shopdesk, shopdesk.rehearsal.open() as stage:
            yield stage


def _must_be_here(settings: Settings) -> None:
    if settings.database_url or settings.chroma_url:
        raise SettingsError(
            "Tests run on a copy of the data directory, but 'database_url' or 'chroma_url' keep the data elsewhere:"
            " load the shop into a directory of its own, and name that with --data."
        )
    if not settings.data.exists():
        raise LoadError(f"There is no data directory {str(settings.data)!r}: load the shop first, or name another with --data.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise LoadError(f"The report {str(path)!r} cannot be written ({error.strerror}): name another file.") from error
