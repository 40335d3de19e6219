"""Intents that an owner lists by examples: kernel ridge regression over sentence vectors and n-grams.

The kernel is ``exp(-BANDWIDTH (1 - cos))`` of the sentence vectors plus ``NGRAM_SHARE`` times the cosine of the tf-idf
n-grams. An explicit map stands in for it, so that training is one linear system: random Fourier features (Rahimi and Recht,
2007) with orthogonal frequencies (Yu et al., 2016) for the vectors, a count sketch (Charikar et al., 2002) for the n-grams.
The ridge gives every example's score as if it had been left out, in closed form; these scores choose its strength (clean
labels want little, noisy ones much), calibrate the probabilities and tell what is usual for a message of these intents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError, SettingsError
from bot.types import Intent
from bot.understanding.features import featurise, inverse_document_frequency
from bot.understanding.intent import OUT_OF_SCOPE
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
BATCH = 1024
SHARPNESS = np.float32(2.5)
NEAREST_SHARE = 0.5
LEAST_DEVIATION = np.float32(0.05)
REJECTED = 0.05


@dataclass(frozen=True)
class FeatureMap:
    """Texts to rows whose inner products approximate the kernel.

    ``frequencies`` has shape ``(encoder.dimension, FREQUENCIES)``. ``idf`` weighs the n-grams' buckets; those outside
    ``shared`` occur in fewer than ``RARE`` examples and count for a row's length only: in the sketch they would be noise.
    """

    encoder: Encoder
    frequencies: Matrix
    idf: Matrix
    shared: Matrix

    @classmethod
    def fit(cls, texts: Sequence[str], encoder: Encoder) -> FeatureMap:
        """The map for the examples ``texts``."""
        counted = featurise(texts)
        seen = np.bincount(counted.columns, minlength=1 << 16)
        idf = inverse_document_frequency(counted)
        return cls(encoder, orthogonal_frequencies(encoder.dimension), idf, (seen >= RARE).astype(np.float32))

    def __call__(self, texts: Sequence[str], vectors: Matrix) -> Matrix:
        """Rows of ``texts`` with their sentence ``vectors``, shape ``(len(texts), 2 FREQUENCIES + 2**SKETCH_BITS)``."""
        angles = vectors @ self.frequencies
        parts = [np.cos(angles), np.sin(angles), self._sketch(texts) * np.sqrt(NGRAM_SHARE * FREQUENCIES)]
        return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(FREQUENCIES), dtype=np.float32)

    def _sketch(self, texts: Sequence[str]) -> Matrix:
        """Columns are hashes already: their low bits choose the sketch's column and the next bit the sign."""
        rows = featurise(texts).weighted(self.idf)
        signed = rows.values * self.shared[rows.columns] * (1 - 2 * ((rows.columns >> SKETCH_BITS) & 1))
        cells = (rows.rows() << SKETCH_BITS) + (rows.columns & ((1 << SKETCH_BITS) - 1))
        flat = np.bincount(cells, signed, len(texts) << SKETCH_BITS)
        return flat.reshape(len(texts), -1).astype(np.float32)


