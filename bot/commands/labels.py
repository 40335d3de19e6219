"""``shopdesk labels``: what persons of the shop corrected of messages, and learning from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell

if TYPE_CHECKING:
    from bot.learning.labels import Trial

labels = typer.Typer()
group = typer.Typer(help="Intents and sentiments of messages, as they were corrected in the console.", no_args_is_help=True)
labels.add_typer(group, name="labels")


@group.command(name="list")
def listed(data: Data = DEFAULT, as_json: Json = False) -> None:
    """List the corrected messages with their right labels."""
    with opened(data) as shopdesk:
        found = {
            what: list(zip(*shopdesk.admin.labels.corrections.pairs(what), strict=True)) for what in ("intent", "sentiment")
        }
    if as_json:
        print_json({what: [{"text": text, what: label} for text, label in pairs] for what, pairs in found.items()})
        return
    for what, pairs in found.items():
        for text, label in pairs:
            say(f"{what:<10} {label:<20} {' '.join(text.split())[:120]}")
    if not any(found.values()):
        tell("No label has been corrected yet: open a conversation in the console.")


@group.command()
def train(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Learn from the corrected labels, where that tells more messages right; counts from the next start on."""
    with opened(data) as shopdesk:
        trials = shopdesk.admin.labels.train()
    if as_json:
        print_json([trial.to_dict() for trial in trials])
        return
    for trial in trials:
        tell(told(trial))


@group.command()
def forget(data: Data = DEFAULT) -> None:
    """Go back to what ships and what intents.toml says, from the next start on; the corrections are kept."""
    with opened(data) as shopdesk:
        shopdesk.admin.labels.forget()
    tell("Forgotten: from the next start on corrected labels do not count.")


def told(trial: Trial) -> str:
    """How a trial went."""
    before, after = trial.before, trial.after
    if before is None or after is None:
        return f"{trial.what}: {trial.messages} corrected messages are too few to learn from, three of a label at least."
    return (
        f"{trial.what}: of {trial.messages} corrected messages {before.corrected:.0%} were told right before and"
        f" {after.corrected:.0%} after, each left out; of our own examples {before.ours:.1%} and {after.ours:.1%}."
        f" {'Learned, from the next start on.' if trial.taken else 'Not learned.'}"
    )
