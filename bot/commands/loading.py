"""``shopdesk load``: whatever the owner drops in, once or again and again, after a preview or at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, shown_progress, tell
from bot.errors import LoadError, ShopdeskError
from bot.settings import terminal_language

if TYPE_CHECKING:
    from bot.loading.loader import LoadPreview, LoadSummary
    from bot.shopdesk import Shopdesk

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
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would change, row by row.")] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="Put documents into a draft: see replay, publish and discard.")
    ] = False,
    duplicates: Annotated[Literal["keep", "skip"], typer.Option(help="Rows that say what another says already.")] = "keep",
    conflicts: Annotated[
        Literal["keep", "skip", "overwrite"], typer.Option(help="Rows whose question is answered otherwise elsewhere.")
    ] = "keep",
    changed: Annotated[Literal["overwrite", "skip"], typer.Option(help="Rows whose answer has changed.")] = "overwrite",
    new: Annotated[Literal["keep", "skip"], typer.Option(help="Rows that meet no other.")] = "keep",
    row: Annotated[
        list[str] | None,
        typer.Option(help="What to do with one row, by its key in --preview --json: KEY=keep, skip or overwrite."),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and load again what changes, until Ctrl-C.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Load documents, catalogue, orders, customers, reviews or interactions. Loading the same again changes nothing."""
    from knowledge_base.comparison import Rules

    rules = Rules(duplicates, conflicts, changed, _rows(row or ()), new)
    manner: dict[str, Any] = {"kind": kind, "language": lang, "columns": _columns(columns), "rules": rules}
    with opened(data) as shopdesk:
        if preview:
            with shown_progress() as progress:
                shown = shopdesk.preview(paths, progress=progress, **manner)
            _tell(shown, as_json)
            return
        try:
            with shown_progress() as progress:
                summary = shopdesk.load(paths, progress=progress, draft=draft, **manner)
        except KeyboardInterrupt:
            raise ShopdeskError(
                "Stopped; nothing has gone live. Load the same again to go on, or remove what is written with"
                " `shopdesk discard`."
            ) from None
        _tell(summary, as_json)
        if watch:
            _watch(shopdesk, paths)
    if summary.nothing:
        raise typer.Exit(1)


def _tell(done: LoadSummary | LoadPreview, as_json: bool) -> None:
    if as_json:
        print_json(done.to_dict())
    else:
        say(done.text(terminal_language()))


def _watch(shopdesk: Shopdesk, paths: list[str]) -> None:
    from bot.loading.rereading import Rereader

    tell("Watching; Ctrl-C ends it.")
    try:
        Rereader(shopdesk, shopdesk.settings.reread_hours, watch=True, only=paths).run(
            lambda summary: say(summary.text(terminal_language()))
        )
    except KeyboardInterrupt:
        say()


def _columns(text: str) -> dict[str, str]:
    """``question=B,answer=C`` as a dictionary."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if wrong := [field for field, equals, column in pairs if not (field.strip() and equals and column.strip())]:
        raise LoadError(f"--columns cannot be {text!r} ({wrong[0]!r}): write it like question=B,answer=C.")
    return {field.strip(): column.strip() for field, _, column in pairs}


def _rows(texts: list[str] | tuple[str, ...]) -> dict[str, Any]:
    """``KEY=skip`` of each row as a dictionary."""
    from knowledge_base.comparison import Decision

    pairs = [text.rpartition("=") for text in texts]
    for text, (key, _, decision) in zip(texts, pairs, strict=True):
        if not key or decision not in get_args(Decision):
            raise LoadError(f"--row cannot be {text!r}: write it like KEY=skip, with keep, skip or overwrite.")
    return {key: decision for key, _, decision in pairs}
