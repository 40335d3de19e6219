"""A learned model as bytes and back: arrays only, nothing that runs when it is read."""

from __future__ import annotations

import io

import numpy as np
from scipy import sparse

from bot.recommendation.factors import Factors
from bot.recommendation.model import RecommendationModel, Signals

FORMAT = 1
_PARTS = ("data", "indices", "indptr")


def packed(model: RecommendationModel) -> bytes:
    """The model as a compressed ``npz``."""
    signals, factors = model.signals, model.signals.factors
    arrays = {
        "format": np.array(FORMAT),
        "items": np.array(signals.items, dtype=np.str_),
        "weights": model.weights,
        "popularity": signals.popularity,
        "item": factors.item,
        "bias": factors.bias,
        "penalty": factors.penalty,
        "scalars": np.array([factors.mean, factors.unseen]),
    }
    for name, matrix in signals.neighbours.items():
        arrays |= {f"{name}.{part}": getattr(matrix, part) for part in _PARTS}
    written = io.BytesIO()
    np.savez_compressed(written, **arrays)  # type: ignore[arg-type]
    return written.getvalue()


def unpacked(payload: bytes) -> RecommendationModel | None:
    """The model that :func:`packed` wrote; None for one of another format, which is learned anew at the next load."""
    with np.load(io.BytesIO(payload), allow_pickle=False) as read:
        if int(read["format"]) != FORMAT:
            return None
        items = tuple(map(str, read["items"]))
        names = [key.removesuffix(".data") for key in read.files if key.endswith(".data")]
        size = (len(items), len(items))
        neighbours = {name: sparse.csr_matrix(tuple(read[f"{name}.{part}"] for part in _PARTS), shape=size) for name in names}
        mean, unseen = map(float, read["scalars"])
        item, bias = read["item"], read["bias"]
        factors = Factors(item, bias, mean, unseen, read["penalty"], item.T @ item, item.T @ bias)
        number = {name: place for place, name in enumerate(items)}
        return RecommendationModel(Signals(items, number, neighbours, factors, read["popularity"]), read["weights"])
