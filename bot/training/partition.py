"""Examples without repeats, divided into a part to learn from and a part to be judged by that has nothing in common with it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.training.examples import MARKER, Example
from knowledge_base.terms import normalise

REPEATS, ALIKE, ALIKE_ACROSS = 0.97, 0.66, 0.5
"""Cosines from which a question repeats another of its language, and from which two examples whose questions or answers say
alike, in one language and across, stay in one part: translations of one entry are mostly as near in one of the two."""
BLOCK = 1024
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Parts:
    """``train`` and ``held`` share no conversation, source, product, or question or answer alike; ``repeats`` were left out."""

    train: tuple[Example, ...]
    held: tuple[Example, ...]
    repeats: int


def divide(examples: Sequence[Example], encode: Encode, share: float) -> Parts:
    """Parts of which the held one has about ``share`` of the examples; the same examples always fall alike.

    Of examples that repeat each other the first stays. ``encode`` gives unit vectors in one space for both languages.
    """
    known = {(example.language, normalise(example.question)): example for example in reversed(examples)}
    kept = [example for example in examples if known[example.language, normalise(example.question)] is example]
    if not kept:
        return Parts((), (), 0)
    asking = list(_near(kept, encode([example.question for example in kept])))
    telling = list(_near(kept, encode([_words(example) for example in kept])))
    repeated = {later for one, later, cosine in asking if cosine >= REPEATS and _words(kept[one]) == _words(kept[later])}
    groups = _groups(kept, ((one, other) for one, other, _ in (*asking, *telling)))
    whole = [[kept[place] for place in group if place not in repeated] for group in groups]
    held = _held([group for group in whole if group], share)
    judged = {id(example) for example in held}
    count = sum(map(len, whole))
    train = tuple(example for group in whole for example in group if id(example) not in judged)
    return Parts(train, tuple(held), len(examples) - count)


def _near(kept: Sequence[Example], vectors: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    """Pairs of examples, the earlier one first, whose vectors are near."""
    chinese = np.asarray([example.language == "zh" for example in kept])
    for start in range(0, len(kept), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors.T
        least = np.where(chinese[start : start + BLOCK, None] == chinese[None, :], ALIKE, ALIKE_ACROSS)
        for row, column in zip(*np.nonzero(cosines >= least), strict=True):
            if start + row < column:
                yield start + int(row), int(column), float(cosines[row, column])


def _words(example: Example) -> str:
    """The answer whatever it cites."""
    return normalise(MARKER.sub("", example.answer)).strip()


def _groups(kept: Sequence[Example], pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Places of the examples that have something in common, directly or by way of others."""
    parent = list(range(len(kept)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    first: dict[str, int] = {}
    for place, example in enumerate(kept):
        for name in (*example.shares, _words(example)):
            parent[root(place)] = root(first.setdefault(name, place))
    for one, other in pairs:
        parent[root(other)] = root(one)
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(len(kept)):
        found[root(place)].append(place)
    return list(found.values())


def _held(groups: Sequence[list[Example]], share: float) -> list[Example]:
    """Whole groups, in an order that depends on what they say alone, while they fit into the share."""
    left = round(share * sum(map(len, groups)))
    held: list[Example] = []
    for group in sorted(groups, key=_place):
        if len(group) <= left:
            held += group
            left -= len(group)
    return held


def _place(group: Sequence[Example]) -> str:
    return min(hashlib.sha256(f"{example.language}\n{example.question}".encode()).hexdigest() for example in group)
