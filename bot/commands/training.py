"""``shopdesk export-training``: what was found good, as data to fine-tune a language model with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, shown_progress, tell

training = typer.Typer()


@training.command(name="export-training")
def export(
    out: Annotated[Path, typer.Argument(help="Directory for train.jsonl, eval.jsonl and about.json.")],
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="Only this language.")] = None,
    share: Annotated[float, typer.Option("--eval", min=0.0, max=0.5, help="Share kept apart to judge by.")] = 0.1,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Write answers that customers rated good, FAQ entries and approved texts as chats to fine-tune a language model with."""
    with opened(data) as shopdesk, shown_progress() as progress:
        told = shopdesk.training.export(out, share, lang, progress)
    if as_json:
        print_json(told)
        return
    for part in ("train", "eval"):
        say(f"{part + '.jsonl':<12} " + ", ".join(f"{count} {kind}" for kind, count in told[part].items()))
    tell("\n".join(f"left out: {count} ({reason})" for reason, count in told["left_out"].items() if count))
    if not any(told["train"].values()):
        tell("Nothing to learn from yet: load questions with their answers, or wait for answers that customers rate good.")
