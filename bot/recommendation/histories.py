"""Who did what with which product, in the order of time, as numbers."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

_SEED = 5


class Step(NamedTuple):
    """A product that a customer did something with. ``weight``: how much that tells, little for a view, more for a purchase.

    Steps with the same ``time`` (a basket) have no order among them; without times the order is that of the list.
    """

    item: str
    weight: float = 1.0
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Histories:
    """One sequence of item numbers a customer, oldest first, each item once; ``weights`` beside them, in (0, 1]."""

    items: tuple[str, ...]
    sequences: tuple[npt.NDArray[np.int32], ...]
    weights: tuple[npt.NDArray[np.float32], ...]

    @classmethod
    def of(cls, steps: Mapping[str, Sequence[Step]], items: Sequence[str] | None = None) -> Histories:
        """From each customer's steps, oldest first. A product met again stands at its last place with its greatest weight.

        ``items`` fixes which products count and their order (default: all that occur, sorted).
        """
        names = (
            tuple(items) if items is not None else tuple(sorted({step.item for listed in steps.values() for step in listed}))
        )
        number = {name: place for place, name in enumerate(names)}
        greatest = max((step.weight for listed in steps.values() for step in listed), default=1.0) or 1.0
        shuffle = random.Random(_SEED)
        sequences, weights = [], []
        for listed in steps.values():
            met: dict[int, float] = {}
            for step in _in_order(listed, shuffle):
                if step.item in number:
                    met[number[step.item]] = max(met.pop(number[step.item], 0.0), step.weight)
            sequences.append(np.fromiter(met, np.int32, len(met)))
            weights.append(np.fromiter(met.values(), np.float32, len(met)) / np.float32(greatest))
        return cls(names, tuple(sequences), tuple(weights))

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many items each customer met."""
        return np.array([len(sequence) for sequence in self.sequences], np.int64)

    def flat(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Customer number, item number and weight of every step, customer after customer."""
        customers = np.repeat(np.arange(len(self.sequences)), self.lengths)
        empty_items, empty_weights = np.empty(0, np.int32), np.empty(0, np.float32)
        return customers, np.concatenate([empty_items, *self.sequences]), np.concatenate([empty_weights, *self.weights])

    def matrix(self) -> sparse.csr_matrix:
        """Customers × items, the weights as values."""
        customers, items, weights = self.flat()
        return sparse.csr_matrix((weights, (customers, items)), shape=(len(self.sequences), len(self.items)))

    def popularity(self) -> npt.NDArray[np.float32]:
        """The sum of the weights of each item."""
        _, items, weights = self.flat()
        return np.bincount(items, weights, len(self.items)).astype(np.float32)

    def split(self, customers: Sequence[int]) -> tuple[Histories, list[npt.NDArray[np.int32]]]:
        """The histories without the latest fifth (at least one item) of the ``customers`` named, and what was taken away."""
        sequences, weights, taken = list(self.sequences), list(self.weights), []
        for customer in customers:
            kept = len(sequences[customer]) - max(1, len(sequences[customer]) // 5)
            taken.append(sequences[customer][kept:])
            sequences[customer], weights[customer] = sequences[customer][:kept], weights[customer][:kept]
        return Histories(self.items, tuple(sequences), tuple(weights)), taken


def _in_order(steps: Sequence[Step], shuffle: random.Random) -> list[Step]:
    """The steps with those of one moment shuffled: the order of a basket's lines is the till's, not the customer's."""
    ordered: list[Step] = []
    for time, together in groupby(steps, key=lambda step: step.time):
        same = list(together)
        if time is not None and len(same) > 1:
            shuffle.shuffle(same)
        ordered += same
    return ordered
