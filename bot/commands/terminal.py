"""What every command shares: its options for the data directory and for JSON, and how it prints."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Data = Annotated[Path, typer.Option("--data", help="Directory of the shop's data.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DEFAULT = Path("shopdesk-data")


def say(text: str = "", end: str = "\n") -> None:
    """Prints at once, also into a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def print_json(value: Any) -> None:
    """Prints ``value`` as indented JSON, Chinese as it is."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def named(data: Path) -> dict[str, Any]:
    """The data directory as a setting, where the command named one: else the environment may."""
    return {} if data == DEFAULT else {"data": data}
