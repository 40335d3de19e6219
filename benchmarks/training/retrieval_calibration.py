"""``python -m benchmarks.training.retrieval_calibration --data DIR PATH…``: fits the fusion and the calibration.

It writes ``knowledge_base/models/calibration`` and is to be run again for every new encoder. DIR holds the training data as
:mod:`benchmarks.training.encoder_data` describes it; :mod:`benchmarks.training.retrieval_sets` makes test sets of it. The
cosine's share in the fusion is the one under which the relevant texts are likeliest to come first (softmax over a query's
candidates). An encoder that learned from the same pairs is trusted too much by them, so the share's level in each language,
two numbers, is the best one for the dev suites in the directories PATH (BEIR layout). The logistic learns from the best
candidates of the training queries, of which half have lost their relevant texts, and from queries that belong to other sets.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.corpora import PREFIX, TestSet, as_document, read_test_set
from benchmarks.knowledge_bases import temporary_knowledge_base
from benchmarks.ranking import ndcg
from benchmarks.training.retrieval_sets import parallel_sets, training_sets
from knowledge_base.calibration import FALLBACK, SIGNALS, Calibration, features, path_of, signals
from knowledge_base.encoders import load_encoder
from knowledge_base.retrieval import Candidate
from knowledge_base.types import LanguageCode, SectionKind

DEPTH = 40
TRAINED = 3
QUERIES = 120
SIZES = (150, 1000)
STRANGERS = 5
PENALTY = 0.02
LEVELS = np.arange(-2.5, 2.6, 0.25)

Judged = tuple[str, list[Candidate], dict[str, int]]


def collect(tests: TestSet, strangers: Sequence[str], encoder: str) -> list[Judged]:
    """Query, candidates and gains for queries of ``tests``, and for ``strangers``, which it has no answer to."""
    judged = random.sample(tests.judged, min(QUERIES, len(tests.judged)))
    with temporary_knowledge_base(encoder) as knowledge:
        kind: SectionKind = "product" if "product" in tests.name else "text"
        knowledge.sync(as_document(entry, kind) for entry in tests.corpus)
        asked = [*judged, *((query, {}) for query in strangers)]
        return [(query, knowledge.candidates(query, DEPTH), gains) for query, gains in asked]


def sample(tests: TestSet, size: int) -> TestSet:
    """As many queries as a third of ``size``, with their texts and others up to ``size``: a knowledge base of a shop's size.

    Among thousands of texts many are near to any query; among a few hundred the same nearness means an answer.
    """
    kept = dict(random.sample(sorted(tests.gains.items()), min(size // 3, QUERIES, len(tests.gains))))
    wanted = {text for gains in kept.values() for text in gains}
    others = [entry for entry in tests.corpus if entry.id not in wanted]
    filling = random.sample(others, min(max(size - len(wanted), 0), len(others)))
    corpus = (*(entry for entry in tests.corpus if entry.id in wanted), *filling)
    return replace(tests, name=f"{tests.name}/{size}", corpus=corpus, gains=kept)


def refused(calibration: Calibration, judged: Iterable[Judged]) -> list[Judged]:
    """The candidates fused and ranked again with ``calibration``."""
    return [(query, _rank(calibration, candidates), gains) for query, candidates, gains in judged]


def _rank(calibration: Calibration, candidates: Sequence[Candidate]) -> list[Candidate]:
    fused = calibration.fuse(candidates)
    again = [replace(each, fused=float(value)) for each, value in zip(candidates, fused, strict=True)]
    return sorted(again, key=lambda each: each.fused, reverse=True)


def _text_id(candidate: Candidate) -> str:
    return candidate.chunk.location.removeprefix(PREFIX)


def quality(calibration: Calibration, judged: Iterable[Judged]) -> float:
    """Mean nDCG@10 of the queries that have relevant texts."""
    rankings = [(ranked, gains) for _, ranked, gains in refused(calibration, judged) if gains]
    return float(np.mean([ndcg(list(dict.fromkeys(map(_text_id, ranked))), gains) for ranked, gains in rankings]))


@dataclass(frozen=True, slots=True)
class Lists:
    """The candidates of many queries, one row a query, padded with candidates that never win. Weights sum to 1."""

    dense: NDArray[np.float64]
    lexical: NDArray[np.float64]
    relevant: NDArray[np.float64]
    signals: NDArray[np.float64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, sets: Iterable[list[Judged]]) -> Self:
        """Every set weighs the same; queries without a relevant text among their candidates teach nothing."""
        rows: list[NDArray[np.float64]] = []
        asked: list[NDArray[np.float64]] = []
        weights: list[float] = []
        for judged in sets:
            useful = [
                (found, labels)
                for _, found, gains in judged
                if any(labels := [float(gains.get(_text_id(each), 0) > 0) for each in found])
            ]
            for found, labels in useful:
                row = np.zeros((3, 2 * DEPTH))
                row[:2] = -1.0
                row[:, : len(found)] = [[each.dense for each in found], [each.lexical for each in found], labels]
                rows.append(row)
                asked.append(signals(found))
                weights.append(1 / len(useful))
        columns = np.stack(rows, axis=1)
        share = np.asarray(weights) / sum(weights)
        return cls(columns[0], columns[1], columns[2] / columns[2].sum(axis=1, keepdims=True), np.stack(asked), share)

    def loss(self, weights: NDArray[np.float64]) -> float:
        """Cross entropy of the softmax over fused scores; ``weights`` are a scale, an intercept, then those of the signals."""
        share = 1 / (1 + np.exp(-(weights[1] + self.signals @ weights[2:])))[:, None]
        scores = np.exp(weights[0]) * (share * self.dense + (1 - share) * self.lexical)
        scores -= scores.max(axis=1, keepdims=True)
        chances = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return float(-(self.weights * (self.relevant * chances).sum(axis=1)).sum())


def fit_fusion(calibration: Calibration, sets: Iterable[list[Judged]]) -> Calibration:
    """The share of the cosine by the signals of a query; held back by ``PENALTY`` on standardised signals."""
    lists = Lists.of(sets)
    spread = lists.signals.std(axis=0) + 1e-6

    def cost(weights: NDArray[np.float64]) -> float:
        return lists.loss(weights) + PENALTY * float(((weights[2:] * spread) ** 2).sum())

    start = np.array([3.0, 0.0, *np.zeros(len(SIGNALS))])
    best = minimize(cost, start, method="L-BFGS-B").x
    share = [round(float(weight), 3) for weight in best[2:]]
    return replace(calibration, share=share, share_intercept=round(float(best[1]), 3))


def fit_level(calibration: Calibration, sets: Iterable[list[Judged]]) -> Calibration:
    """The level of the share, by language of the query, with the best mean nDCG@10; the other signals stay as they are."""
    queries: dict[LanguageCode, list[list[Judged]]] = {"en": [], "zh": []}
    for judged in sets:
        queries[judged[0][1][0].language].append(judged)

    def at(english: float, chinese: float) -> Calibration:
        return replace(calibration, share=[round(chinese - english, 3), *calibration.share[1:]], share_intercept=english)

    def best(own: list[list[Judged]], level: Callable[[float], Calibration]) -> float:
        tried = {float(value): fmean(quality(level(float(value)), judged) for judged in own) for value in LEVELS}
        return max(tried, key=lambda value: tried[value])

    english = calibration.share_intercept
    chinese = english + calibration.share[0]
    if queries["en"]:
        english = best(queries["en"], lambda value: at(value, chinese))
    if queries["zh"]:
        chinese = best(queries["zh"], lambda value: at(english, value))
    return at(english, chinese)


def examples(calibration: Calibration, judged: Iterable[Judged]) -> tuple[list[NDArray[np.float64]], list[list[bool]]]:
    """Features and labels of the best candidates a query; every second query loses its relevant texts first."""
    rows, labels = [], []
    for number, (_, ranked, gains) in enumerate(refused(calibration, judged)):
        left = [each for each in ranked if number % 2 or _text_id(each) not in gains][: 2 * TRAINED]
        if left:
            rows.append(features(left, calibration.across)[:TRAINED])
            labels.append([_text_id(each) in gains for each in left[:TRAINED]])
    return rows, labels


def fit_logistic(calibration: Calibration, sets: dict[str, list[Judged]]) -> Calibration:
    """The logistic over all sets, each with the same weight; prints how well it tells answers from the rest."""
    rows, labels, weights, firsts = [], [], [], []
    for name, judged in sets.items():
        set_rows, set_labels = examples(calibration, judged)
        flat = np.concatenate(set_rows)
        rows.append(flat)
        labels.append(np.concatenate(set_labels))
        weights.append(np.full(len(flat), 1 / len(flat)))
        firsts.append((name, np.stack([part[0] for part in set_rows]), np.array([part[0] for part in set_labels])))
    model = LogisticRegression(C=10, max_iter=2000)
    scale = sum(map(len, rows)) / len(rows)
    model.fit(np.concatenate(rows), np.concatenate(labels), sample_weight=scale * np.concatenate(weights))
    for name, first, answered in firsts:
        scores = model.predict_proba(first)[:, 1]
        right = float(np.mean((scores >= 0.5) == answered))
        area = roc_auc_score(answered, scores) if 0 < answered.mean() < 1 else float("nan")
        print(f"{name:<24} AUC {area:.3f}  right at 0.5 {right:.3f}  mean score {scores.mean():.3f} of {answered.mean():.3f}")
    return replace(
        calibration,
        coefficients=[round(float(value), 4) for value in model.coef_[0]],
        intercept=round(float(model.intercept_[0]), 4),
    )


def main(arguments: list[str]) -> int:
    """Fits, prints what it reaches and writes the JSON file of the encoder (with ``--generic`` the fallback's too)."""
    parser = argparse.ArgumentParser("python -m benchmarks.training.retrieval_calibration", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="dev suites for the level of the cosine's share")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--encoder", default="builtin", help="encoder to fit for (default: builtin)")
    parser.add_argument("--generic", action="store_true", help="write the fallback for unknown encoders too")
    options = parser.parse_args(arguments)
    random.seed(0)
    own, across = training_sets(options.data), parallel_sets(options.data)
    sets = {each.name: judged for each, judged in _collected([*own, *across], options.encoder, SIZES)}
    same = [judged for name, judged in sets.items() if not name.startswith("across_")]
    dev = [judged for _, judged in _collected([read_test_set(path) for path in options.paths], options.encoder, SIZES[-1:])]
    calibration = fit_level(fit_fusion(Calibration.load(FALLBACK), same), dev)
    calibration = fit_logistic(calibration, sets)
    for set_name, judged in sets.items():
        print(f"{set_name:<28} nDCG@10 {quality(calibration, judged):.4f}")
    name = load_encoder(options.encoder).name
    for path in {path_of(name), *([path_of(FALLBACK)] if options.generic else [])}:
        path.write_text(json.dumps(asdict(calibration), indent=1) + "\n", "utf-8")
        print(path)
    return 0


def _collected(whole: Sequence[TestSet], encoder: str, sizes: Sequence[int]) -> Iterator[tuple[TestSet, list[Judged]]]:
    tests = [sample(each, size) for each in whole for size in sizes]
    for number, each in enumerate(tests):
        print(f"{each.name} …", file=sys.stderr)
        other = tests[number - len(sizes)]
        strangers = [query for query, _ in other.judged[: len(each.gains) // STRANGERS]]
        yield each, collect(each, strangers if len(sizes) > 1 else [], encoder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
