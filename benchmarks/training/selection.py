"""``python -m benchmarks.training.selection --data DIR``: fits the weights that rank the sentences of a passage.

It prints them as ``WEIGHTS`` of ``bot/generation/candidate.py``, and what they reach on articles that the fit never saw.
DIR holds the sets of :data:`SETS`, each a folder of gzip JSON lines: either ``train`` with ``question``, ``context``,
``answers`` and, where there are, ``title``, ``answerable``; or ``corpus`` (``id, title, text``), ``queries`` (``id, text,
answers``) and ``qrels`` (``q, d``). Every second article is for fitting, the others are measured. Titles are not read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.selection import Case, Row, case, product_selector
from benchmarks.training.labelled import read_rows
from bot.generation.candidate import WEIGHTS

SETS = ("zh/cmrc2018_passages", "zh/drcd_passages", "en/squad2_dev", "en/squadshifts")
FIXED = ("cover", "context", "score")  # near-synonyms and sizes, as shops need them; what tells one passage from another
_DECAY = 1e-3


def main(arguments: list[str]) -> int:
    """``training.selection --data DIR [--limit N]``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.selection", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=1000, help="questions of each half of a set at most")
    options = parser.parse_args(arguments)
    selector = product_selector()
    halves: list[list[list[Case]]] = [[], []]
    for name in SETS:
        for half, rows in zip(halves, _halves(list(read_set(options.data / name))), strict=True):
            half.append([found for row in _spread(rows, options.limit) if (found := case(selector, row)) is not None])
    weights = fit([found for cases in halves[0] for found in cases])
    print(json.dumps(weights, indent=2))
    for name, cases in zip(SETS, halves[1], strict=True):
        right = [answers[int((features @ list(weights.values())).argmax())] for _, _, features, answers in cases]
        print(f"{name:>24}  {len(right):5}  {np.mean(right):.4f}")
    return 0


def read_set(folder: Path) -> Iterator[tuple[str, Row]]:
    """The answerable questions of a set as rows of the benchmark, each with its article."""
    if (folder / "train.jsonl.gz").exists():
        for row in read_rows(folder / "train.jsonl.gz"):
            if row.get("answerable", True):
                article = str(row.get("title") or row["context"])
                yield article, {"question": row["question"], "context": row["context"], "answer": row["answers"]}
        return
    passages = {row["id"]: row for row in read_rows(folder / "corpus.jsonl.gz")}
    queries = {row["id"]: row for row in read_rows(folder / "queries.jsonl.gz")}
    for row in read_rows(folder / "qrels.jsonl.gz"):
        query, passage = queries[row["q"]], passages[row["d"]]
        yield passage["title"], {"question": query["text"], "context": passage["text"], "answer": query["answers"]}


def _halves(rows: Sequence[tuple[str, Row]]) -> tuple[list[Row], list[Row]]:
    first = set(sorted({article for article, _ in rows})[::2])
    return [row for article, row in rows if article in first], [row for article, row in rows if article not in first]


def _spread(rows: Sequence[Row], limit: int) -> list[Row]:
    """``limit`` rows from all over."""
    count = min(limit, len(rows))
    return [rows[place * len(rows) // count] for place in range(count)]


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """Weights that maximise the likelihood of an answering sentence under a softmax over each passage (L-BFGS).

    Those of :data:`FIXED` keep their weight.
    """
    from scipy.optimize import minimize

    names = [name for name in WEIGHTS if name not in FIXED]
    columns = [list(WEIGHTS).index(name) for name in names]
    features = np.concatenate([features[:, columns] for _, _, features, _ in cases])
    scale = features.std(axis=0) + 1e-6
    right = np.concatenate([np.array(answers) for _, _, _, answers in cases])
    starts = np.cumsum([0] + [len(answers) for _, _, _, answers in cases])[:-1]
    sizes = np.diff([*starts, len(right)])
    scaled = features / scale
    fixed = np.concatenate([found @ [WEIGHTS[name] * (name in FIXED) for name in WEIGHTS] for _, _, found, _ in cases])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = fixed + scaled @ weights
        powers = np.exp(logits - np.repeat(np.maximum.reduceat(logits, starts), sizes))
        total, hit = np.add.reduceat(powers, starts), np.maximum(np.add.reduceat(powers * right, starts), 1e-300)
        off = powers / np.repeat(total, sizes) - powers * right / np.repeat(hit, sizes)
        value = float(np.mean(np.log(total / hit))) + _DECAY * float(weights @ weights)
        return value, off @ scaled / len(cases) + 2 * _DECAY * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / scale
    fitted = dict(zip(names, (round(float(value), 2) for value in found), strict=True))
    return {name: fitted.get(name, WEIGHTS[name]) for name in WEIGHTS}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
