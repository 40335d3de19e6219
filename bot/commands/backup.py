"""``shopdesk backup`` and ``shopdesk restore``: the shop's data as one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, named, tell
from knowledge_base.counted import counted

backups = typer.Typer()


@backups.command()
def backup(file: Annotated[Path, typer.Argument(help="The archive to write.")], data: Data = DEFAULT) -> None:
    """Write the shop's data into one archive; the shop may be served meanwhile."""
    from bot.running.backup import backup as write
    from bot.settings import load_settings

    held = write(load_settings(**named(data)), file)
    tell(
        f"{file}: the database and {counted(held.files, 'file')}, {_size(held.bytes)}."
        " It holds what customers said: keep it safe."
    )


@backups.command()
def restore(file: Annotated[Path, typer.Argument(help="The archive.")], data: Data = DEFAULT) -> None:
    """Check an archive and put it into a new data directory."""
    from bot.running.backup import restore as put

    held = put(file, data)
    tell(f"{data}: the database and {counted(held.files, 'file')}. The indexes are made again when it is opened first.")


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e5 else f"{number / 1e3:.0f} kB"
