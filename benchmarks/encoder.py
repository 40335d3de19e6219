"""``python -m benchmarks encoder PATH…``: an encoder alone on test sets in the BEIR layout, without lexical search."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from time import perf_counter, process_time

import numpy as np

from benchmarks.corpora import TestSet, read_test_set
from benchmarks.ranking import ndcg, recall
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import BUILTIN, load_encoder

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What an encoder reaches on one test set.

    ``texts_per_s`` counts corpus texts per second of processor time, all cores together; ``query_ms`` is the median time from
    one query to its vector.
    """

    test_set: str
    ndcg_at_10: float
    recall_at_5: float
    texts_per_s: float
    query_ms: float


def measure(encoder: Encoder, tests: TestSet) -> Figures:
    """Rank the whole corpus by cosine for every judged query."""
    started = process_time()
    corpus = encoder.encode([f"{entry.title}\n{entry.text}".strip() for entry in tests.corpus])
    seconds = process_time() - started
    ranks, recalls, times = [], [], []
    for text, gains in tests.judged:
        begun = perf_counter()
        query = encoder.encode([text])[0]
        times.append(1000 * (perf_counter() - begun))
        ranked = [tests.corpus[row].id for row in np.argsort(-(corpus @ query), kind="stable")[:DEPTH]]
        ranks.append(ndcg(ranked, gains, DEPTH))
        recalls.append(recall(ranked, gains, 5))
    speed = round(len(tests.corpus) / seconds, 1)
    return Figures(tests.name, round(fmean(ranks), 4), round(fmean(recalls), 4), speed, round(median(times), 3))


def main(arguments: Sequence[str]) -> int:
    """Print the figures of every test set; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks encoder", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="directory in the BEIR layout")
    parser.add_argument("--encoder", default=BUILTIN, help="as the setting `encoder` (default: builtin)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    begun = perf_counter()
    encoder = load_encoder(options.encoder)
    encoder.encode(["warm up"])
    load_s = round(perf_counter() - begun, 2)
    found = [measure(encoder, read_test_set(path)) for path in options.paths]
    if options.json:
        rows = [asdict(figures) for figures in found]
        print(json.dumps({"encoder": encoder.name, "load_s": load_s, "figures": rows}, ensure_ascii=False))
    else:
        print(f"{encoder.name}, loaded in {load_s:.2f} s\n{'test set':<28} nDCG@10  recall@5  texts/s  query ms")
        for row in found:
            quality = f"{row.ndcg_at_10:7.3f}  {row.recall_at_5:8.3f}"
            print(f"{row.test_set:<28} {quality}  {row.texts_per_s:7.0f}  {row.query_ms:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
