"""How much each signal counts: the weights under which what customers did next would have stood highest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Case = tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""Signals × items for a history, the items of the history, and those that came after it."""

_CANDIDATES = 60
_PENALTY = 1e-3
_MOST = 60.0
_TOP = 10
_STEPS = (0.0, 0.5, 0.8, 1.25, 2.0)
_ADDED = (0.1, 0.3)
_ROUNDS = 4
_WORTH = 1e-4
_STANDARD_ERRORS = 2.0


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """Cases × candidates: ``signals`` of each (signal first), the share of what ``came``, and which candidates are ``real``."""

    signals: npt.NDArray[np.float32]
    came: npt.NDArray[np.float32]
    real: npt.NDArray[np.bool_]

    def surprise(self, weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        """Negative log-likelihood of a conditional logit (McFadden 1974) a case, with its gradient."""
        scores = np.where(self.real, np.tensordot(weights, self.signals, 1), -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        raised = np.exp(scores)
        share = raised / raised.sum(axis=1, keepdims=True)
        value = -float((self.came * np.log(np.maximum(share, 1e-300))).sum()) / len(self.came)
        slope = np.tensordot(self.signals, share - self.came, 2) / len(self.came)
        return value + _PENALTY * float(weights @ weights), slope + 2 * _PENALTY * weights

    def gain(self, weights: npt.NDArray[np.float64]) -> float:
        """Mean discounted gain at 10 of what came next."""
        return float(self.gains(weights).mean())

    def gains(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The discounted gain at 10 of each case, each item that came ranked among those that did not come."""
        scores = np.where(self.real, np.tensordot(weights.astype(np.float32), self.signals, 1), -np.inf)
        few = min(_TOP, scores.shape[1])
        others = -np.partition(np.where(self.came > 0, np.inf, -scores), few - 1, axis=1)[:, :few]
        case, place = np.nonzero(self.came)
        rank = (others[case] >= scores[case, place][:, None]).sum(axis=1)
        gains = self.came[case, place] * np.where(rank < _TOP, 1 / np.log2(rank + 2), 0)
        return np.asarray(np.bincount(case, gains, len(self.came)), np.float64)


def learned_weights(cases: Iterable[Case], size: int) -> Floats:
    """Weights of ``size`` signals, zero or more, that sum to 1.

    From the likeliest weights, one weight after the other is changed as long as the gain at 10 grows. A single signal is
    preferred where the blend does not surely rank better. Without cases all signals count alike.
    """
    gathered = [found for case in cases if (found := _candidates(*case)) is not None]
    if not gathered:
        return np.full(size, 1 / size, np.float32)
    rehearsal = _side_by_side(gathered, size)
    from scipy.optimize import minimize  # it takes a third of a second to import

    likeliest = minimize(rehearsal.surprise, np.ones(size), jac=True, method="L-BFGS-B", bounds=[(0, _MOST)] * size).x
    blend = _polished(likeliest / max(likeliest.sum(), 1e-9), rehearsal)
    alone = max(np.eye(size), key=rehearsal.gain)
    lead = rehearsal.gains(blend) - rehearsal.gains(alone)
    sure = lead.mean() > _STANDARD_ERRORS * lead.std() / np.sqrt(len(lead))
    return (blend if sure else alone).astype(np.float32)


def _side_by_side(gathered: list[tuple[Floats, Floats]], size: int) -> _Rehearsal:
    most = max(signals.shape[1] for signals, _ in gathered)
    signals = np.zeros((size, len(gathered), most), np.float32)
    came, real = np.zeros((len(gathered), most), np.float32), np.zeros((len(gathered), most), np.bool_)
    for place, (own, next_ones) in enumerate(gathered):
        signals[:, place, : own.shape[1]], came[place, : own.shape[1]] = own, next_ones
        real[place, : own.shape[1]] = True
    return _Rehearsal(signals, came, real)


def _polished(weights: npt.NDArray[np.float64], rehearsal: _Rehearsal) -> npt.NDArray[np.float64]:
    best = rehearsal.gain(weights)
    for _ in range(_ROUNDS):
        before = best
        for place in range(len(weights)):
            own = weights[place]
            for value in [own * step for step in _STEPS if own] + [own + added for added in _ADDED]:
                tried = weights.copy()
                tried[place] = value
                if tried.any() and (gain := rehearsal.gain(tried)) > best + _WORTH:
                    best, weights = gain, tried / tried.sum()
        if best <= before:
            break
    return weights


def _candidates(signals: Floats, before: npt.NDArray[np.int32], after: npt.NDArray[np.int32]) -> tuple[Floats, Floats] | None:
    """The signals of the items worth comparing, and which share of what came after each is."""
    if not len(after):
        return None
    open_to = signals.copy()
    open_to[:, before] = -np.inf
    few = min(_CANDIDATES, open_to.shape[1])
    best = np.argpartition(-open_to, few - 1, axis=1)[:, :few]
    chosen = np.setdiff1d(np.union1d(best, after), before)
    came = np.isin(chosen, after).astype(np.float32)
    return signals[:, chosen], came / max(came.sum(), 1)
