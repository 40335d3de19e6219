"""``shopdesk faq …``: questions with answers, proposed by one and approved by another before customers get them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell
from bot.errors import InputError
from bot.localisation.terminal import in_words
from knowledge_base.counted import counted

if TYPE_CHECKING:
    from bot.learning.entry_trial import Tried
    from bot.shopdesk import Shopdesk
    from bot.store.entries import Entry

faq = typer.Typer(name="faq", help="Questions with answers of the shop's own.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The entry's id.")]
By = Annotated[str, typer.Option(help="Who does it.")]


@faq.command()
def propose(
    question: Annotated[str, typer.Argument(help="As customers ask it.")],
    answer: Annotated[str, typer.Argument(help="What they should know.")],
    language: Annotated[Literal["zh", "en"], typer.Option(help="Its language.")] = "en",
    by: By = "owner",
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Write an entry down; customers do not get it before it is approved."""
    with opened(data) as shopdesk:
        _tell([shopdesk.admin.entries.propose(question, answer, language, by)], as_json)


@faq.command()
def preview(entry: Id, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Ask past questions of customers again, with the entry as it is written down; nothing changes."""
    with opened(data) as shopdesk:
        tried = _tried(shopdesk, entry)
    if as_json:
        print_json(tried.to_dict())
    else:
        _show(tried)


@faq.command()
def approve(
    entry: Id,
    by: By = "owner",
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what it changes for past questions, as preview does, and give it to customers after a yes."""
    with opened(data) as shopdesk:
        if not as_json:
            _show(_tried(shopdesk, entry))
        if not yes and (as_json or not _agreed()):
            raise InputError("Nothing was published: say yes, or give --yes, to let customers have it.")
        _tell([shopdesk.admin.entries.approve(entry, by)], as_json)


@faq.command()
def withdraw(entry: Id, by: By = "owner", data: Data = DEFAULT, as_json: Json = False) -> None:
    """Take it away from customers; it is kept."""
    with opened(data) as shopdesk:
        _tell([shopdesk.admin.entries.withdraw(entry, by)], as_json)


@faq.command()
def undo(entry: Id, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Take back its last publication, change or withdrawal; once more, the one before that."""
    with opened(data) as shopdesk:
        entries = shopdesk.admin.entries
        _tell([entries.undo(entry, entries.get(entry).changed_at)], as_json)


@faq.command(name="list")
def show_all(
    state: Annotated[Literal["proposed", "live", "withdrawn"] | None, typer.Option(help="Only those.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """List the entries, newest first."""
    with opened(data) as shopdesk:
        _tell(shopdesk.admin.entries.all(state), as_json)


def _tried(shopdesk: Shopdesk, entry: str) -> Tried:
    kept = shopdesk.admin.entries.get(entry)
    return shopdesk.entry_trials.of(kept, kept.question, kept.answer, kept.language, kept.asked_in)


def _show(tried: Tried) -> None:
    from bot.commands.versions import difference

    if not tried.replayed:
        tell("Customers have not asked anything yet.")
        return
    for each in tried.replayed:
        if each.changed:
            say(difference(each))
    better, worse, otherwise, same = (tried.counts[verdict] for verdict in ("better", "worse", "otherwise", "same"))
    tell(
        f"Of the last {counted(tried.remembered, 'different question')}, {len(tried.replayed)} were asked again:"
        f" {better} now answered, {worse} no longer answered, {otherwise} changed, {same} unchanged."
    )


def _agreed() -> bool:
    try:
        return typer.confirm(in_words("Give it to customers?"))
    except typer.Abort:
        return False


def _tell(entries: list[Entry], as_json: bool) -> None:
    if as_json:
        names = ("id", "question", "answer", "language", "state", "author", "approved_by")
        print_json([{name: getattr(entry, name) for name in names} for entry in entries])
        return
    for entry in entries:
        say(f"{entry.id}  {entry.state:<9}  {entry.language}  {entry.question}\n    {' '.join(entry.answer.split())}")
    if not entries:
        tell("No entry yet: shopdesk faq propose QUESTION ANSWER")
