"""``shopdesk export``, ``erase`` and ``expire``: what is kept on a customer, given out or deleted for good, and what is old."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell
from bot.privacy.sheet import sheet
from bot.types import LanguageCode

privacy = typer.Typer()
BY = "command line"
Spoken = Annotated[LanguageCode, typer.Option("--lang", help="The language of the words around what is kept.")]
Customer = Annotated[str, typer.Argument(help="The customer's id, as known to the shop.")]


@privacy.command()
def export(customer: Customer, language: Spoken = "en", data: Data = DEFAULT, as_json: Json = False) -> None:
    """Print what is kept on a customer, and the profile drawn from it, to be read; with --json everything, for programs."""
    with opened(data) as shopdesk:
        found = shopdesk.keeper.export(customer, BY)
    if as_json:
        print_json(found)
        return
    say(sheet(customer, found, language))


@privacy.command()
def erase(customer: Customer, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Delete everything that is kept on a customer, down to the bytes of the database."""
    with opened(data) as shopdesk:
        erased = shopdesk.keeper.erase(customer, BY)
    if as_json:
        print_json(erased)
        return
    for name, count in erased.items():
        tell(f"{name}: {count} erased")
    tell("Take the customer out of the files that you load, too: loading them again would bring the data back.")


@privacy.command()
def expire(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Delete what is older than the settings keep_…_days say. `serve` does it every hour."""
    with opened(data) as shopdesk:
        gone = shopdesk.keeper.expire(BY)
    if as_json:
        print_json(gone)
        return
    for name, count in gone.items():
        tell(f"{name}: {count} deleted")
    if not gone:
        tell("Nothing is older than keep_conversations_days, keep_events_days and keep_records_days say (0 keeps all).")
