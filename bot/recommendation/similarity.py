"""Which items go with which: item × item matrices, each row the neighbours that an item of the history speaks for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import linalg, sparse

from bot.recommendation.histories import Histories

NEIGHBOURS = 200
EASE_LIMIT = 5000
"""Items for which EASE is solved, the most popular first: time grows with the cube."""
_SHRINKAGE = 10.0
_REGULARISATION = 300.0
_GAPS = 30
_DECAY = 0.9
_BACKWARDS = 0.3
_FEW = 2.0


def nearest(matrix: sparse.spmatrix, keep: int = NEIGHBOURS) -> sparse.csr_matrix:
    """The ``keep`` values of each row that lie farthest from 0."""
    rows = sparse.csr_matrix(matrix, dtype=np.float32)
    columns, values, starts = [], [], [0]
    for start, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        row, column = rows.data[start:end], rows.indices[start:end]
        if len(row) > keep:
            place = np.argpartition(-np.abs(row), keep)[:keep]
            row, column = row[place], column[place]
        columns.append(column)
        values.append(row)
        starts.append(starts[-1] + len(row))
    data = np.concatenate([np.empty(0, np.float32), *values])
    return sparse.csr_matrix((data, np.concatenate([np.empty(0, np.int32), *columns]), starts), shape=rows.shape)


def cosine(histories: Histories) -> sparse.csr_matrix:
    """Shared customers over the geometric mean of both items' customers, shrunk where there are few (Sarwar et al. 2001)."""
    seen = histories.matrix()
    seen.data[:] = 1
    shared = (seen.T @ seen).tocoo()
    customers = np.asarray(seen.sum(axis=0)).ravel()
    apart = shared.row != shared.col
    rows, columns = shared.row[apart], shared.col[apart]
    values = shared.data[apart] / (np.sqrt(customers[rows] * customers[columns]) + _SHRINKAGE)
    return nearest(sparse.csr_matrix((values, (rows, columns)), shape=shared.shape))


def succession(histories: Histories) -> sparse.csr_matrix:
    """How often one item comes after another, near steps counting more and backward ones less.

    A Markov chain with gaps, normalised as the cosine is: what the last steps of a customer lead to.
    """
    customers, items, weights = histories.flat()
    rows, columns, values = [], [], []
    for gap in range(1, min(_GAPS, len(items) - 1) + 1):
        same = customers[gap:] == customers[:-gap]
        before, after = items[:-gap][same], items[gap:][same]
        strength = weights[:-gap][same] * weights[gap:][same] * np.float32(_DECAY ** (gap - 1))
        rows += [before, after]
        columns += [after, before]
        values += [strength, strength * np.float32(_BACKWARDS)]
    size = (len(histories.items), len(histories.items))
    if not values:
        return sparse.csr_matrix(size, dtype=np.float32)
    pairs = sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=size).tocoo()
    mass = histories.popularity()
    data = pairs.data / (np.sqrt(mass[pairs.row] * mass[pairs.col]) + _FEW)
    return nearest(sparse.csr_matrix((data, (pairs.row, pairs.col)), shape=size))


def ease(histories: Histories, limit: int = EASE_LIMIT) -> sparse.csr_matrix:
    """The linear autoencoder without self-similarity, in closed form (Steck 2019), for the ``limit`` most popular items."""
    popularity = histories.popularity()
    chosen = np.sort(np.argsort(-popularity, kind="stable")[:limit])
    seen = histories.matrix()[:, chosen]
    seen.data[:] = 1
    gram = np.asarray((seen.T @ seen).todense(), np.float32)
    gram[np.diag_indices_from(gram)] += _REGULARISATION
    factor, failed = linalg.lapack.spotrf(gram, overwrite_a=1)
    assert not failed, "a Gram matrix with a positive diagonal added is positive definite"
    inverse, _ = linalg.lapack.spotri(factor, overwrite_c=1)
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    weights = inverse / -np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0)
    few = nearest(sparse.csr_matrix(weights))
    rows, columns = chosen[np.repeat(np.arange(len(chosen)), np.diff(few.indptr))], chosen[few.indices]
    return sparse.csr_matrix((few.data, (rows, columns)), shape=(len(popularity), len(popularity)))


def content(words: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """The cosine of the items' words weighted by rarity (tf-idf without tf): it knows new items too."""
    number: dict[str, int] = {}
    places = [(row, number.setdefault(word, len(number))) for row, own in enumerate(words) for word in dict.fromkeys(own)]
    size = (len(words), max(len(number), 1))
    if not places:
        return sparse.csr_matrix((len(words), len(words)), dtype=np.float32)
    rows, columns = np.array(places).T
    told = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=size)
    rarity = np.log1p(len(words) / np.asarray(told.sum(axis=0)).ravel()).astype(np.float32)
    told = told @ sparse.diags(rarity)
    length = np.sqrt(np.asarray(told.multiply(told).sum(axis=1)).ravel())
    told = sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-9)) @ told)
    return sparse.vstack([_others(told, start) for start in range(0, len(words), _BLOCK)], format="csr")


_BLOCK = 512


def _others(told: sparse.csr_matrix, start: int) -> sparse.csr_matrix:
    """The nearest items of a block of rows, themselves left out."""
    block = (told[start : start + _BLOCK] @ told.T).tocoo()
    apart = block.row + start != block.col
    return nearest(sparse.csr_matrix((block.data[apart], (block.row[apart], block.col[apart])), shape=block.shape))
