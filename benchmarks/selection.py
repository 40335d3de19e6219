"""Sentence selection: how often the sentence that the built-in writer would quote first holds the answer.

Data: one JSON object a line, ``{"question", "context", "answer"}``; ``answer`` is a string that stands in ``context``, or
a list of such strings. Rows whose answer lies in no single sentence, and contexts of one sentence, are left out and counted.
The peer is Okapi BM25 (k1 = 1.2, b = 0.75) over the sentences of the context, on the same terms.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.generation.candidate import WEIGHTS
from bot.generation.selection import Selector
from bot.generation.terms import terms
from bot.types import Evidence, LanguageCode


def main(arguments: list[str]) -> int:
    """``selection PATH [--limit N] [--language zh|en] [--fit] [--json]``; 2 when ``PATH`` holds no usable row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks selection", description=__doc__)
    parser.add_argument("path", type=Path, help="JSON lines of question, context, answer")
    parser.add_argument("--limit", type=int, default=None, help="rows at most")
    parser.add_argument(
        "--language", choices=("zh", "en"), default=None, help="language of the data; told from the text when left out"
    )
    parser.add_argument("--fit", action="store_true", help="print the weights that fit this data best, instead of measuring")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rows = list(_rows(options.path, options.limit))
    selector = Selector()
    cases = [case for row in rows if (case := _case(selector, row, options.language)) is not None]
    if not cases:
        print(f"No usable row in {str(options.path)!r}: each needs question, context and an answer found in the context.")
        return 2
    if options.fit:
        print(json.dumps(fit(cases), indent=2))
        return 0
    report = measure(selector, cases, len(rows))
    print(json.dumps(report) if options.json else "\n".join(f"{name:>24}  {value}" for name, value in report.items()))
    return 0


def _rows(path: Path, limit: int | None) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                return
            yield json.loads(line)


Case = tuple[str, Evidence, NDArray[np.float64], list[bool]]  # question, passage, features (sentence, feature), which answer


def _case(selector: Selector, row: dict[str, object], language: LanguageCode | None) -> Case | None:
    answer, context = row["answer"], str(row["context"])
    answers = [str(item) for item in answer] if isinstance(answer, list) else [str(answer)]
    code: LanguageCode = language or ("zh" if any("\u3400" <= sign <= "\u9fff" for sign in context) else "en")
    passage = Evidence("0", "passage", "", "", context, code)
    described = selector.features(str(row["question"]), [passage])
    right = [any(a in context[slice(*unit.span)] for a in answers) for unit, _ in described]
    if len(described) < 2 or not any(right):
        return None
    features = np.array([[values[name] for name in WEIGHTS] for _, values in described])
    return str(row["question"]), passage, features, right


def measure(selector: Selector, cases: list[Case], rows: int) -> dict[str, float]:
    """Accuracy of the first sentence and of the first two, for the selector and for BM25; milliseconds a question."""
    hits, peer, chance = [0, 0], [0, 0], 0.0
    started = time.perf_counter()
    for question, passage, _, right in cases:
        spans = [unit.span for unit, _ in selector.features(question, [passage])]
        order = [spans.index(unit.span) for unit in selector.ranking(question, [passage])]
        for top in (1, 2):
            hits[top - 1] += any(right[place] for place in order[:top])
    spent = (time.perf_counter() - started) / 2
    for question, passage, _, right in cases:
        order = _bm25(question, [passage.text[slice(*unit.span)] for unit, _ in selector.features(question, [passage])])
        for top in (1, 2):
            peer[top - 1] += any(right[place] for place in order[:top])
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
        "ms_per_question": round(1000 * spent / total, 3),
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


def fit(cases: list[Case], steps: int = 400, rate: float = 0.3, decay: float = 1e-4) -> dict[str, float]:
    """Weights that maximise the likelihood of an answering sentence under a softmax over each passage (Adagrad).

    Features that do not vary inside a passage (the passage's score; the cosine without an encoder) keep their weight.
    """
    names = list(WEIGHTS)
    weights = np.array([WEIGHTS[name] for name in names])
    varies = np.sum([features.std(axis=0) for _, _, features, _ in cases], axis=0) > 0
    squares = np.full(len(names), 1e-8)
    for _ in range(steps):
        gradient = -decay * weights * len(cases)
        for _, _, features, right in cases:
            logits = features @ weights
            share = np.exp(logits - logits.max())
            share /= share.sum()
            mask = np.array(right)
            gradient += (share * mask / max(share[mask].sum(), 1e-12) - share) @ features
        squares += gradient**2
        weights = weights + np.where(varies, rate * gradient / np.sqrt(squares), 0.0)
    return {name: round(float(value), 2) for name, value in zip(names, weights, strict=True)}
