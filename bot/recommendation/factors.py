"""Biased matrix factorisation: what a customer thinks of an item is ``mean + b_u + b_i + q_i·p_u``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.recommendation.histories import Histories

Floats = npt.NDArray[np.float32]
_SIZE = 48
_PASSES = 8
_UNSEEN = 0.05
_PENALTY = 3.0
_BIAS_PENALTY = 3.0
_SEED = 7


@dataclass(frozen=True, slots=True)
class Factors:
    """``item`` is items × (size + 1): the factors q_i, then a one; ``bias`` is b_i. Customers are solved for when asked.

    ``unseen`` is the weight of "no" for every item that a customer did not meet: above 0 where only steps are known, 0 where
    they gave ratings (Koren, Bell and Volinsky 2009; Hu, Koren and Volinsky 2008).
    """

    item: Floats
    bias: Floats
    mean: float
    unseen: float
    penalty: Floats
    gram: Floats
    pull: Floats

    @classmethod
    def fit(
        cls,
        histories: Histories,
        values: tuple[Floats, ...] | None = None,
        size: int = _SIZE,
        passes: int = _PASSES,
        unseen: float = _UNSEEN,
        penalty: tuple[float, float] = (_PENALTY, _BIAS_PENALTY),
    ) -> Factors:
        """Alternating least squares; ``values`` are ratings beside the sequences (default: 1 for every step).

        ``penalty`` draws the factors and the biases to 0: this many imaginary observations.
        """
        targets = tuple(np.ones_like(one) for one in histories.weights) if values is None else values
        ridge = np.array([*[penalty[0]] * size, penalty[1]], np.float32)
        told = np.concatenate([np.empty(0, np.float32), *targets])
        mean = float(told.mean()) if unseen == 0 and len(told) else 0.0
        by_item = _transposed(histories, targets)
        random = np.random.default_rng(_SEED)
        item = random.normal(0, 0.1, (len(histories.items), size + 1)).astype(np.float32)
        item[:, -1] = 1
        bias = np.zeros(len(item), np.float32)
        for _ in range(passes):
            customer = _solved(histories.sequences, targets, item, bias, mean, unseen, ridge)
            taste, own_bias = np.hstack([customer[:, :-1], np.ones((len(customer), 1), np.float32)]), customer[:, -1]
            solved = _solved(by_item[0], by_item[1], taste, own_bias, mean, unseen, ridge)
            item[:, :-1], bias = solved[:, :-1], solved[:, -1]
        return cls(item, bias, mean, unseen, ridge, item.T @ item, item.T @ bias)

    def customer(self, items: npt.NDArray[np.int32], values: Floats) -> Floats:
        """p_u with b_u last, from what one customer did."""
        return _solve(self.item[items], values - self.mean - self.bias[items], self.gram, self.pull, self.unseen, self.penalty)

    def scores(self, items: npt.NDArray[np.int32], values: Floats) -> Floats:
        """What the customer thinks of every item."""
        scored: Floats = self.item @ self.customer(items, values) + self.bias + np.float32(self.mean)
        return scored


def _transposed(histories: Histories, values: tuple[Floats, ...]) -> tuple[list[npt.NDArray[np.int32]], list[Floats]]:
    customers, items, _ = histories.flat()
    told = np.concatenate([np.empty(0, np.float32), *values])
    order = np.argsort(items, kind="stable")
    ends = np.cumsum(np.bincount(items, minlength=len(histories.items)))[:-1]
    return np.split(customers[order].astype(np.int32), ends), np.split(told[order], ends)


def _solved(
    sequences: tuple[npt.NDArray[np.int32], ...] | list[npt.NDArray[np.int32]],
    values: tuple[Floats, ...] | list[Floats],
    other: Floats,
    bias: Floats,
    mean: float,
    unseen: float,
    penalty: Floats,
) -> Floats:
    gram, pull = other.T @ other, other.T @ bias
    rows = [
        _solve(other[own], told - mean - bias[own], gram, pull, unseen, penalty)
        for own, told in zip(sequences, values, strict=True)
    ]
    return np.array(rows, np.float32).reshape(len(rows), other.shape[1])


def _solve(features: Floats, wanted: Floats, gram: Floats, pull: Floats, unseen: float, penalty: Floats) -> Floats:
    left = features.T @ features + np.float32(unseen) * gram
    left[np.diag_indices_from(left)] += penalty
    solved: Floats = np.linalg.solve(left, features.T @ wanted - np.float32(unseen) * pull).astype(np.float32)
    return solved
