"""What the program says in the terminal, in the language of the terminal's locale."""

from __future__ import annotations

from bot.localisation.chinese import line_in_chinese
from bot.settings import terminal_language


def in_words(text: str) -> str:
    """``text`` line by line in the terminal's language; a line that is in no catalogue stays as it is."""
    return "\n".join(map(line_in_chinese, text.split("\n"))) if terminal_language() == "zh" else text
