"""``python -m benchmarks retrieval PATH…``: ranking quality and query time on test sets in the BEIR layout."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

from benchmarks.corpora import PREFIX, TestSet, as_document, read_test_set
from benchmarks.knowledge_bases import temporary_knowledge_base
from benchmarks.ranking import ndcg, recall, reciprocal_rank
from knowledge_base.types import SectionKind

Search = Callable[[str, int], Sequence[str]]
COLUMNS = ("ndcg@10", "recall@5", "mrr@10", "p50_ms")


@contextmanager
def shopdesk(tests: TestSet, encoder: str) -> Iterator[Search]:
    """The whole pipeline: chunks, both indexes, fusion, no repeats."""
    with temporary_knowledge_base(encoder) as knowledge:
        kind: SectionKind = "product" if "product" in tests.name else "text"
        knowledge.sync(as_document(entry, kind) for entry in tests.corpus)

        def search(query: str, k: int) -> list[str]:
            hits = knowledge.search(query, 2 * k)
            return list(dict.fromkeys(hit.chunk.location.removeprefix(PREFIX) for hit in hits))[:k]

        yield search


@contextmanager
def bm25(tests: TestSet, encoder: str) -> Iterator[Search]:
    """BM25 alone, with our terms."""
    from bm25s import BM25  # type: ignore[import-untyped]

    from knowledge_base.terms import terms

    index = BM25(k1=1.2, b=0.75)
    index.index([terms(f"{entry.title}\n{entry.text}") for entry in tests.corpus], show_progress=False)

    def search(query: str, k: int) -> list[str]:
        known = [index.vocab_dict[term] for term in terms(query) if term in index.vocab_dict]
        scores = index.get_scores_from_ids(known)
        return [tests.corpus[row].id for row in (-scores).argsort(kind="stable")[:k] if scores[row] > 0]

    yield search


@contextmanager
def minilm(tests: TestSet, encoder: str) -> Iterator[Search]:
    """The LangChain peer."""
    from benchmarks.peer import Peer

    with TemporaryDirectory() as folder:
        peer = Peer(Path(folder))
        peer.add([entry.id for entry in tests.corpus], [f"{entry.title}\n{entry.text}".strip() for entry in tests.corpus])
        yield peer.search


SYSTEMS = {"shopdesk": shopdesk, "bm25": bm25, "minilm": minilm}


def sampled(tests: TestSet, queries: int) -> TestSet:
    """The test set with at most ``queries`` of its queries, the same ones every time, and all of its texts."""
    kept = random.Random(0).sample(sorted(tests.gains), min(queries, len(tests.gains)))
    return replace(tests, gains={query: tests.gains[query] for query in kept})


def measure(search: Search, tests: TestSet) -> dict[str, float]:
    """Means over the judged queries, and the median time of a query in milliseconds."""
    rows, times = [], []
    for query, gains in tests.judged:
        start = time.perf_counter()
        ranked = search(query, 10)
        times.append(1000 * (time.perf_counter() - start))
        rows.append((ndcg(ranked, gains), recall(ranked, gains), reciprocal_rank(ranked, gains)))
    means = [fmean(column) for column in zip(*rows, strict=True)]
    return dict(zip(COLUMNS, [*means, median(times)], strict=True))


def main(arguments: list[str]) -> int:
    """Prints one row for each test set and system, then the means over the test sets."""
    parser = argparse.ArgumentParser("python -m benchmarks retrieval", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="directories with corpus.jsonl, queries.jsonl, qrels/test.tsv")
    parser.add_argument("--peers", default="bm25,minilm", help="systems to stand beside ours (default: bm25,minilm)")
    parser.add_argument("--encoder", default="builtin", help="encoder of ours (default: builtin)")
    parser.add_argument("--queries", type=int, metavar="N", help="ask at most N queries of each test set, the same every time")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    systems = ["shopdesk", *(peer for peer in options.peers.split(",") if peer)]
    if unknown := set(systems) - SYSTEMS.keys():
        parser.error(f"unknown peers {sorted(unknown)}; choose among {sorted(SYSTEMS)}")
    results: dict[str, dict[str, dict[str, float]]] = {}
    for path in options.paths:
        tests = read_test_set(path)
        if options.queries is not None:
            tests = sampled(tests, options.queries)
        for system in systems:
            print(f"{tests.name}: {system} …", file=sys.stderr)
            with SYSTEMS[system](tests, options.encoder) as search:
                results.setdefault(tests.name, {})[system] = measure(search, tests)
    results["mean"] = {system: _mean([results[name][system] for name in results]) for system in systems}
    print(json.dumps(results, indent=2) if options.json else _table(results))
    return 0


def _mean(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    return {column: fmean(row[column] for row in rows) for column in COLUMNS}


def _table(results: dict[str, dict[str, dict[str, float]]]) -> str:
    width = max(map(len, results)) + 2
    lines = [f"{'':<{width}}{'':<10}" + "".join(f"{column:>10}" for column in COLUMNS)]
    for name, systems in results.items():
        for system, row in systems.items():
            figures = "".join(f"{row[column]:>10.3f}" if column != "p50_ms" else f"{row[column]:>10.1f}" for column in COLUMNS)
            lines.append(f"{name:<{width}}{system:<10}{figures}")
    return "\n".join(lines)
