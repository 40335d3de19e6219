"""``shopdesk outbox …``: messages to customers who want them. It works beside a running ``serve``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say, tell
from bot.localisation.terminal import in_words

if TYPE_CHECKING:
    from bot.marketing.promotion import Promotion

outbox = typer.Typer(name="outbox", help="Messages to customers who want them.", no_args_is_help=True)
Rules = Annotated[list[str] | None, typer.Option("--rule", help="Of this rule alone; once for each. All when not given.")]


@outbox.command()
def prepare(
    rule: Rules = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the messages and keep nothing.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Find whom to write to, and write the messages; nothing is sent yet."""
    with _opened(data) as promotion:
        found = promotion.outbox.prepare(rule, dry_run)
    if as_json:
        names = ("rule", "customer", "fate", "channel", "subject", "body")
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    for one in found:
        if one.fate == "prepared":
            say(f"--- {one.rule} to {one.customer} by {one.channel}\n{one.subject}\n\n{one.body}\n")
    fates = Counter[str](one.fate for one in found)
    tell(_counted(fates) or "Nobody is to be written to now.")
    if fates["no_channel"]:
        remedy = "set a mail server (smtp_host …), sms_url or customer_webhook_url, and load customers with e-mail or phone"
        say(f"no_channel: {in_words(remedy)}")


@outbox.command()
def send(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Prepare and send what is due, each message once; in quiet hours nothing is sent."""
    with _opened(data) as promotion:
        if dry_run:
            waiting = promotion.outbox.messages("waiting")
            new = [one.fate for one in promotion.outbox.prepare(dry=True)].count("prepared")
            told = {"waiting": len(waiting), "prepared": new}
        else:
            promotion.outbox.prepare()
            told = dict(promotion.outbox.send())
    if as_json:
        print_json(told)
    else:
        tell(_counted(Counter(told)) or "Nothing was sent: nothing is due, or it is a quiet hour.")


@outbox.command(name="list")
def show_all(
    state: Annotated[
        Literal["waiting", "sending", "sent", "held_out", "uncertain", "failed", "dropped"] | None,
        typer.Option(help="Only those in this state."),
    ] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """List the messages, newest first."""
    with _opened(data) as promotion:
        found = promotion.outbox.messages(state)
    if as_json:
        print_json(found)
        return
    for one in found:
        why = f"  ({one['last_error']})" if one["last_error"] else ""
        say(f"{one['created_at'][:16]}  {one['state']:<9} {one['rule']:<20} {one['customer_id']}  {one['subject']}{why}")
    if not found:
        tell("No message yet: shopdesk outbox prepare --dry-run shows whom there would be to write to.")


@outbox.command()
def results(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Say what the messages brought, beside customers who were held out."""
    with _opened(data) as promotion:
        found = promotion.outbox_results()
    if as_json:
        print_json([one.to_dict() for one in found])
        return
    for one in found:
        bounds = "too little data" if one.low is None or one.high is None else f"{one.low:+.1%} to {one.high:+.1%}"
        shares = " / ".join("–" if share is None else f"{share:.1%}" for share in (one.ordered, one.ordered_held_out))
        say(f"{one.rule:<20} {one.messages} written, {one.held_out} held out, ordered {shares}, difference {bounds}")
    if not found:
        tell("No message yet.")


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name}: {number}" for name, number in counts.most_common())


@contextmanager
def _opened(data: Path) -> Iterator[Promotion]:
    from bot.commands.beside import open_promotion
    from bot.settings import load_settings

    with open_promotion(load_settings(**named(data))) as promotion:
        yield promotion
