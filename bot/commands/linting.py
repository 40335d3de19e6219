"""``shopdesk lint``: what is wrong with the shop's knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, tell
from bot.localisation.terminal import in_words

if TYPE_CHECKING:
    from bot.lint.findings import Finding

linting = typer.Typer()
_SHOWN, _SHOWN_ALIKE = 30, 5


def grouped(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings for the terminal: those of one kind with the same reason under one heading, the first few of many."""
    for kind, same_kind in groupby(findings, lambda finding: finding.kind):
        alike: dict[str, list[Finding]] = {}
        for finding in same_kind:
            alike.setdefault(finding.reason, []).append(finding)
        for same in list(alike.values())[:_SHOWN]:
            first = f"{in_words(kind)}: {in_words(same[0].reason)}\n{same[0].entries_text()}"
            yield "\n".join([first, *(finding.entries_text() for finding in same[1:_SHOWN_ALIKE])])
            if len(same) > _SHOWN_ALIKE:
                yield in_words(f"    … and {len(same) - _SHOWN_ALIKE} more; --json lists them all")
        if len(alike) > _SHOWN:
            yield in_words(f"  … and {len(alike) - _SHOWN} more reasons of {in_words(kind)}; --json lists them all")


@linting.command()
def lint(
    links: Annotated[bool, typer.Option("--links", help="Fetch the addresses in documents, and report the dead ones.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Find contradictions, repeats, expired and missing entries, gaps of the catalogue, and planted instructions."""
    from bot.lint.linter import counted

    with opened(data) as shopdesk:
        findings, empty = shopdesk.linter.findings(links), shopdesk.empty
    counts = counted(findings)
    if as_json:
        print_json({"counts": dict(counts), "findings": [finding.to_dict() for finding in findings]})
    else:
        for line in grouped(findings):
            say(line)
        clean = "Nothing is loaded yet: shopdesk load PATH…" if empty else "Nothing found."
        tell(", ".join(f"{count} {in_words(kind)}" for kind, count in counts.items()) or clean)
    if findings:
        raise typer.Exit(1)
