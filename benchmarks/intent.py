"""``python -m benchmarks intent [DIR…] [--examples N] [--no-oos] [--shipped] [--peers] [--json]``: intent recognition.

A ``DIR`` holds ``train.jsonl`` and ``test.jsonl`` with ``text`` and ``label`` (``oos``: out of scope). Ours (as an
owner's own intents are learned), tf-idf with logistic regression and naive Bayes are trained on it in the same run, with
``--peers`` MiniLM too. ``--no-oos`` leaves messages out of scope out of training, not out of the test.
``--shipped`` measures the shipped classifier.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.classification import (
    Contender,
    Prediction,
    figures,
    first_examples,
    minilm_contender,
    naive_bayes_contender,
    owner_contender,
    read_messages,
    report,
    tfidf_contender,
    without_out_of_scope,
)
from bot.understanding.examples import read_examples
from bot.understanding.intent import IntentClassifier

MESSAGES = Path(__file__).parent / "data" / "intent"


def predicted(classifier: IntentClassifier, test: Sequence[str]) -> Prediction:
    """What ``classifier`` finds in every message, with the time that it took."""
    begun = time.perf_counter()
    worked = time.process_time()
    found = [classifier.classify(text).name for text in test]
    outside = classifier.out_of_scope(test)
    return Prediction(found, outside, 0.0, time.perf_counter() - begun, time.process_time() - worked)


def development_messages() -> dict[str, tuple[list[str], list[str]]]:
    """Texts and labels of our own messages that no training may see, by the name of their file."""
    found = sorted(MESSAGES.iterdir())
    return {path.stem: (read_messages if path.suffix == ".jsonl" else read_examples)(path) for path in found}


def shipped_figures() -> dict[str, dict[str, float]]:
    """The shipped classifier on our development messages, the test messages and those kept apart, by language."""
    classifier = IntentClassifier.load()
    return {name: figures(labels, predicted(classifier, texts)) for name, (texts, labels) in development_messages().items()}


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks intent", description="Measure intent recognition.")
    parser.add_argument("directories", nargs="*", type=Path, metavar="DIR", help="holds train.jsonl and test.jsonl")
    parser.add_argument("--examples", type=int, metavar="N", help="train on the first N messages of every label only")
    parser.add_argument("--no-oos", action="store_true", help="train on the messages in scope only")
    parser.add_argument("--shipped", action="store_true", help="the shipped classifier on our own messages")
    parser.add_argument("--peers", action="store_true", help="MiniLM with logistic regression too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not given.directories and not given.shipped:
        parser.error("name a directory, or give --shipped")
    contenders: dict[str, Contender] = {
        "ours": owner_contender,
        "tf-idf + LR": tfidf_contender,
        "naive Bayes": naive_bayes_contender,
    }
    if given.peers:
        contenders["MiniLM + LR"] = minilm_contender
    results = {"shipped": shipped_figures()} if given.shipped else {}
    for directory in given.directories:
        texts, labels = read_messages(directory / "train.jsonl")
        if given.no_oos:
            texts, labels = without_out_of_scope(texts, labels)
        if given.examples:
            texts, labels = first_examples(texts, labels, given.examples)
        test, truth = read_messages(directory / "test.jsonl")
        results[directory.name] = {name: figures(truth, run(texts, labels, test)) for name, run in contenders.items()}
    report(results, given.json)
    return 0
