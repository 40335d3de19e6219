"""The recommenders that ours is measured beside, each as scores of every item for histories."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from bot.recommendation.histories import Histories

Floats = npt.NDArray[np.float32]
Scorer = Callable[[sparse.csr_matrix], Floats]
"""Histories × items with ones, to scores of the same shape."""
EASE_ITEMS = 12_000
_ALS = ((64, 1.0), (128, 10.0))


def popularity(histories: Histories) -> Scorer:
    """The items that most customers met, for everyone alike."""
    scores = histories.popularity()
    return lambda seen: np.tile(scores, (seen.shape[0], 1))


def item_knn(histories: Histories, neighbours: int = 200, shrinkage: float = 10.0) -> Scorer:
    """Cosine between items with shrinkage, the nearest of each item."""
    seen = _ones(histories)
    shared = (seen.T @ seen).toarray()
    customers = np.diag(shared).copy()
    values = shared / (np.sqrt(np.outer(customers, customers)) + shrinkage)
    np.fill_diagonal(values, 0)
    if neighbours < len(values):
        floor = -np.partition(-values, neighbours - 1, axis=1)[:, neighbours - 1 : neighbours]
        values[values < floor] = 0
    kept = sparse.csr_matrix(values)
    return lambda own: np.asarray((own @ kept).todense())


def ease(histories: Histories, regularisation: float = 300.0, limit: int = EASE_ITEMS) -> Scorer:
    """EASE over the ``limit`` most popular items, dense; the others by nothing."""
    chosen = np.sort(np.argsort(-histories.popularity(), kind="stable")[:limit])
    seen = _ones(histories)[:, chosen]
    gram = (seen.T @ seen).toarray()
    gram[np.diag_indices_from(gram)] += regularisation
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = inverse / -np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0)

    def scores(own: sparse.csr_matrix) -> Floats:
        found = np.zeros(own.shape, np.float32)
        found[:, chosen] = own[:, chosen] @ weights
        return found

    return scores


def implicit_als(histories: Histories) -> list[tuple[str, Scorer]]:
    """Alternating least squares for implicit feedback, by the library ``implicit``, at two sizes."""
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    made = []
    for size, alpha in _ALS:
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=size, alpha=alpha, regularization=0.05, iterations=15, num_threads=1, random_state=0
            )
            model.fit(_ones(histories), show_progress=False)
        made.append((f"implicit ALS {size}", _folded_in(model)))
    return made


def _folded_in(model: object) -> Scorer:
    def scores(own: sparse.csr_matrix) -> Floats:
        customers = model.recalculate_user(np.arange(own.shape[0]), own)  # type: ignore[attr-defined]
        found: Floats = np.asarray(customers) @ np.asarray(model.item_factors).T  # type: ignore[attr-defined]
        return found

    return scores


def _ones(histories: Histories) -> sparse.csr_matrix:
    seen = histories.matrix()
    seen.data[:] = 1
    return seen
