"""``shopdesk versions``, ``publish``, ``discard``, ``rollback`` and ``replay``: the knowledge before, now and in the draft."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, shown_progress, tell
from bot.settings import terminal_language
from knowledge_base.counted import counted

if TYPE_CHECKING:
    from bot.versions import Replayed
    from knowledge_base.ledger import Version

versions = typer.Typer()
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


@versions.command(name="versions")
def show_versions(data: Data = DEFAULT, as_json: Json = False) -> None:
    """List the versions of the knowledge, newest first, and the draft if there is one."""
    from bot.console.reasons import change_in
    from bot.localisation.times import minute

    with opened(data) as shopdesk:
        found, stage, zone = shopdesk.versions.all(), shopdesk.versions.stage(), shopdesk.settings.zone
    if as_json:
        staged = None if stage is None else {"kind": stage.kind, "what": stage.what}
        live = found[0].number if found else None
        print_json({"live": live, "stage": staged, "versions": [_plain(version) for version in found]})
        return
    if stage is not None:
        tell(f"draft: {stage.what}" if stage.kind == "draft" else f"interrupted: {stage.what}; load the same again to go on")
    for version in found:
        what = change_in(terminal_language(), version.what, data)
        tell(
            f"{version.number}{' (live)' if version is found[0] else ''}  {minute(version.created_at, zone)}  {what}:"
            f" passages +{version.added} −{version.removed}, now {version.chunks} in {counted(version.documents, 'document')}"
        )
    if not found:
        tell("There is no version yet: shopdesk load PATH…")


@versions.command()
def publish(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Make the draft live."""
    with opened(data) as shopdesk:
        _tell(shopdesk.versions.publish(), data, as_json)


@versions.command()
def discard(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Remove the draft, or what an interrupted load has written."""
    with opened(data) as shopdesk:
        shopdesk.versions.discard()
    if as_json:
        print_json({"discarded": True})
    else:
        tell("Discarded; what is live stays as it is.")


@versions.command()
def rollback(
    number: Annotated[int, typer.Argument(help="The version whose documents are to be live again.")],
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Make the documents of an earlier version live again, as a new version. Products follow the catalogue and stay."""
    with opened(data) as shopdesk, shown_progress() as progress:
        version = shopdesk.versions.rollback(number, progress)
    _tell(version, data, as_json)


@versions.command()
def replay(
    draft: Annotated[bool, typer.Option("--draft", help="Compare the draft with what is live.")] = False,
    count: Annotated[int, typer.Option("-n", min=1, max=1000, help="How many different questions, the last ones first.")] = 20,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Ask the customers' last questions again, and show how the answers differ from those that they got."""
    with opened(data) as shopdesk:
        replayed = list(shopdesk.versions.replay(count, draft))
    if as_json:
        print_json([each.to_dict() for each in replayed])
        return
    for each in replayed:
        if each.changed:
            say(difference(each))
    same = sum(not each.changed for each in replayed)
    tell(
        f"Answers that differ: {len(replayed) - same} of {len(replayed)}."
        if replayed
        else "Customers have not asked anything yet."
    )


def _tell(version: Version | None, data: Path, as_json: bool) -> None:
    if as_json:
        print_json(None if version is None else _plain(version))
    elif version is None:
        tell("That changes nothing.")
    else:
        from bot.console.reasons import change_in

        what = change_in(terminal_language(), version.what, data)
        tell(f"Version {version.number} is live: {what} (passages: +{version.added} −{version.removed}).")


def _plain(version: Version) -> dict[str, Any]:
    return {**asdict(version), "created_at": version.created_at.isoformat()}


def difference(each: Replayed) -> str:
    """What is answered otherwise, for the terminal: words that go and come in brackets, and other sources."""
    lines = [f"? {each.question}"]
    if each.before.action != each.after.action:
        lines.append(f"  {each.before.action} → {each.after.action}")
    lines.append("  " + "".join(_MARKS[kind].format(words) for kind, words in each.diff()).replace("\n", "\n  "))
    if each.before.sources != each.after.sources:
        lines.append(f"  sources: {', '.join(each.before.sources) or 'none'} → {', '.join(each.after.sources) or 'none'}")
    return "\n".join(lines) + "\n"
