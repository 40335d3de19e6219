"""``python -m benchmarks.encoder PATH…``: an encoder alone on test sets in the BEIR layout, without lexical search."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from time import process_time

import numpy as np

from benchmarks.corpora import TestSet, read_test_set
from benchmarks.ranking import ndcg, recall
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import BUILTIN, load_encoder

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What an encoder reaches on one test set; ``texts_per_s`` counts corpus texts per second of processor time."""

    test_set: str
    ndcg_at_10: float
    recall_at_5: float
    texts_per_s: float


def measure(encoder: Encoder, tests: TestSet) -> Figures:
    """Rank the whole corpus by cosine for every judged query."""
    started = process_time()
    corpus = encoder.encode([f"{entry.title}\n{entry.text}".strip() for entry in tests.corpus])
    seconds = process_time() - started
    queries = encoder.encode([text for text, _ in tests.judged])
    ranks, recalls = [], []
    for query, (_, gains) in zip(queries, tests.judged, strict=True):
        ranked = [tests.corpus[row].id for row in np.argsort(-(corpus @ query), kind="stable")[:DEPTH]]
        ranks.append(ndcg(ranked, gains, DEPTH))
        recalls.append(recall(ranked, gains, 5))
    return Figures(tests.name, round(fmean(ranks), 4), round(fmean(recalls), 4), round(len(tests.corpus) / seconds, 1))


def main(arguments: Sequence[str]) -> int:
    """Print the figures of every test set; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoder", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="directory in the BEIR layout")
    parser.add_argument("--encoder", default=BUILTIN, help="`builtin`, or a sentence-transformers model by name or path")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    encoder = load_encoder(options.encoder)
    found = [measure(encoder, read_test_set(path)) for path in options.paths]
    if options.json:
        print(json.dumps({"encoder": encoder.name, "figures": [asdict(figures) for figures in found]}, ensure_ascii=False))
    else:
        print(f"{encoder.name}\n{'test set':<28} nDCG@10  recall@5  texts/s")
        for figures in found:
            print(f"{figures.test_set:<28} {figures.ndcg_at_10:7.3f}  {figures.recall_at_5:8.3f}  {figures.texts_per_s:7.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
