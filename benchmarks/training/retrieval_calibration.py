"""``python -m benchmarks.training.retrieval_calibration PATH…``: fits the weights of ``knowledge_base/models/calibration``.

The fusion's weights are chosen by nDCG@10 on the test sets in the directories PATH (BEIR layout). The logistic learns from
the best candidates of the same queries, of which half have lost their relevant texts, together with queries that belong to
another set; parallel pairs (``--pairs``, JSON lines with ``en`` and ``zh``) teach it about chunks in the other language.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.corpora import PREFIX, Entry, TestSet, as_document, read_test_set
from benchmarks.knowledge_bases import temporary_knowledge_base
from benchmarks.ranking import ndcg
from knowledge_base.calibration import FALLBACK, Calibration, features, path_of
from knowledge_base.encoders import load_encoder
from knowledge_base.retrieval import Candidate, query_language
from knowledge_base.types import SectionKind

DEPTH = 40
TRAINED = 3
QUERIES = 200
SIZES = (150, 1000)
STRANGERS = 5
SHARES = np.arange(0.2, 0.76, 0.05)
PLATEAU = 0.003

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


def pairs_as_test_set(path: Path) -> TestSet:
    """Parallel pairs as a test set: half of the queries Chinese for English texts, half the other way round."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if len(row["en"]) > 30]
    rows = random.sample(rows, min(2 * QUERIES, len(rows)))
    sides = [("en", "zh") if number % 2 else ("zh", "en") for number in range(len(rows))]
    corpus = tuple(Entry(str(number), "", row[side[0]]) for number, (row, side) in enumerate(zip(rows, sides, strict=True)))
    queries = {str(number): row[side[1]] for number, (row, side) in enumerate(zip(rows, sides, strict=True))}
    return TestSet(path.parent.name, corpus, queries, {number: {number: 1} for number in queries})


def refused(calibration: Calibration, judged: Iterable[Judged]) -> list[Judged]:
    """The candidates fused and ranked again with ``calibration``."""
    return [(query, _rank(calibration, query, candidates), gains) for query, candidates, gains in judged]


def _rank(calibration: Calibration, query: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    language = query_language(query)
    again = [
        replace(
            each,
            fused=calibration.fuse(each.dense, each.lexical, each.exact, language=language, same_language=each.same_language),
        )
        for each in candidates
    ]
    return sorted(again, key=lambda each: each.fused, reverse=True)


def _text_id(candidate: Candidate) -> str:
    return candidate.chunk.location.removeprefix(PREFIX)


def quality(calibration: Calibration, judged: Iterable[Judged]) -> float:
    """Mean nDCG@10 of the queries that have relevant texts."""
    rankings = [(ranked, gains) for _, ranked, gains in refused(calibration, judged) if gains]
    return float(np.mean([ndcg(list(dict.fromkeys(map(_text_id, ranked))), gains) for ranked, gains in rankings]))


def fit_fusion(calibration: Calibration, sets: dict[str, list[Judged]]) -> Calibration:
    """For each language, the highest share of the cosine whose mean nDCG is within ``PLATEAU`` of the best.

    The highest, because customers share fewer words with the answers than the queries of test sets do.
    """
    weights = dict(calibration.dense_weight)
    for language in weights:
        own = [judged for judged in sets.values() if query_language(" ".join(query for query, _, _ in judged)) == language]
        if own:
            reached = {}
            for share in SHARES:
                tried = replace(calibration, dense_weight={**weights, language: round(float(share), 2)})
                reached[round(float(share), 2)] = float(np.mean([quality(tried, judged) for judged in own]))
            weights[language] = max(share for share, mean in reached.items() if mean >= max(reached.values()) - PLATEAU)
    return replace(calibration, dense_weight=weights)


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--pairs", nargs="*", type=Path, default=[])
    parser.add_argument("--encoder", default="builtin")
    parser.add_argument("--generic", action="store_true", help="write the fallback for unknown encoders too")
    options = parser.parse_args(arguments)
    random.seed(0)
    whole = [*map(read_test_set, options.paths), *map(pairs_as_test_set, options.pairs)]
    tests = [sample(each, size) for each in whole for size in SIZES]
    sets: dict[str, list[Judged]] = {}
    for number, each in enumerate(tests):
        print(f"{each.name} …", file=sys.stderr)
        other = tests[number - len(SIZES)]
        sets[each.name] = collect(each, [query for query, _ in other.judged[: len(each.gains) // STRANGERS]], options.encoder)
    name = load_encoder(options.encoder).name
    same = {each.name: sets[each.name] for each in tests[: len(SIZES) * len(options.paths)]}
    calibration = fit_logistic(fit_fusion(Calibration.load(FALLBACK), same), sets)
    for set_name, judged in sets.items():
        print(f"{set_name:<24} nDCG@10 {quality(calibration, judged):.4f}")
    for path in {path_of(name), *([path_of(FALLBACK)] if options.generic else [])}:
        path.write_text(json.dumps(asdict(calibration), indent=1) + "\n", "utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
