"""What every command shares: its options for the data directory and for JSON, and how it prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk
    from knowledge_base.indexing import Progress

Data = Annotated[Path, typer.Option("--data", help="Directory of the shop's data.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DEFAULT = Path("shopdesk-data")


def say(text: str = "", end: str = "\n") -> None:
    """Prints at once, also into a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def tell(text: str) -> None:
    """Prints what the program says, in the terminal's language; what customers and the shop said is for :func:`say`."""
    from bot.localisation.terminal import in_words

    say(in_words(text))


def print_json(value: Any) -> None:
    """Prints ``value`` as indented JSON, Chinese as it is."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def named(data: Path) -> dict[str, Any]:
    """The data directory as a setting, where the command named one: else the environment may."""
    return {} if data == DEFAULT else {"data": data}


@contextmanager
def opened(data: Path) -> Iterator[Shopdesk]:
    """The whole program over the shop's data."""
    from bot.build import build
    from bot.settings import load_settings

    with build(load_settings(**named(data))) as shopdesk:
        yield shopdesk


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A bar with the time gone and the time left, where somebody looks at the terminal."""
    from tqdm import tqdm

    shape = "{percentage:3.0f}% |{bar}| {elapsed}<{remaining}"
    with tqdm(total=1, bar_format=shape, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done: float, total: int | None) -> None:
            bar.total = total or bar.total
            bar.update(done - bar.n)

        yield show
