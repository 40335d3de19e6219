"""``python -m benchmarks aspects DIR… [--most N] [--json]``: sentiment by aspect on public aspect sets.

A ``DIR`` holds ``train.jsonl`` (or ``.gz``) whose rows have ``text``, ``aspect`` and ``label`` or ``polarity``, or ``text`` and
``aspects`` {name: -1, 0, 1} (of these, the aspects that our own words know). Ours reads the clause that speaks of the aspect
with the shipped models; beside it stand the whole text's sentiment given to each aspect, and a tf-idf linear model trained on
four fifths of the texts. All are judged on the other fifth. ``mixed`` are texts whose aspects differ.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.classification import tfidf_contender
from bot.marketing.insight.aspects import AspectFinder, clause_at, clause_breaks, seeds
from bot.marketing.insight.opinions import aspect_probabilities
from bot.understanding.sentiment import LABELS, SentimentClassifier

ASAP = {"price_level": "price", "service_waiters_attitude": "service", "dish_taste": "taste", "environment_noise": "noise"}
Labels = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Case:
    """One aspect of a text, and the clause about it."""

    text: str
    aspect: str
    clause: str
    label: str


def read_cases(directory: Path) -> list[Case]:
    """The aspects of a set."""
    packed = directory / "train.jsonl.gz"
    lines = gzip.open(packed, "rt", encoding="utf-8") if packed.exists() else (directory / "train.jsonl").open(encoding="utf-8")
    with lines:
        return [case for line in lines for case in _cases(json.loads(line))]


def _cases(row: dict[str, Any]) -> Iterator[Case]:
    text = row["text"]
    if "aspects" in row:
        spans = dict(AspectFinder(seeds()).mentions(text))
        for name, value in row["aspects"].items():
            if ASAP.get(name) in spans:
                yield Case(text, name, text[slice(*spans[ASAP[name]])], LABELS[value + 1])
        return
    label = row.get("label") or row["polarity"]
    start = row["start"] if row.get("start") is not None else text.find(row["aspect"])
    if label in LABELS:
        span = clause_at(clause_breaks(text), start, start + len(row["aspect"]), len(text)) if start >= 0 else (0, len(text))
        yield Case(text, row["aspect"], text[slice(*span)].strip() or text, label)


def set_figures(cases: Sequence[Case], most: int) -> dict[str, dict[str, float]]:
    """Every method on the fifth of the texts that nothing was trained on."""
    held = [case for case in cases if zlib.crc32(case.text.encode()) % 5 == 0][:most]
    labels_of = defaultdict(set)
    for case in held:
        labels_of[case.text].add(case.label)
    truth = np.array([case.label for case in held])
    mixed = np.array([len(labels_of[case.text]) > 1 for case in held])
    texts = [case.text for case in held]
    ours = aspect_probabilities(texts, [(number, case.clause) for number, case in enumerate(held)])
    whole = SentimentClassifier.load().probabilities(texts)
    results = {"ours": figures(truth, ours, mixed), "whole text": figures(truth, whole, mixed)}
    rest = [case for case in cases if zlib.crc32(case.text.encode()) % 5]
    if len(rest) >= 1000:
        said = [[f"{case.aspect} | {case.clause}" for case in part] for part in (rest, held)]
        told = np.array(tfidf_contender(said[0], [case.label for case in rest], said[1]).labels)
        results["tf-idf trained there"] = figures(
            truth, np.array([[row == label for label in LABELS] for row in told], float), mixed
        )
    return results


def figures(truth: Labels, scores: npt.NDArray[Any], mixed: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Accuracy and macro-F1 of three labels; accuracy of negative against positive, of all and of mixed texts."""
    told = np.array(LABELS)[scores.argmax(axis=1)]
    polar = truth != "neutral"
    sided = np.where(scores[:, 2] > scores[:, 0], "positive", "negative")
    parts = [
        2 * ((told == label) & (truth == label)).sum() / max(1, (told == label).sum() + (truth == label).sum())
        for label in LABELS
    ]
    values = {"accuracy": (told == truth).mean(), "macro_f1": np.mean(parts), "polar": (sided == truth)[polar].mean()}
    if (polar & mixed).any():
        values |= {"polar_mixed": (sided == truth)[polar & mixed].mean()}
    return {"cases": len(truth)} | {name: round(float(value), 4) for name, value in values.items()}


def main(arguments: list[str]) -> int:
    """Measures and prints; 0, or 2 where a directory holds no aspects."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks aspects", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--most", type=int, default=5000, help="at most so many aspects of each set (default 5000)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    results = {}
    for directory in given.directories:
        try:
            cases = read_cases(directory)
        except (OSError, KeyError, ValueError) as error:
            print(f"{directory} holds no aspect set ({error}): see --help for the fields.", file=sys.stderr)
            return 2
        results[directory.name] = set_figures(cases, given.most)
        if not given.json:
            print(directory.name)
            for name, values in results[directory.name].items():
                print(f"  {name:<21} " + "  ".join(f"{measure} {value:g}" for measure, value in values.items()), flush=True)
    if given.json:
        print(json.dumps(results, indent=2))
    return 0
