"""What customers say in some days beside what they said in the days before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.marketing.insight.opinions import Opinion
from bot.marketing.insight.periods import Days
from bot.marketing.insight.voices import Voice

CHANCE = 0.05
"""How likely a comparison is to call anything clear while nothing changed."""
Label = Literal["negative", "positive"]
LABELS: tuple[Label, ...] = ("negative", "positive")


@dataclass(frozen=True, slots=True)
class Compared:
    """Texts that praise or blame an aspect, now and before; ``clear`` where chance hardly explains the difference."""

    aspect: str
    label: Label
    now: int
    before: int
    clear: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Texts of ``days`` and of the days before: ``now`` and ``before`` are their numbers by source.

    ``judging`` are those of both that praise or blame anything, of which shares are told: chats that judge nothing change none.
    ``undated`` texts belong to no day and are in neither.
    """

    days: Days
    now: Counter[str]
    before: Counter[str]
    judging: tuple[int, int]
    undated: int
    aspects: tuple[Compared, ...]


def compare(
    days: Days, now: Sequence[Voice], before: Sequence[Voice], undated: int,
    opinions: Sequence[Opinion], earlier: Sequence[Opinion],
) -> Comparison:  # fmt: skip
    """``opinions`` are those of ``now`` and ``earlier`` those of ``before``, on the same aspects.

    The aspects most spoken of come first.
    """
    first, second = (Counter(_judged(each)) for each in (opinions, earlier))
    both = first + second
    spoken = sorted({aspect for aspect, _ in both}, key=lambda aspect: (-sum(both[aspect, label] for label in LABELS), aspect))
    cells = [(aspect, label) for aspect in spoken for label in LABELS if both[aspect, label]]
    judging = _judging(opinions), _judging(earlier)
    rows = [
        Compared(*cell, first[cell], second[cell], chance((first[cell], second[cell]), judging) * len(cells) <= CHANCE)
        for cell in cells
    ]
    counted = [Counter[str](voice.source for voice in voices) for voices in (now, before)]
    return Comparison(days, counted[0], counted[1], judging, undated, tuple(rows))


def chance(hits: tuple[int, int], sizes: tuple[int, int]) -> float:
    """How likely chance alone parts ``hits`` of ``sizes`` texts so far, both ways (Przyborowski and Wilenski 1940)."""
    from scipy.special import bdtr, bdtrc

    if not all(sizes) or not any(hits):
        return 1.0
    share, both = sizes[0] / sum(sizes), sum(hits)
    most = float(bdtr(hits[0], both, share))
    least = float(bdtrc(hits[0] - 1, both, share)) if hits[0] else 1.0
    return min(1.0, 2 * min(most, least))


def _judged(opinions: Sequence[Opinion]) -> list[tuple[str, Label]]:
    """Each aspect and label once for every text."""
    once = {(opinion.aspect, label, opinion.voice) for opinion in opinions for label in LABELS if opinion.label == label}
    return [(aspect, label) for aspect, label, _ in once]


def _judging(opinions: Sequence[Opinion]) -> int:
    return len({opinion.voice for opinion in opinions if opinion.label in LABELS})
