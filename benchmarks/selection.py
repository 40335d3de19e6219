"""Sentence selection: how often the sentence that the built-in writer would quote first holds the answer.

Data: one JSON object a line, ``{"question", "context", "answer"}`` and, if the passage has one, ``"title"``; ``answer`` (or
``answers``) is a string that stands in ``context``, or a list of such strings. Or a folder of passages with questions:
``corpus.jsonl`` (``id, title, text``), ``queries.jsonl`` (``id, text, answers``) and ``qrels.jsonl`` (``q, d``). Files may be
packed (``.gz``). Rows whose answer lies in no single sentence, and contexts of
one sentence, are left out and counted. Sentence and word vectors are those of the built-in static encoder. The peer is
Okapi BM25 (k1 = 1.2, b = 0.75) over the sentences of the context, on the same terms.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import json_lines
from bot.generation.alignment import WordVectors
from bot.generation.candidate import WEIGHTS
from bot.generation.selection import Selector
from bot.text.terms import terms
from bot.types import Evidence, LanguageCode
from knowledge_base.static_encoder import StaticEncoder


def main(arguments: list[str]) -> int:
    """``selection PATH [--limit N] [--language zh|en] [--json]``; 2 when ``PATH`` holds no usable row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks selection", description=__doc__)
    parser.add_argument("path", type=Path, help="JSON lines of question, context, answer")
    parser.add_argument("--limit", type=int, default=None, help="rows at most")
    parser.add_argument(
        "--language", choices=("zh", "en"), default=None, help="language of the data; told from the text when left out"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rows = list(_rows(options.path, options.limit))
    selector = product_selector()
    started = time.perf_counter()
    cases = [found for row in rows if (found := case(selector, row, options.language)) is not None]
    seconds = time.perf_counter() - started
    if not cases:
        print(f"No usable row in {str(options.path)!r}: each needs question, context and an answer found in the context.")
        return 2
    report = measure(cases, len(rows), seconds)
    print(json.dumps(report) if options.json else "\n".join(f"{name:>24}  {value}" for name, value in report.items()))
    return 0


def product_selector() -> Selector:
    """A selector with the vectors of the built-in static encoder."""
    encoder = StaticEncoder.load()
    return Selector(encoder.encode, WordVectors(encoder.weighted))


def _rows(path: Path, limit: int | None) -> Iterator[Row]:
    return islice(_questions(path) if path.is_dir() else json_lines(path), limit)


def _questions(folder: Path) -> Iterator[Row]:
    """The questions of a folder, each with the first passage that it is about."""
    [corpus], [queries], [judged] = (sorted(folder.glob(f"{name}.jsonl*")) for name in ("corpus", "queries", "qrels"))
    passages = {row["id"]: row for row in json_lines(corpus)}
    about = {row["q"]: passages[row["d"]] for row in json_lines(judged)}
    for row in json_lines(queries):
        passage = about[row["id"]]
        yield {"question": row["text"], "context": passage["text"], "title": passage["title"], "answers": row["answers"]}


Row = dict[str, object]
Case = tuple[str, list[str], NDArray[np.float64], list[bool]]  # question, sentences, their features, which of them answer


def case(selector: Selector, row: Row, language: LanguageCode | None = None) -> Case | None:
    """The row with the features of its sentences, in the order of ``WEIGHTS``; None where it cannot be measured."""
    answer, context = row.get("answers", row.get("answer", "")), str(row["context"])
    answers = [str(item) for item in answer] if isinstance(answer, list) else [str(answer)]
    code: LanguageCode = language or ("zh" if any("\u3400" <= sign <= "\u9fff" for sign in context) else "en")
    passage = Evidence("0", "passage", "", str(row.get("title", "")), context, code)
    described = selector.features(str(row["question"]), [passage])
    right = [any(a in context[slice(*unit.span)] for a in answers) for unit, _ in described]
    if len(described) < 2 or not any(right):
        return None
    features = np.array([[values[name] for name in WEIGHTS] for _, values in described])
    return str(row["question"]), [context[slice(*unit.span)] for unit, _ in described], features, right


def measure(cases: Sequence[Case], rows: int, seconds: float) -> dict[str, float]:
    """Accuracy of the first sentence and of the first two, for the selector and for BM25; milliseconds a question."""
    hits, peer, chance = [0, 0], [0, 0], 0.0
    weights = np.array(list(WEIGHTS.values()))
    for question, texts, features, right in cases:
        for count, order in ((hits, np.argsort(-(features @ weights), kind="stable")), (peer, _bm25(question, texts))):
            for top in (1, 2):
                count[top - 1] += any(right[place] for place in order[:top])
        chance += sum(right) / len(right)
    total = len(cases)
    return {
        "rows": rows,
        "measured": total,
        "accuracy_at_1": round(hits[0] / total, 4),
        "accuracy_at_2": round(hits[1] / total, 4),
        "bm25_accuracy_at_1": round(peer[0] / total, 4),
        "bm25_accuracy_at_2": round(peer[1] / total, 4),
        "chance": round(chance / total, 4),
        "ms_per_question": round(1000 * seconds / rows, 3),
    }


def _bm25(question: str, texts: Iterable[str], k1: float = 1.2, b: float = 0.75) -> list[int]:
    counts = [Counter(terms(text)) for text in texts]
    sizes = [sum(count.values()) for count in counts]
    mean = sum(sizes) / len(sizes) or 1.0
    scores = [0.0] * len(counts)
    for term in set(terms(question)):
        holding = sum(term in count for count in counts)
        idf = math.log(1 + (len(counts) - holding + 0.5) / (holding + 0.5))
        for place, count in enumerate(counts):
            scores[place] += idf * count[term] * (k1 + 1) / (count[term] + k1 * (1 - b + b * sizes[place] / mean))
    return sorted(range(len(scores)), key=lambda place: -scores[place])
