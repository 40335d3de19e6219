"""Trains the shipped sentiment models: ``python -m benchmarks.training.sentiment --data DIR``.

``DIR`` holds the public sets that the model card names, under ``en/`` and ``zh/``, and ``suites/classification``, whose test
parts are kept out. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.sentiment import MESSAGES
from benchmarks.sentiment import own_messages as measured
from benchmarks.training.labelled import Corpus, held_out, read_rows
from benchmarks.training.polarity import Features, fit_polarity
from benchmarks.training.sentiment_data import SUITES, neutral_questions, own_messages, public_reviews, tone_examples
from bot.understanding.examples import shipped_examples
from bot.understanding.features import SparseRows, featurise, inverse_document_frequency
from bot.understanding.linear import LinearModel
from bot.understanding.message_encoder import MessageEncoder
from bot.understanding.polarity import counted
from bot.understanding.sentiment import (
    BITS,
    CALM,
    FLAGS,
    LABELS,
    LANGUAGES,
    SHIPPED,
    Reading,
    joined,
    language_of,
    mark_shouting,
)  # fmt: skip

SHORT = 120
NAMES: tuple[str, ...] = LABELS
Indices = NDArray[np.int64]


def measured_messages() -> list[str]:
    """Our own messages that figures are measured on, which no model may see."""
    return [text for path in sorted(MESSAGES.glob("*.*")) for text in measured(path)[0]]


def corpus_of(data: Path) -> Corpus:
    """Every text that the models of label and polarity learn from; prints how many there are."""
    tests = [row["text"] for suite in SUITES for row in read_rows(data / "suites/classification" / suite / "test.jsonl")]
    corpus = Corpus(tests + measured_messages())
    print("own messages:", sum(corpus.add([(text, label)], counts) for text, label, counts in own_messages()), flush=True)
    print("public reviews:", corpus.add(public_reviews(data)))
    print("neutral questions:", corpus.add(neutral_questions(data)), flush=True)
    return corpus


class Training:
    """All examples with their features, which every fit draws from."""

    def __init__(self, data: Path) -> None:
        corpus = corpus_of(data)
        self.texts = corpus.texts
        self.labels = np.array([NAMES.index(label) for label in corpus.labels])
        self.importance = np.array(corpus.importance, np.float32)
        self.languages = np.array([language_of(text) for text in corpus.texts])
        self.messages = MessageEncoder.load()
        self.features: list[Features] = [counted(text) for text in corpus.texts]

    def polarity_reading(self, chosen: Indices, language: str) -> Reading:
        """A reading whose polarity model has seen the polar texts among ``chosen``; its joint is not fitted yet."""
        polar = chosen[(self.labels[chosen] != 1) & (self.languages[chosen] == language)]
        found = [self.features[i] for i in polar]
        polarity = fit_polarity(found, self.labels[polar] == 2, self.importance[polar])
        return Reading(polarity, np.zeros((8, 3), np.float32), np.zeros(3, np.float32))

    def label_model(self, chosen: Indices) -> LinearModel:
        """The softmax regression of short texts among ``chosen``, fitted to full convergence."""
        short = np.array([i for i in chosen if len(self.texts[i]) <= SHORT])
        counts = featurise([mark_shouting(self.texts[i]) for i in short], BITS)
        idf = inverse_document_frequency(counts, BITS)
        weights, bias = softmax_regression(counts.weighted(idf), self.labels[short], self.importance[short], len(idf))
        return LinearModel(LABELS, weights, bias, idf)

    def joint(self, reading: Reading, label: LinearModel, held: Indices, language: str) -> Reading:
        """``reading`` with the regression that joins both models, fitted to texts that neither has seen."""
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        own = held[self.languages[held] == language]
        scores = [reading.polarity.of_features(*self.features[i]) for i in own]
        texts = [self.texts[i] for i in own]
        columns = joined(label.logits([mark_shouting(text) for text in texts]), scores, self.messages.logits("tone", texts))
        fitted = LogisticRegression(C=1.0, max_iter=500).fit(columns, self.labels[own], sample_weight=self.importance[own])
        return Reading(reading.polarity, fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32))


def softmax_regression(
    rows: SparseRows, targets: Indices, importance: NDArray[np.float32], width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights ``(width, 3)`` and bias that minimise the regularised cross-entropy."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    matrix = csr_matrix((rows.values, rows.columns, rows.offsets), shape=(len(rows), width))
    fitted = LogisticRegression(C=8.0, max_iter=120, tol=1e-3).fit(matrix, targets, sample_weight=importance)
    return fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32)


def train_readings(data: Path) -> tuple[LinearModel, dict[str, Reading]]:
    """The label model and each language's reading: joined on an eighth held out, then fitted to everything."""
    training = Training(data)
    everything = np.random.default_rng(0).permutation(len(training.texts))
    apart = np.array([held_out(training.texts[i]) for i in everything])
    held, kept = everything[apart], everything[~apart]
    label = training.label_model(kept)
    joints = {name: training.joint(training.polarity_reading(kept, name), label, held, name) for name in LANGUAGES}
    readings = {
        name: Reading(training.polarity_reading(everything, name).polarity, joint.weights, joint.bias)
        for name, joint in joints.items()
    }
    return training.label_model(everything), readings


def train_flag(flag: str) -> LinearModel:
    """The model of one flag, from our own messages."""
    corpus = Corpus(measured_messages())
    corpus.add((mark_shouting(text), flag if flag in flags else CALM) for text, _, flags in tone_examples())
    corpus.add((mark_shouting(text), CALM) for text, intent in zip(*shipped_examples(), strict=True) if intent != "complaint")
    return LinearModel.train(corpus.texts, corpus.labels, bits=BITS, epochs=12)


def main() -> None:
    """Trains and writes the models."""
    parser = argparse.ArgumentParser(description="Train the shipped sentiment models.")
    parser.add_argument("--data", type=Path, required=True, help="directory of the public sets")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go")
    given = parser.parse_args()
    for flag in FLAGS:
        train_flag(flag).save(given.out / f"{flag}.npz")
    label, readings = train_readings(given.data)
    label.save(given.out / "sentiment.npz")
    for language, reading in readings.items():
        reading.save(given.out, language)


if __name__ == "__main__":
    main()
