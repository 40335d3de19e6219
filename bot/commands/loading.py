"""``shopdesk load``: whatever the owner drops in, once or again and again."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, shown_progress
from bot.errors import LoadError, ShopdeskError

loading = typer.Typer()


@loading.command()
def load(
    paths: Annotated[list[str], typer.Argument(help="Files, directories, and addresses of pages, sitemaps and feeds.")],
    kind: Annotated[
        Literal["documents", "catalogue", "orders", "customers", "reviews", "interactions"] | None,
        typer.Option("--as", help="What the files are; guessed from their content when not given."),
    ] = None,
    lang: Annotated[
        Literal["zh", "en"] | None, typer.Option(help="Language of the documents; detected when not given.")
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Which columns of a table hold what, by letter or header: question=B,answer=C.")
    ] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and load again what changes, until Ctrl-C.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Load documents, catalogue, orders, customers, reviews or interactions. Loading the same again changes nothing."""
    mapping = _columns(columns)
    with opened(data) as shopdesk:
        try:
            with shown_progress() as progress:
                summary = shopdesk.load(paths, kind=kind, language=lang, progress=progress, columns=mapping)
            if as_json:
                print_json(summary.to_dict())
            else:
                say(summary.text())
            if watch:
                from bot.rereading import Rereader

                say("Watching; Ctrl-C ends it.")
                Rereader(shopdesk, watch=True, only=paths).run(lambda summary: say(summary.text()))
        except KeyboardInterrupt:
            if watch:
                return
            raise ShopdeskError("Stopped. What is recorded so far stays; load the same again to go on.") from None
    if summary.nothing:
        raise typer.Exit(1)


def _columns(text: str) -> dict[str, str]:
    """``question=B,answer=C`` as a dictionary."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if wrong := [field for field, equals, column in pairs if not (field.strip() and equals and column.strip())]:
        raise LoadError(f"--columns cannot be {text!r} ({wrong[0]!r}): write it like question=B,answer=C.")
    return {field.strip(): column.strip() for field, _, column in pairs}
