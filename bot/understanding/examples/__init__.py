"""Messages that we wrote for every shipped intent, and the reader of their format."""

from __future__ import annotations

import re
from pathlib import Path

from bot.errors import SettingsError

EXAMPLES = Path(__file__).parent
_HEADING = re.compile(r"\[([^\[\]]+)\]")


def read_examples(path: Path) -> tuple[list[str], list[str]]:
    """Texts and their labels from a file with one message per line under ``[label]`` headings.

    Raises:
        SettingsError: for a message above the first heading.
    """
    texts: list[str] = []
    labels: list[str] = []
    label = None
    for line in map(str.strip, path.read_text("utf-8").splitlines()):
        if heading := _HEADING.fullmatch(line):
            label = heading[1]
        elif line and label is None:
            raise SettingsError(f"{path} starts with {line!r} where a heading such as [delivery] is expected: add it.")
        elif line and label is not None:
            texts.append(line)
            labels.append(label)
    return texts, labels


def tone_examples() -> tuple[list[str], list[str]]:
    """Our own messages in both languages with their sentiment."""
    english, chinese = (read_examples(EXAMPLES / f"tone.{language}.txt") for language in ("en", "zh"))
    return english[0] + chinese[0], [heading.split()[0] for heading in english[1] + chinese[1]]


def shipped_examples() -> tuple[list[str], list[str]]:
    """Our own messages in both languages with their intents, to train together with an owner's."""
    english, chinese = (read_examples(EXAMPLES / f"{language}.txt") for language in ("en", "zh"))
    return english[0] + chinese[0], english[1] + chinese[1]


def fault_examples() -> tuple[list[str], list[str]]:
    """Our own messages in both languages with the fault of goods that they tell of, or none."""
    english, chinese = (read_examples(EXAMPLES / f"faults.{language}.txt") for language in ("en", "zh"))
    return english[0] + chinese[0], english[1] + chinese[1]


def wish_examples() -> tuple[list[str], list[str]]:
    """Our own sentences of customers with orders, in both languages, with what they want done."""
    english, chinese = (read_examples(EXAMPLES / f"wishes.{language}.txt") for language in ("en", "zh"))
    return english[0] + chinese[0], english[1] + chinese[1]
