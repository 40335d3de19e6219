"""What every loader returns, and how text is cleaned before anything reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge_base.types import LanguageCode, Section

MAX_CHARACTERS = 5_000_000
MAX_UNPACKED = 100 * 1024 * 1024

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_DIRT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ue000-\ue00f\ufeff]")
_HAN_SIDE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’…—]")


class Unreadable(ValueError):
    """Raised by a loader for a file that gives nothing. The message completes the sentence "The file …"."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The content of one file. ``skipped`` holds ``(row, reason)``; ``language`` is set when the file states it.

    ``notes`` tell the owner what was taken for granted.
    """

    title: str | None
    sections: list[Section]
    skipped: list[tuple[int, str]] = field(default_factory=list)
    language: LanguageCode | None = None
    notes: list[str] = field(default_factory=list)


Loader = Callable[..., Parsed]
"""Takes the bytes and the file's name without its ending; one of tables takes :data:`Columns` too."""


def clean(text: str) -> str:
    """``text`` without control and zero-width characters, with plain spaces and line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return _DIRT.sub("", text)


def check_length(characters: int) -> None:
    """Raises :class:`Unreadable` for a text too long to be a document."""
    if characters > MAX_CHARACTERS:
        raise Unreadable(f"has {characters:,} characters, more than {MAX_CHARACTERS:,}; split it into several files")


def language_of(text: str) -> LanguageCode | None:
    """``zh`` where Chinese characters outnumber words of Latin letters, else ``en``; None without any of both."""
    han = len(_HAN.findall(text))
    words = len(_LATIN_WORD.findall(text))
    if not han and not words:
        return None
    return "zh" if han >= words else "en"


def language_code(name: str) -> LanguageCode | None:
    """The language that a name such as ``zh-CN``, ``English`` or ``中文`` stands for; None for any other."""
    key = name.strip().casefold().replace("_", "-")
    if key in {"中文", "汉语", "漢語", "简体中文", "繁體中文", "chinese", "cn"} or key.split("-")[0] == "zh":
        return "zh"
    if key in {"英文", "英语", "英語", "english"} or key.split("-")[0] == "en":
        return "en"
    return None


def join_lines(first: str, second: str) -> str:
    """Two halves of a wrapped line as one: hyphenation undone, a space between words, none beside a Chinese character."""
    if not first or not second:
        return first or second
    if first[-1] == "-" and first[-2:-1].isalpha() and second[0].islower():
        return first[:-1] + second
    sides = first[-1], second[0]
    if any(map(_HAN_SIDE.match, sides)) and all(_HAN_SIDE.match(side) or side.isdigit() for side in sides):
        return first + second
    return f"{first} {second}"
