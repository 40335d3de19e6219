"""Softmax regression over hashed features, trained by AdaGrad in numpy, with calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.understanding.features import BITS, SparseRows, featurise, inverse_document_frequency
from knowledge_base.encoder import Encoder

Matrix = NDArray[np.float32]
BATCH = 64
VECTOR_SHARE = 0.5
FEW_EPOCHS = 3


def softmax(logits: Matrix) -> Matrix:
    """Row-wise probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class LinearModel:
    """Class scores ``x @ weights + bias`` of a text's features ``x``; ``temperature`` turns them into probabilities.

    ``weights`` has shape ``(2**bits, len(labels))``; ``idf`` has one entry per row of it. With an ``encoder`` the sentence
    vector joins the features and ``weights`` has a further row for each of its components.
    """

    labels: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    idf: Matrix
    temperature: float = 1.0
    encoder: Encoder | None = None

    @property
    def bits(self) -> int:
        """Binary logarithm of the number of feature buckets."""
        return len(self.idf).bit_length() - 1

    def logits(self, texts: Sequence[str]) -> Matrix:
        """Uncalibrated class scores, shape ``(len(texts), len(labels))``."""
        return self._score(with_vectors(featurise(texts, self.bits).weighted(self.idf), texts, self.encoder, self.bits))

    def _score(self, rows: SparseRows) -> Matrix:
        if len(rows) == 1:
            return (rows.values @ self.weights[rows.columns] + self.bias)[None, :]
        scores = np.empty((len(rows), len(self.labels)), dtype=np.float32)
        for i, (start, end) in enumerate(zip(rows.offsets[:-1], rows.offsets[1:], strict=True)):
            scores[i] = rows.values[start:end] @ self.weights[rows.columns[start:end]]
        return scores + self.bias

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """Calibrated class probabilities, shape ``(len(texts), len(labels))``."""
        return softmax(self.logits(texts) / self.temperature)

    def save(self, path: Path) -> None:
        """Writes the model with 8-bit weights (one scale per class)."""
        scale = np.abs(self.weights).max(axis=0) / 127
        quantised = np.round(self.weights / scale).astype(np.int8)
        np.savez_compressed(
            path, labels=np.array(self.labels), weights=quantised, scale=scale, bias=self.bias,
            idf=self.idf.astype(np.float16), temperature=np.float32(self.temperature),
            encoder=np.array(self.encoder.name if self.encoder else ""),
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path, encoder: Encoder | None = None) -> LinearModel:
        """Reads what :meth:`save` wrote.

        Raises:
            ModelError: when the model was trained with another encoder than the one given.
        """
        with np.load(path, allow_pickle=False) as stored:
            if (name := str(stored["encoder"])) != (encoder.name if encoder else ""):
                given = encoder.name if encoder else None
                raise ModelError(f"{path.name} was trained with the encoder {name!r}, not {given!r}; train it again.")
            weights = stored["weights"].astype(np.float32) * stored["scale"]
            return cls(
                tuple(map(str, stored["labels"])), weights, stored["bias"], stored["idf"].astype(np.float32),
                float(stored["temperature"]), encoder,
            )  # fmt: skip

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], *, importance: Sequence[float] | None = None, bits: int = BITS,
        epochs: int = 12, seed: int = 0, encoder: Encoder | None = None,
    ) -> LinearModel:  # fmt: skip
        """Fits all examples; a tenth held out of a first fit gives the temperature and the number of epochs.

        ``importance`` weighs each example's loss. Noisy labels do better with few epochs than with ``epochs``, so both are
        tried. The same input gives the same model.
        """
        names = tuple(sorted(set(labels)))
        index = {name: i for i, name in enumerate(names)}
        targets = np.array([index[label] for label in labels])
        losses = np.ones(len(texts), np.float32) if importance is None else np.asarray(importance, np.float32)
        counted = featurise(texts, bits)
        idf = inverse_document_frequency(counted, bits)
        rows = with_vectors(counted.weighted(idf), texts, encoder, bits)
        width = len(idf) + (encoder.dimension if encoder else 0)
        order = np.random.default_rng(seed).permutation(len(texts))
        held, kept = order[: len(order) // 10], order[len(order) // 10 :]
        temperature, chosen = 1.0, epochs
        if len(held) >= len(names):
            best = -1.0
            for passes in sorted({min(FEW_EPOCHS, epochs), epochs}, reverse=True):
                weights, bias = fit(rows.take(kept), targets[kept], losses[kept], (width, len(names)), passes, seed)
                scores = cls(names, weights, bias, idf)._score(rows.take(held))
                accuracy = float((scores.argmax(axis=1) == targets[held]).mean())
                if accuracy > best:
                    best, chosen, temperature = accuracy, passes, fit_temperature(scores, targets[held])
        weights, bias = fit(rows, targets, losses, (width, len(names)), chosen, seed)
        return replace(cls(names, weights, bias, idf, encoder=encoder), temperature=temperature)


def with_vectors(rows: SparseRows, texts: Sequence[str], encoder: Encoder | None, bits: int) -> SparseRows:
    """``rows`` beside the texts' sentence vectors, which have length ``VECTOR_SHARE``."""
    return rows.beside(encoder.encode(texts) * np.float32(VECTOR_SHARE), 1 << bits) if encoder else rows


def fit(
    rows: SparseRows, targets: NDArray[np.int64], importance: Matrix, shape: tuple[int, int], epochs: int, seed: int,
    rate: float = 0.2, decay: float = 1e-6,
) -> tuple[Matrix, Matrix]:  # fmt: skip
    """Weights and bias that minimise the cross-entropy, by AdaGrad (Duchi et al., 2011) over shuffled batches."""
    rng = np.random.default_rng(seed)
    weights = np.zeros(shape, np.float32)
    squares = np.full(shape, 1e-3, np.float32)
    bias = np.zeros(shape[1], np.float32)
    for _ in range(epochs):
        order = rng.permutation(len(rows))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch = rows.take(chosen)
            columns, positions = np.unique(batch.columns, return_inverse=True)
            dense = np.zeros((len(chosen), len(columns)), np.float32)
            dense[batch.rows(), positions] = batch.values
            error = softmax(dense @ weights[columns] + bias)
            error[np.arange(len(chosen)), targets[chosen]] -= 1
            error *= importance[chosen, None]
            gradient = dense.T @ error + decay * len(chosen) * weights[columns]
            squares[columns] += gradient * gradient
            weights[columns] -= rate * gradient / np.sqrt(squares[columns])
            bias -= 0.05 * error.mean(axis=0)
    return weights, bias


def fit_temperature(logits: Matrix, targets: NDArray[np.int64]) -> float:
    """The temperature with the least cross-entropy on held-out scores (Guo et al., 2017)."""
    candidates = np.geomspace(0.1, 10, 81)
    own = np.arange(len(targets))
    losses = [-np.log(softmax(logits / float(t))[own, targets] + 1e-9).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])
