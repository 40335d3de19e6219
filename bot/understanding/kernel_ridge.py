"""Kernel ridge regression over sentence vectors and n-grams, fitted as one linear system.

The kernel is ``exp(-BANDWIDTH (1 - cos))`` of the sentence vectors plus ``NGRAM_SHARE`` times the cosine of the tf-idf
n-grams. An explicit map stands in for it: random Fourier features (Rahimi and Recht, 2007) with orthogonal frequencies (Yu et
al., 2016) for the vectors, a count sketch (Charikar et al., 2002) for the n-grams. The ridge gives every example's score as if
it had been left out, in closed form; these scores choose its strength: clean labels want little, noisy ones much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import featurise, inverse_document_frequency
from bot.understanding.linear import fit_temperature, softmax
from knowledge_base.encoder import Encoder

Matrix = NDArray[np.float32]
BANDWIDTH = 1.5
NGRAM_SHARE = 0.2
FREQUENCIES = 1536
SKETCH_BITS = 10
RARE = 2
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)
CHECKED = 2048
SHARPNESS = np.float32(2.5)
NOISY = 3.0
DOUBTED = 0.1
CLOSER = 3.0


@dataclass(frozen=True)
class FeatureMap:
    """Texts to rows whose inner products approximate the kernel.

    ``frequencies`` has shape ``(encoder.dimension, number)``. ``idf`` weighs the n-grams' buckets; those outside
    ``shared`` occur in fewer than ``RARE`` examples and count for a row's length only: in the sketch they would be noise.
    """

    encoder: Encoder
    frequencies: Matrix
    idf: Matrix
    shared: Matrix

    @classmethod
    def fit(cls, texts: Sequence[str], encoder: Encoder, frequencies: int = FREQUENCIES) -> FeatureMap:
        """The map for the examples ``texts``, of so many ``frequencies``."""
        counted = featurise(texts)
        seen = np.bincount(counted.columns, minlength=1 << 16)
        shared = (seen >= RARE).astype(np.float32)
        return cls(encoder, orthogonal(encoder.dimension, frequencies), inverse_document_frequency(counted), shared)

    def __call__(self, texts: Sequence[str], vectors: Matrix) -> Matrix:
        """Rows of ``texts`` with their sentence ``vectors``: two columns a frequency, then those of the sketch."""
        number = self.frequencies.shape[1]
        angles = vectors @ self.frequencies
        parts = [np.cos(angles), np.sin(angles), self._sketch(texts) * np.sqrt(NGRAM_SHARE * number)]
        return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(number), dtype=np.float32)

    def _sketch(self, texts: Sequence[str]) -> Matrix:
        """Columns are hashes already: their low bits choose the sketch's column and the next bit the sign."""
        rows = featurise(texts).weighted(self.idf)
        signed = rows.values * self.shared[rows.columns] * (1 - 2 * ((rows.columns >> SKETCH_BITS) & 1))
        cells = (rows.rows() << SKETCH_BITS) + (rows.columns & ((1 << SKETCH_BITS) - 1))
        flat = np.bincount(cells, signed, len(texts) << SKETCH_BITS)
        return flat.reshape(len(texts), -1).astype(np.float32)


def orthogonal(dimension: int, number: int) -> Matrix:
    """``number`` normal columns, orthogonal in blocks; their cosines and sines approximate ``exp(-BANDWIDTH (1 - cos))``."""
    rng = np.random.default_rng(0)
    blocks = []
    for _ in range(0, number, dimension):
        directions = np.linalg.qr(rng.standard_normal((dimension, dimension)))[0]
        blocks.append(directions * np.sqrt(rng.chisquare(dimension, dimension) * BANDWIDTH))
    return np.concatenate(blocks, axis=1)[:, :number].astype(np.float32)


@dataclass(frozen=True)
class Fit:
    """Weights of a ridge of ``strength``, and what each of the examples ``checked`` scores when left out.

    ``temperature`` is the one at which the softmax of these scores has the least cross-entropy, which is ``loss``.
    """

    strength: float
    weights: Matrix
    checked: NDArray[np.int64]
    scores: Matrix
    temperature: float
    loss: float


