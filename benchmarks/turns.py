"""``python -m benchmarks turns PATH…``: time of a whole turn, beside a search alone of LangChain with Chroma and MiniLM.

Each PATH is a directory in the BEIR layout; their corpora together are loaded, their queries are asked. A turn is everything
from the message to the stored reply with the built-in writer. The peer writes no reply: its figure is one similarity search.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import bot
from benchmarks.corpora import Entry, TestSet, read_test_set

ROWS_A_FILE = 2000


def write_corpus(test_sets: Sequence[TestSet], folder: Path, chunks: int) -> list[Entry]:
    """At most ``chunks`` texts of the test sets, also written to files in ``folder`` that can be loaded."""
    entries = [entry for test_set in test_sets for entry in test_set.corpus][:chunks]
    rows = [json.dumps({"title": e.title or e.text[:40], "text": e.text}, ensure_ascii=False) for e in entries]
    folder.mkdir()
    for start in range(0, len(rows), ROWS_A_FILE):
        (folder / f"corpus{start}.jsonl").write_text("\n".join(rows[start : start + ROWS_A_FILE]), "utf-8")
    return entries


def questions_of(test_sets: Sequence[TestSet], number: int) -> list[str]:
    """``number`` questions, the sets in turn."""
    queries = [list(test_set.queries.values()) for test_set in test_sets]
    mixed = [texts[place] for place in range(max(map(len, queries))) for texts in queries if place < len(texts)]
    return mixed[:number]


def milliseconds(answer: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Time of each question, after three that are not counted."""
    for question in questions[:3]:
        answer(question)
    taken = []
    for question in questions:
        start = time.perf_counter()
        answer(question)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def main(arguments: list[str]) -> int:
    """Prints p50, p95 and p99 of ours and of the peer."""
    parser = argparse.ArgumentParser("python -m benchmarks turns", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="directories with corpus.jsonl and queries.jsonl")
    parser.add_argument("--chunks", type=int, default=20_000, help="texts to load at most (default: 20000)")
    parser.add_argument("--questions", type=int, default=300, help="questions to ask (default: 300)")
    parser.add_argument("--no-peer", action="store_true", help="leave the peer out (its corpus takes minutes to embed)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    test_sets = [read_test_set(path) for path in options.paths]
    questions = questions_of(test_sets, options.questions)
    with TemporaryDirectory() as folder:
        entries = write_corpus(test_sets, Path(folder) / "corpus", options.chunks)
        print(f"{len(entries)} texts, {len(questions)} questions", file=sys.stderr)
        figures = {"shopdesk, whole turn": _ours(Path(folder), questions)}
        if not options.no_peer:
            figures["peer, search alone"] = _peer(Path(folder), entries, questions)
    rows = {name: _percentiles(taken) for name, taken in figures.items()}
    print(json.dumps({"chunks": len(entries), **rows}, indent=2) if options.json else _table(rows))
    return 0


def _ours(folder: Path, questions: Sequence[str]) -> list[float]:
    with bot.open(folder / "data") as shopdesk:
        print(shopdesk.load([folder / "corpus"], kind="documents").text(), file=sys.stderr)
        time.sleep(1)
        return milliseconds(shopdesk.reply, questions)


def _peer(folder: Path, entries: Sequence[Entry], questions: Sequence[str]) -> list[float]:
    from benchmarks.peer import Peer

    peer = Peer(folder / "peer")
    peer.add([str(place) for place in range(len(entries))], [f"{entry.title}\n{entry.text}" for entry in entries])
    return milliseconds(lambda question: peer.search(question, 6), questions)


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(float(np.percentile(taken, share)), 2) for share in (50, 95, 99)}


def _table(rows: dict[str, dict[str, float]]) -> str:
    lines = [f"{'':<24}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}"]
    return "\n".join(
        [*lines, *(f"{name:<24}" + "".join(f"{value:>10.1f}" for value in row.values()) for name, row in rows.items())]
    )
