"""``shopdesk test``: the owner's conversations, tried on a copy of the shop's data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say, tell
from bot.errors import LoadError
from bot.localisation.terminal import in_words

testing = typer.Typer()


@testing.command(name="test")
def run_tests(
    files: Annotated[list[Path], typer.Argument(help="YAML files of conversations, or directories of them.")],
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report into this file.")] = None,
    llm: Annotated[bool, typer.Option("--llm", help="Let the language model of the settings write, if there is one.")] = False,
    times: Annotated[
        int,
        typer.Option(min=1, max=20, help="Run each so often, on orders as they are; it passes if every run does."),
    ] = 1,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Try conversations on a copy of the shop's data: what a customer says, and what the reply must be.

    Orders are those that were loaded: the shop's own order system is never asked, and nothing is written there.
    """
    from bot.conversation_tests import running
    from bot.conversation_tests.cases import read_all
    from bot.conversation_tests.copied_shop import copied_shop
    from bot.settings import load_settings

    settings, writer = load_settings(**named(data)), {} if llm else {"llm": None}
    cases = read_all(files)
    if settings.orders_url:
        left = in_words(
            f"shopdesk: the order system at {settings.orders_url!r} is left alone:"
            " these tests see the orders that were loaded ('shopdesk load orders.csv'), under the same order policy."
        )
        sys.stderr.write(f"{left}\n")
    with copied_shop(settings, **writer) as rehearsal, rehearsal.several(times) as stages:
        results = []
        for result in running.run_on(stages, cases):
            results.append(result)
            if not as_json:
                counted = f" ({times - result.failed}/{times})" if times > 1 else ""
                say(f"{'ok  ' if result.failure is None else 'FAIL'}{counted} {result.case.file}: {result.case.name}")
                if result.failure is not None:
                    tell(f"     {result.failure.text()}")
    failed = sum(result.failure is not None for result in results)
    if junit is not None:
        _write(junit, running.junit(results))
    if as_json:
        print_json([result.to_dict() for result in results])
    else:
        tell(f"Conversations that went as written: {len(results) - failed} of {len(results)}.")
        if times > 1:
            say(", ".join(f"pass^{k} {share:.2f}" for k, share in enumerate(running.pass_hat(results), 1)))
    if failed:
        raise typer.Exit(1)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise LoadError(f"The report {str(path)!r} cannot be written ({error.strerror}): name another file.") from error