def fit_ridge(rows: Matrix, targets: NDArray[np.int64], shares: Matrix) -> Fit:
    """The ridge of the strength among ``STRENGTHS`` with the least loss on left-out rows.

    ``rows`` have mean 0; ``shares`` are the labels' shares of the examples, to which the scores add. Where ``NOISY`` strength
    is best, the examples whose own label is unlikely when they are left out teach nothing (confident learning, Northcutt et
    al., 2021), and the others are fitted more closely.
    """
    everything = np.arange(len(rows))
    checked = np.sort(np.random.default_rng(0).permutation(everything)[:CHECKED])
    best: Fit | None = None
    for fit in _fits(rows, targets, shares, checked, everything, STRENGTHS):
        if best is not None and fit.loss >= best.loss:
            break
        best = fit
    assert best is not None
    if best.strength < NOISY or len(rows) <= rows.shape[1]:
        return best
    told = next(_fits(rows, targets, shares, everything, everything, (best.strength,)))
    likely = softmax(told.scores / np.float32(told.temperature))
    believed = np.flatnonzero(likely[everything, targets] >= DOUBTED * likely.max(axis=1))
    return next(_fits(rows, targets, shares, checked, believed, (best.strength / CLOSER,)))


def _fits(
    rows: Matrix, targets: NDArray[np.int64], shares: Matrix, checked: NDArray[np.int64], learned: NDArray[np.int64],
    strengths: Sequence[float],
) -> Iterator[Fit]:  # fmt: skip
    """A fit of each strength to the rows ``learned``; the smaller of two equivalent systems is solved."""
    truth = np.eye(len(shares), dtype=np.float32)[targets] - shares
    few = len(rows) <= rows.shape[1]
    solved = _dual(rows, truth, checked, strengths) if few else _primal(rows, truth, checked, learned, strengths)
    for strength, (weights, missed) in zip(strengths, solved, strict=False):
        scores = truth[checked] - missed + shares
        temperature = fit_temperature(scores * SHARPNESS, targets[checked]) / float(SHARPNESS)
        likely = softmax(scores / np.float32(temperature))[np.arange(len(checked)), targets[checked]]
        yield Fit(strength, weights, checked, scores, temperature, float(-np.log(likely + 1e-9).mean()))


def _primal(
    rows: Matrix, truth: Matrix, checked: NDArray[np.int64], learned: NDArray[np.int64], strengths: Sequence[float]
) -> Iterator[tuple[Matrix, Matrix]]:
    """For each strength the weights, and by how much the checked rows are missed when left out."""
    from scipy.linalg import cho_solve, cholesky, solve_triangular

    taught = rows[learned]
    products, towards = taught.T @ taught, taught.T @ truth[learned]
    counts = np.isin(checked, learned)
    for strength in strengths:
        lower = cholesky(products + np.float32(strength) * np.eye(len(products), dtype=np.float32), lower=True)
        weights = cho_solve((lower, True), towards)
        leverage = (solve_triangular(lower, rows[checked].T, lower=True) ** 2).sum(axis=0) * counts
        yield weights, (truth[checked] - rows[checked] @ weights) / (1 - leverage)[:, None]


def _dual(
    rows: Matrix, truth: Matrix, checked: NDArray[np.int64], strengths: Sequence[float]
) -> Iterator[tuple[Matrix, Matrix]]:
    """As :func:`_primal`, from every row's products with the others."""
    from scipy.linalg import cho_solve, cholesky, solve_triangular

    products, own = rows @ rows.T, np.eye(len(rows), dtype=np.float32)
    for strength in strengths:
        lower = cholesky(products + np.float32(strength) * own, lower=True)
        solved = cho_solve((lower, True), truth)
        diagonal = (solve_triangular(lower, own[:, checked], lower=True) ** 2).sum(axis=0)
        yield rows.T @ solved, solved[checked] / diagonal[:, None]
