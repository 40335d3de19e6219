"""``python -m benchmarks sentiment [DIR…] [--shipped] [--json]``: sentiment of messages and reviews.

On a ``DIR`` with ``train.jsonl`` and ``test.jsonl`` (labels 0/1 or negative/neutral/positive) the shipped classifier is
measured as it is, beside our own method and a tf-idf baseline trained there. Where a set knows no neutral, the sign of the
score decides. ``--shipped`` measures our own chat messages with the anger and urgency flags; the ``kept`` ones were never
looked at while the models and word lists were made.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.classification import Prediction, figures, owner_contender, read_messages, report, tfidf_contender
from benchmarks.training.polarity import fit_polarity
from bot.understanding.examples import read_examples
from bot.understanding.polarity import counted
from bot.understanding.sentiment import FLAGS, SentimentClassifier

MESSAGES = Path(__file__).parent / "data" / "sentiment"
NAMES = {"0": "negative", "1": "positive"}


def shipped_prediction(classifier: SentimentClassifier, test: Sequence[str], neutral: bool) -> Prediction:
    """The shipped classifier's labels; without ``neutral`` the sign of the score decides."""
    begun, worked = time.perf_counter(), time.process_time()
    found = [classifier.analyse(text) for text in test]
    taken, processor_s = time.perf_counter() - begun, time.process_time() - worked
    labels = [tone.label if neutral else "positive" if tone.score > 0 else "negative" for tone in found]
    return Prediction(labels, np.zeros(len(test)), 0.0, taken, processor_s)


def own_messages(path: Path) -> tuple[list[str], list[str]]:
    """Texts and headings (label, then flags) of one of our own files."""
    return read_messages(path) if path.suffix == ".jsonl" else read_examples(path)


def shipped_figures(classifier: SentimentClassifier, pattern: str = "*.*") -> dict[str, dict[str, float]]:
    """Label and flags on those of our own messages whose file name matches ``pattern``, by file."""
    results = {}
    for path in sorted(MESSAGES.glob(pattern)):
        texts, headings = own_messages(path)
        values = figures([heading.split()[0] for heading in headings], shipped_prediction(classifier, texts, neutral=True))
        tones = [classifier.analyse(text) for text in texts]
        for flag in FLAGS:
            told = np.array([flag in heading.split() for heading in headings])
            found = np.array([getattr(tone, flag) for tone in tones])
            values[f"{flag}_precision"] = round(float((told & found).sum() / max(1, found.sum())), 4)
            values[f"{flag}_recall"] = round(float((told & found).sum() / max(1, told.sum())), 4)
        results[path.stem] = values
    return results


def polarity_contender(texts: Sequence[str], labels: Sequence[str], test: Sequence[str]) -> Prediction:
    """Our polarity model trained there, of one language; with neutral texts the method of owners' intents instead."""
    if "neutral" in labels:
        return owner_contender(texts, labels, test)
    begun = time.perf_counter()
    positive = np.array([label == "positive" for label in labels])
    model = fit_polarity([counted(text) for text in texts], positive, np.ones(len(texts), np.float32))
    trained, worked = time.perf_counter(), time.process_time()
    found = ["positive" if model.score(text) > 0 else "negative" for text in test]
    return Prediction(found, np.zeros(len(test)), trained - begun, time.perf_counter() - trained, time.process_time() - worked)


def directory_figures(classifier: SentimentClassifier, directory: Path) -> dict[str, dict[str, float]]:
    """Shipped, ours trained there and the baseline on one directory."""
    texts, labels = read_messages(directory / "train.jsonl")
    test, truth = read_messages(directory / "test.jsonl")
    labels, truth = ([NAMES.get(label, label) for label in listed] for listed in (labels, truth))
    return {
        "shipped": figures(truth, shipped_prediction(classifier, test, "neutral" in set(truth))),
        "ours, trained here": figures(truth, polarity_contender(texts, labels, test)),
        "tf-idf + LR": figures(truth, tfidf_contender(texts, labels, test)),
    }


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sentiment", description="Measure sentiment.")
    parser.add_argument("directories", nargs="*", type=Path, metavar="DIR", help="holds train.jsonl and test.jsonl")
    parser.add_argument("--shipped", action="store_true", help="the shipped classifier on our own messages")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not given.directories and not given.shipped:
        parser.error("name a directory, or give --shipped")
    classifier = SentimentClassifier.load()
    results = {"shipped": shipped_figures(classifier)} if given.shipped else {}
    for directory in given.directories:
        results[directory.name] = directory_figures(classifier, directory)
    report(results, given.json)
    return 0