def orthogonal_frequencies(dimension: int) -> Matrix:
    """Normal columns, orthogonal in blocks; their cosines and sines approximate ``exp(-BANDWIDTH (1 - cos))``."""
    rng = np.random.default_rng(0)
    blocks = []
    for _ in range(0, FREQUENCIES, dimension):
        directions = np.linalg.qr(rng.standard_normal((dimension, dimension)))[0]
        blocks.append(directions * np.sqrt(rng.chisquare(dimension, dimension) * BANDWIDTH))
    return np.concatenate(blocks, axis=1)[:, :FREQUENCIES].astype(np.float32)


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

    ``rows`` have mean 0; ``shares`` are the labels' shares of the examples, to which the scores add.
    """
    checked = np.sort(np.random.default_rng(0).permutation(len(rows))[:CHECKED])
    truth = np.eye(len(shares), dtype=np.float32)[targets] - shares
    best: Fit | None = None
    for strength, weights, left_out in _ridges(rows, truth, checked):
        scores = left_out + shares
        temperature = fit_temperature(scores * SHARPNESS, targets[checked]) / float(SHARPNESS)
        likely = softmax(scores / np.float32(temperature))[np.arange(len(checked)), targets[checked]]
        fit = Fit(strength, weights, checked, scores, temperature, float(-np.log(likely + 1e-9).mean()))
        if best is not None and fit.loss >= best.loss:
            break
        best = fit
    assert best is not None
    return best


def _ridges(rows: Matrix, truth: Matrix, checked: NDArray[np.int64]) -> Iterator[tuple[float, Matrix, Matrix]]:
    """Each strength, weakest first, with its weights and left-out scores; the smaller of two equivalent systems is solved."""
    few = len(rows) <= rows.shape[1]
    products = rows @ rows.T if few else rows.T @ rows
    towards = rows.T @ truth
    for strength in STRENGTHS:
        inverse = np.linalg.inv(products + np.float32(strength) * np.eye(len(products), dtype=np.float32)).astype(np.float32)
        if few:
            dual = inverse @ truth
            weights, missed = rows.T @ dual, dual[checked] / np.diag(inverse)[checked, None]
        else:
            weights = inverse @ towards
            leverage = np.einsum("ij,ij->i", rows[checked] @ inverse, rows[checked])
            missed = (truth[checked] - rows[checked] @ weights) / (1 - leverage)[:, None]
        yield strength, weights, truth[checked] - missed


@dataclass(frozen=True)
class Familiarity:
    """How near a message is to the examples: its best in-scope score and its nearest example, in units of usual messages.

    ``means`` and ``deviations`` are those of left-out examples; a message at ``limit`` is stranger than all but ``REJECTED``
    of them.
    """

    means: Matrix
    deviations: Matrix
    limit: float

    @classmethod
    def fit(cls, best: Matrix, nearest: Matrix) -> Familiarity:
        """From the left-out examples' best in-scope scores and cosines with the nearest other example."""
        both = np.stack([best, nearest])
        usual = cls(both.mean(axis=1), np.maximum(both.std(axis=1), LEAST_DEVIATION), 0.0)
        return cls(usual.means, usual.deviations, float(np.quantile(usual.of(best, nearest), REJECTED)))

    def of(self, best: Matrix, nearest: Matrix) -> Matrix:
        """Larger is more familiar."""
        scores, cosines = ((np.stack([best, nearest]).T - self.means) / self.deviations).T
        return np.asarray(scores + NEAREST_SHARE * cosines, dtype=np.float32)

    def strangeness(self, best: Matrix, nearest: Matrix) -> Matrix:
        """In [0, 1]; 0.5 at the limit."""
        return np.asarray(1 / (1 + np.exp(np.clip(self.of(best, nearest) - self.limit, -30, 30))), dtype=np.float32)


@dataclass(frozen=True)
class Assessment:
    """What :meth:`OwnerIntents.assess` finds: ``probabilities`` (texts × intents) and ``out_of_scope`` per text."""

    probabilities: Matrix
    out_of_scope: Matrix


