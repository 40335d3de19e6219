"""``shopdesk customers``: who the customers are."""

from __future__ import annotations

import typer

from bot.commands.insights import Language, Out
from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say

customers = typer.Typer()


@customers.command(name="customers")
def show(lang: Language = None, out: Out = None, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Tell customers apart: lifecycle, segments, suggested tags, and how likely each orders again."""
    from bot.marketing.customers.overview import texts_of

    with opened(data) as shopdesk:
        overview = shopdesk.insight.customers(lang or shopdesk.language)
    told = overview.to_dict()
    if as_json:
        print_json(told)
    else:
        say("\n".join(told["notes"]))
        names = texts_of(overview.language)
        say("  ".join(f"{names[stage]} {count}" for stage, count in told["stages"].items()))
        for each in told["segments"]:
            say(f"  {each['customers']:>5}  {each['name']}")
    if out is not None:
        paths = overview.report().write(out, "customers")
        say("".join(f"{path}\n" for path in paths if not as_json), end="")
