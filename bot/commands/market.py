"""``shopdesk market``: what competitors' feeds and the shop's own data say of the market."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.commands.insights import Language, Out
from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell

market = typer.Typer()
_SHOWN = 8


@market.command(name="market")
def show(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(help="Competitors' feeds: csv, xlsx or jsonl files, and addresses of feeds or product pages."),
    ] = None,
    competitor: Annotated[str, typer.Option(help="Whose the addresses are; their host when not given.")] = "",
    history: Annotated[bool, typer.Option("--history", help="List what was read so far, and when, instead.")] = False,
    lang: Language = None,
    out: Out = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """A one-page brief: price position, assortment gaps, promotions, alerts, and the funnel, with evidence and actions."""
    with opened(data) as shopdesk:
        if history:
            _list(shopdesk.insight.history.all(), as_json)
            return
        brief, skipped = shopdesk.insight.market(feeds or (), lang or shopdesk.language, competitor)
    told = brief.to_dict() | {"skipped": skipped}
    if as_json:
        print_json(told)
    else:
        say("\n".join([*told["notes"], *(f"  skipped {reason}" for reason in skipped[:_SHOWN])]))
        for section, claims in told["sections"].items():
            say(brief.heading(section) if claims else "", end="\n" * bool(claims))
            for claim in claims[:_SHOWN]:
                say(f"  {claim['text']} [{'; '.join(claim['evidence'])}]")
                say("".join(f"      → {claim[name]}\n" for name in ("action", "command") if claim[name]), end="")
    if out is not None:
        paths = brief.report().write(out, "market")
        say("".join(f"{path}\n" for path in paths if not as_json), end="")


def _list(snapshots: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(snapshots)
        return
    for snapshot in snapshots:
        say(f"{snapshot['read_at'][:16].replace('T', ' ')}  {snapshot['offers']:>6}  {snapshot['feed']}")
    if not snapshots:
        tell("No feed was read yet: shopdesk market FEED…")