@dataclass(frozen=True)
class OwnerIntents:
    """A classifier for any intents, learned from labelled examples; see the module for the method."""

    intents: tuple[str, ...]
    features: FeatureMap
    centre: Matrix
    weights: Matrix
    shares: Matrix
    temperature: float
    examples: Matrix
    familiarity: Familiarity

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str], encoder: Encoder) -> OwnerIntents:
        """A classifier for labelled messages; the same examples give the same classifier.

        A label ``out_of_scope`` (or ``oos``) is learned like any other, and :meth:`out_of_scope` works without one too.

        Raises:
            SettingsError: when texts and labels differ in number or there are fewer than two labels in scope.
        """
        if len(texts) != len(labels):
            raise SettingsError(f"{len(texts)} texts come with {len(labels)} labels. Give each text one label.")
        if len(set(labels) - OUT_OF_SCOPE) < 2:
            raise SettingsError(f"An intent classifier needs two intents at least, not {sorted(set(labels))!r}. Add examples.")
        intents, targets = np.unique(np.asarray(labels), return_inverse=True)
        features, vectors = FeatureMap.fit(texts, encoder), encoder.encode(texts)
        rows = np.concatenate([features(texts[part], vectors[part]) for part in batches(len(texts))])
        centre = rows.mean(axis=0)
        rows -= centre
        shares = np.bincount(targets).astype(np.float32) / np.float32(len(targets))
        fit = fit_ridge(rows, targets, shares)
        inside = in_scope(intents)
        ours = inside[targets[fit.checked]]
        nearest = nearest_other(vectors, fit.checked[ours], inside[targets])
        familiarity = Familiarity.fit(fit.scores[ours][:, inside].max(axis=1), nearest)
        examples = vectors[inside[targets]]
        return cls(tuple(map(str, intents)), features, centre, fit.weights, shares, fit.temperature, examples, familiarity)

    def save(self, path: Path) -> None:
        """Writes the classifier, for :meth:`load`."""
        half, features, usual = np.float16, self.features, self.familiarity
        np.savez_compressed(
            path, intents=np.array(self.intents), encoder=np.array(features.encoder.name), temperature=self.temperature,
            frequencies=features.frequencies.astype(half), idf=features.idf.astype(half), shared=features.shared > 0,
            weights=self.weights.astype(half), centre=self.centre, shares=self.shares, examples=self.examples.astype(half),
            means=usual.means, deviations=usual.deviations, limit=usual.limit,
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path, encoder: Encoder) -> OwnerIntents:
        """Reads what :meth:`save` wrote.

        Raises:
            ModelError: when the classifier was trained with another encoder than ``encoder``.
        """
        with np.load(path, allow_pickle=False) as stored:
            if (name := str(stored["encoder"])) != encoder.name:
                raise ModelError(f"{path.name} was trained with the encoder {name!r}, not {encoder.name!r}; train it again.")
            frequencies, idf, shared, weights, examples = (
                stored[name].astype(np.float32) for name in ("frequencies", "idf", "shared", "weights", "examples")
            )
            return cls(
                tuple(map(str, stored["intents"])), FeatureMap(encoder, frequencies, idf, shared), stored["centre"],
                weights, stored["shares"], float(stored["temperature"]), examples,
                Familiarity(stored["means"], stored["deviations"], float(stored["limit"])),
            )  # fmt: skip

    def assess(self, texts: Sequence[str]) -> Assessment:
        """Probabilities and strangeness of ``texts``, which are encoded once."""
        inside = in_scope(self.intents)
        vectors = self.features.encoder.encode(texts)
        probabilities = np.empty((len(texts), len(self.intents)), np.float32)
        strange = np.empty(len(texts), np.float32)
        for part in batches(len(texts)):
            rows = self.features(texts[part], vectors[part]) - self.centre
            scores = np.asarray(rows @ self.weights + self.shares, dtype=np.float32)
            probabilities[part] = softmax(scores / np.float32(self.temperature))
            nearest = (vectors[part] @ self.examples.T).max(axis=1)
            strange[part] = self.familiarity.strangeness(scores[:, inside].max(axis=1), nearest)
        return Assessment(probabilities, strange)

    def classify(self, text: str) -> Intent:
        """The likeliest intent with its calibrated probability."""
        return self.top(text, 1)[0]

    def top(self, text: str, n: int = 3) -> list[Intent]:
        """The ``n`` likeliest intents, likeliest first."""
        probabilities = self.assess([text]).probabilities[0]
        return [Intent(self.intents[i], float(probabilities[i])) for i in np.argsort(-probabilities, kind="stable")[:n]]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intent of every text."""
        return [self.intents[i] for i in self.assess(texts).probabilities.argmax(axis=1)]

    def out_of_scope(self, texts: Sequence[str]) -> Matrix:
        """How surely each text is none of the intents, in [0, 1]; above 0.5 stand 5 % of messages like the examples."""
        return self.assess(texts).out_of_scope


def batches(count: int) -> Iterator[slice]:
    """Slices of ``BATCH`` texts, which keep the dense rows small."""
    return (slice(begin, begin + BATCH) for begin in range(0, count, BATCH))


def in_scope(intents: Sequence[str] | NDArray[np.str_]) -> NDArray[np.bool_]:
    """Which of the intents are not a name for out of scope."""
    return np.array([str(intent) not in OUT_OF_SCOPE for intent in intents])


def nearest_other(vectors: Matrix, chosen: NDArray[np.int64], among: NDArray[np.bool_]) -> Matrix:
    """The cosine of each ``chosen`` example with the nearest other one ``among`` all."""
    cosines = vectors[chosen] @ vectors.T
    cosines[:, ~among] = -1
    cosines[np.arange(len(chosen)), chosen] = -1
    return np.asarray(cosines.max(axis=1), dtype=np.float32)
