"""How often a web address is read again: what is offered, and how it is said."""

from __future__ import annotations

from bot.console.operator import Texts

PAUSES = (0, 1, 6, 24, 168, 720)
"""Hours between two readings that are offered; 0 for never."""
USUAL = ""
"""The pause of an address of which nothing was said."""


def pauses(texts: Texts, usual: float, now: float | None = None) -> list[tuple[str, str]]:
    """What is offered, in words: first what the settings say, ``usual`` hours; also ``now``, where that is another pause."""
    hours = [*PAUSES, *([now] if now is not None and now not in PAUSES else [])]
    return [
        (texts["pause_usual"].format(usual=pause_in(usual, texts)), USUAL),
        *((pause_in(each, texts), f"{each:g}") for each in hours),
    ]


def hours_of(pause: str) -> float | None:
    """A pause as the store keeps it."""
    return None if pause == USUAL else float(pause)


def pause_in(hours: float, texts: Texts) -> str:
    """The pause in words."""
    return texts.get(f"pause_{hours:g}") or texts["pause_other"].format(hours=hours)
