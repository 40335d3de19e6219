"""``python -m benchmarks recommend PATH… [--cases N] [--json]``: what customers did next, among all items they had not met.

A request's time is told by the clock and by what the processor worked for it (``cpu``), which other programs do not lengthen.
Our model beside popularity, item-kNN, EASE and implicit ALS, all learned from the same steps and judged on the same cases.
Each set is split in the order of time, see :mod:`benchmarks.recommendation_sets`. Where there are ratings, the error of our
biased matrix factorisation on the later ones stands beside that of plain means.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks import recommenders
from benchmarks.recommendation_sets import Case, RecommendationSet, read_sets
from bot.recommendation.factors import Factors
from bot.recommendation.histories import Histories
from bot.recommendation.model import SIGNALS, RecommendationModel

_TOP = 10
_BATCH = 256
_CASES = 5000
_RATING_PENALTY = (15.0, 4.0)
Figures = dict[str, float]


def ranking_figures(ranked: Sequence[Sequence[int]], truth: Sequence[frozenset[int]]) -> Figures:
    """Hit rate, recall, NDCG and MRR at 10: recall and NDCG as if no more than 10 items could be right."""
    hit, found, gain, reciprocal = 0.0, 0.0, 0.0, 0.0
    for own, right in zip(ranked, truth, strict=True):
        places = [place for place, item in enumerate(own[:_TOP]) if item in right]
        most = min(len(right), _TOP)
        hit += bool(places)
        found += len(places) / most
        gain += sum(1 / np.log2(p + 2) for p in places) / sum(1 / np.log2(p + 2) for p in range(most))
        reciprocal += 1 / (places[0] + 1) if places else 0.0
    values = {"hit@10": hit, "ndcg@10": gain, "recall@10": found, "mrr@10": reciprocal}
    return {name: round(value / max(len(truth), 1), 4) for name, value in values.items()}


def _best(scores: npt.NDArray[np.float32], before: Sequence[npt.NDArray[np.int32]]) -> npt.NDArray[np.int64]:
    """The items of the ten highest scores of each row, those met ``before`` left out."""
    for row, met in enumerate(before):
        scores[row, met] = -np.inf
    top = np.argpartition(-scores, min(_TOP, scores.shape[1] - 1), axis=1)[:, :_TOP]
    order = np.argsort(-np.take_along_axis(scores, top, 1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(top, order, 1))


def _peer(scorer: recommenders.Scorer, before: Sequence[npt.NDArray[np.int32]], size: int) -> list[list[int]]:
    ranked: list[list[int]] = []
    for start in range(0, len(before), _BATCH):
        part = before[start : start + _BATCH]
        rows = np.repeat(np.arange(len(part)), [len(met) for met in part])
        seen = (np.ones(len(rows), np.float32), (rows, np.concatenate(part)))
        scores = np.array(scorer(sparse.csr_matrix(seen, shape=(len(part), size))), np.float32)
        ranked += _best(scores, part).tolist()
    return ranked


def _ours(model: RecommendationModel, cases: Sequence[Case]) -> tuple[list[list[int]], Figures]:
    number = {item: place for place, item in enumerate(model.signals.items)}
    ranked, taken = [], []
    for case in cases:
        begun, worked = time.perf_counter(), time.process_time()
        found = model.recommend(case.steps, _TOP)
        taken.append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
        ranked.append([number[item] for item, _ in found])
    places = np.percentile(np.array(taken), (50, 99), axis=0)
    names = ("p50_ms", "p50_cpu_ms", "p99_ms", "p99_cpu_ms")
    return ranked, dict(zip(names, np.round(places, 2).ravel().tolist(), strict=True))


def set_figures(data: RecommendationSet, most: int) -> dict[str, Figures]:
    """Every recommender on one set."""
    later = {item for case in data.cases for item in case.next}
    items = sorted({step.item for steps in data.steps.values() for step in steps} | later | data.words.keys())
    histories = Histories.of(data.steps, items)
    cases = data.cases[:most]
    number = {item: place for place, item in enumerate(items)}
    before = [Histories.of({"": case.steps}, items).sequences[0] for case in cases]
    truth = [frozenset(number[item] for item in case.next) for case in cases]
    begun = time.perf_counter()
    model = RecommendationModel.fit(histories, [data.words.get(item, ()) for item in items])
    taken = time.perf_counter() - begun
    ranked, speed = _ours(model, cases)
    results = {"ours": ranking_figures(ranked, truth) | {"fit_s": round(taken, 1)} | speed}
    peers: list[tuple[str, Callable[[], list[tuple[str, recommenders.Scorer]]]]] = [
        ("popularity", lambda: [("popularity", recommenders.popularity(histories))]),
        ("item-kNN", lambda: [("item-kNN", recommenders.item_knn(histories))]),
        ("EASE", lambda: [("EASE", recommenders.ease(histories))]),
        ("implicit ALS", lambda: recommenders.implicit_als(histories)),
    ]
    for _, make in peers:
        begun = time.perf_counter()
        for name, scorer in make():
            taken = time.perf_counter() - begun
            results[name] = ranking_figures(_peer(scorer, before, len(items)), truth) | {"fit_s": round(taken, 1)}
    print(f"{data.name}: {_counted(model)}", file=sys.stderr)
    return results


def _counted(model: RecommendationModel) -> str:
    return ", ".join(f"{name} {w:.2f}" for name, w in zip(SIGNALS, model.weights.tolist(), strict=True) if w >= 0.005)


def rating_errors(data: RecommendationSet) -> Figures:
    """Root mean square error on later ratings: of the mean, of means of customer and item, of our factorisation."""
    items = sorted({item for rated in data.ratings.values() for item, _ in rated})
    number = {item: place for place, item in enumerate(items)}
    customers = list(data.ratings)
    sequences = tuple(np.array([number[item] for item, _ in data.ratings[one]], np.int32) for one in customers)
    values = tuple(np.array([rating for _, rating in data.ratings[one]], np.float32) for one in customers)
    histories = Histories(tuple(items), sequences, values)
    errors: dict[str, list[float]] = {"mean": [], "biases": [], "biased MF": []}
    models = {"biases": Factors.fit(histories, values, size=0, unseen=0.0, penalty=_RATING_PENALTY)}
    models["biased MF"] = Factors.fit(histories, values, size=16, unseen=0.0, penalty=_RATING_PENALTY)
    for place, customer in enumerate(customers):
        told = {name: model.scores(sequences[place], values[place]) for name, model in models.items()}
        for item, rating in data.later_ratings.get(customer, ()):
            errors["mean"].append(rating - models["biases"].mean)
            for name, scores in told.items():
                known = scores[number[item]] if item in number else models[name].mean
                errors[name].append(rating - float(np.clip(known, 0.5, 5.0)))
    return {f"rmse {name}": round(float(np.sqrt(np.mean(np.square(own)))), 4) for name, own in errors.items()}


def main(arguments: list[str]) -> int:
    """Measures and prints; 0, or 2 where a path holds no interactions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks recommend", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--cases", type=int, default=_CASES, help=f"at most so many of each set (default {_CASES})")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    results: dict[str, dict[str, Figures]] = {}
    try:
        for path in given.paths:
            for data in read_sets(path):
                results[data.name] = set_figures(data, given.cases)
                if data.ratings:
                    results[data.name]["ratings"] = rating_errors(data)
                if not given.json:
                    _print(data.name, results[data.name])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(results, indent=2))
    return 0


def _print(name: str, rows: dict[str, Figures]) -> None:
    print(f"\n{name}")
    for row, values in rows.items():
        print(f"  {row:<17} " + "  ".join(f"{measure} {value:g}" for measure, value in values.items()), flush=True)
