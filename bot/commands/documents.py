"""``shopdesk documents`` and ``shopdesk remove``: what is loaded, and taking one of it away."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell
from bot.errors import InputError

documents = typer.Typer()
_FIELDS = ("source", "title", "language", "location")


@documents.command(name="documents")
def show_documents(
    words: Annotated[str, typer.Argument(help="Only those with this in their name or title.")] = "",
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """List the loaded documents, files and pages, by name."""
    with opened(data) as shopdesk:
        found = shopdesk.admin.documents(words)
    if as_json:
        print_json([{field: getattr(each, field) for field in _FIELDS} for each in found])
        return
    for each in found:
        say(f"{each.source}  {each.language}  {each.title}")
    if not found:
        tell(f"No document has {words!r} in its name or title." if words else "No document is loaded yet: shopdesk load PATH…")


@documents.command()
def remove(
    name: Annotated[str, typer.Argument(help="The document's name, as `shopdesk documents` lists it.")],
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a loaded document away from customers; `shopdesk rollback` brings it back."""
    with opened(data) as shopdesk:
        there = shopdesk.admin.documents()
        found = [each for each in there if name in (each.source, each.location)]
        if len(found) > 1:
            places = ", ".join(repr(each.location) for each in found)
            raise InputError(f"Several documents are called {name!r}: name the one by its place, of {places}.")
        if not found:
            near = get_close_matches(name, [each.source for each in there], 1)
            raise InputError(
                f"No loaded document is called {name!r}. {f'Did you mean {near[0]!r}? ' if near else ''}"
                "`shopdesk documents` lists them."
            )
        removed = shopdesk.admin.remove_document(found[0].location)
        before = shopdesk.versions.all()
    if as_json:
        print_json({field: getattr(removed, field) for field in _FIELDS})
    else:
        tell(f"{removed.source} is removed.{f' `shopdesk rollback {before[1].number}` brings it back.' if before[1:] else ''}")
