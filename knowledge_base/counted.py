"""Numbers of things in English."""

from __future__ import annotations


def counted(number: int, noun: str, several: str = "") -> str:
    """``1 passage``, ``2 passages``; ``several`` is the plural where an s at the end makes none."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"
