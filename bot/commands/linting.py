"""``shopdesk lint``: what is wrong with the shop's knowledge."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say

linting = typer.Typer()
_SHOWN = 30


@linting.command()
def lint(
    links: Annotated[bool, typer.Option("--links", help="Fetch the addresses in documents, and report the dead ones.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Find contradictions, repeats, expired and missing entries, gaps of the catalogue, and planted instructions."""
    from bot.lint.linter import counted

    with opened(data) as shopdesk:
        findings = shopdesk.linter.findings(links)
    counts = counted(findings)
    if as_json:
        print_json({"counts": dict(counts), "findings": [finding.to_dict() for finding in findings]})
    else:
        for kind, count in counts.items():
            for finding in [each for each in findings if each.kind == kind][:_SHOWN]:
                say(finding.text())
            if count > _SHOWN:
                say(f"  … and {count - _SHOWN} more of {kind}; --json lists them all")
        say(", ".join(f"{count} {kind}" for kind, count in counts.items()) or "Nothing found.")
    if findings:
        raise typer.Exit(1)
