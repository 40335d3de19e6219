"""Fits a :class:`bot.understanding.polarity.Polarity` to labelled texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.understanding.polarity import Polarity

Matrix = NDArray[np.float32]
Features = tuple[NDArray[np.uint32], Matrix]
RAREST = 2
SMOOTHING, FLOOR = 1.0, 1.0
COST = 0.5
KEPT = 600_000


def count_ratios(positive: Matrix, negative: Matrix) -> Matrix:
    """How unevenly two classes use each feature: the absolute log-count ratio, and a floor so that none is lost."""
    shares = [(counts + SMOOTHING) / (counts + SMOOTHING).sum() for counts in (positive, negative)]
    return np.asarray(np.abs(np.log(shares[0] / shares[1])) + FLOOR, np.float32)


def fit_polarity(found: Sequence[Features], positive: NDArray[np.bool_], importance: Matrix, kept: int = KEPT) -> Polarity:
    """The model of texts by what :func:`bot.understanding.polarity.counted` found in them; it stores ``kept`` features at most.

    The same input gives the same model.
    """
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    offsets = np.cumsum([0, *(len(hashes) for hashes, _ in found)])
    vocabulary, columns, seen = np.unique(
        np.concatenate([hashes for hashes, _ in found]), return_inverse=True, return_counts=True
    )
    values = np.concatenate([values for _, values in found])
    rows = csr_matrix((values, columns, offsets), shape=(len(found), len(vocabulary)))[:, seen >= RAREST]
    present = csr_matrix((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)
    ratios = count_ratios(present.T @ (importance * positive), present.T @ (importance * ~positive))
    rows.data *= ratios[rows.indices]
    lengths = np.sqrt(np.maximum(rows.multiply(rows).sum(axis=1), 1e-9))
    scale = 1 / float(np.median(np.asarray(lengths)))
    rows.data *= np.float32(scale)
    machine = LinearSVC(C=COST, max_iter=300, random_state=0).fit(rows, positive, sample_weight=importance)
    weights = (machine.coef_.ravel() * ratios * scale).astype(np.float32)
    best = np.sort(np.argsort(-np.abs(weights), kind="stable")[:kept])
    return Polarity(vocabulary[seen >= RAREST][best], weights[best], float(machine.intercept_[0]))
