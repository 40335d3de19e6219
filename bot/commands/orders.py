"""``shopdesk changes``: what customers had done to their orders; ``shopdesk orders dump``: the orders as they are now."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell

orders = typer.Typer()
state = typer.Typer(help="The loaded orders and customers.", no_args_is_help=True)
orders.add_typer(state, name="orders")


@state.command()
def dump(data: Data = DEFAULT) -> None:
    """Print orders and customers as they are now, as JSON in the layout of τ-bench retail."""
    with opened(data) as shopdesk:
        print_json(shopdesk.order_layout.state())


@orders.command()
def changes(
    limit: Annotated[int, typer.Option(min=1, help="Number of changes.")] = 100,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """List what customers had done to their orders, the newest first: who, when, what, before and after."""
    with opened(data) as shopdesk:
        rows = shopdesk.order_changes(limit)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        arguments = json.dumps(row["arguments"], ensure_ascii=False)
        say(f"{row['at'][:19]}  {row['outcome']:<8} {row['customer_id'] or '-'}  {row['operation']} {arguments}")
    if not rows:
        tell("No order has been changed in a conversation yet.")
