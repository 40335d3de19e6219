"""What was typed wrongly, in one sentence; and ``--version``."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

import typer
from typer.exceptions import TyperException

from bot.commands.terminal import say, tell
from bot.localisation.terminal import in_words
from bot.settings import terminal_language


def sentence(error: TyperException) -> str:
    """What is wrong with the command line, the nearest name that there is, and where the command is explained.

    Empty where a command that needs another word got none: its help was shown instead.
    """
    words, near = error.format_message(), getattr(error, "possibilities", None)
    if not words:
        return ""
    if near:
        words = f"{error.message}. Did you mean {near[0]!r}?"
    words = re.sub(r"(Did you mean '[^']*').*", r"\1?", words).replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    words += "" if words.endswith((".", "?")) else "."
    parts = [in_words(words), *([in_words(f"`{context.command_path} --help` explains it.")] if context else [])]
    return ("" if terminal_language() == "zh" else " ").join(parts)


def print_version(wanted: bool) -> None:
    """Prints the program's name and version and ends, where that is ``wanted``."""
    if not wanted:
        return
    try:
        say(f"shopdesk {version('shopdesk')}")
    except PackageNotFoundError:
        tell("shopdesk, run from its source without being installed")
    raise typer.Exit
