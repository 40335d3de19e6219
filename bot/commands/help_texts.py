"""The help of all commands in the terminal's language."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperGroup

from bot.localisation.terminal import in_words

_TITLES = {
    name: getattr(rich_utils, name)
    for name in (
        "ARGUMENTS_PANEL_TITLE",
        "OPTIONS_PANEL_TITLE",
        "COMMANDS_PANEL_TITLE",
        "DEFAULT_STRING",
        "REQUIRED_LONG_STRING",
    )
}
_text = rich_utils._make_rich_text


def localised(command: Any) -> Any:
    """``command`` with everything that its help and its subcommands' says in the terminal's language."""
    _put_into_words(command)
    return command


def set_titles() -> None:
    """Has the help's headings in the terminal's language, and its lines broken wherever they are full.

    Chinese has no spaces, and what is longer than a line would end in "…".
    """
    for name, title in _TITLES.items():
        setattr(rich_utils, name, in_words(title))
    rich_utils._make_rich_text = _folded


def _folded(**given: Any) -> Any:
    text: Any = _text(**given)
    text.overflow = "fold"
    return text


def _put_into_words(command: Any) -> None:
    command.help = in_words(cleandoc(command.help or ""))
    command.options_metavar = in_words(command.options_metavar or "")
    for explained in (*command.params, command.get_help_option(typer.Context(command))):
        if explained is not None and explained.help:
            explained.help = in_words(explained.help)
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = in_words(command.subcommand_metavar)
        for each in command.commands.values():
            _put_into_words(each)
