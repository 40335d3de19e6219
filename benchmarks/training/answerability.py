"""``python -m benchmarks.training.answerability PATH… --questions FILE --test FILE``: fits when the assistant may answer.

It writes ``bot/generation/answerability.toml``. Each PATH is a directory in the BEIR layout, cut to the sizes of a shop's
knowledge base; every second query loses its relevant texts first and is unanswerable then. The files hold questions about
the demo shop in the layout of ``python -m benchmarks answers``; those of ``--test`` are only measured. A passage answers such
a question when it holds what the reply must contain; passages of the other language count as answers when they hold its
figures, and are else left out.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.answers import Question, plain, read_questions
from benchmarks.corpora import PREFIX, TestSet, as_document, read_test_set
from benchmarks.knowledge_bases import temporary_knowledge_base
from benchmarks.training.retrieval_calibration import sample
from bot.demo_shop import directory
from bot.generation.alignment import WordVectors
from bot.generation.answerability import FEATURES, PassageJudge
from bot.serving.demo import CONTENT
from bot.skills.answer import DOCUMENT_KINDS, JUDGED, RELATED, evidence_of
from bot.understanding.intent import IntentClassifier
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.retrieval import query_language
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.types import SearchHit

TARGET = Path(__file__).parents[2] / "bot" / "generation" / "answerability.toml"
SIZES = (150, 600)
PASSAGES, TRAINED = JUDGED, 3
SHOP_SHARE = 5.0  # weight of the demo shop's questions beside that of all public sets together
REFUSED = 0.07  # answerable questions that may be refused at the threshold
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(slots=True)
class Asked:
    """One question: features of its first passages, whether each answers (NaN: unknown), and whether any could."""

    rows: NDArray[np.float64]
    answers: NDArray[np.float64]
    answerable: bool


class Observer:
    """Turns questions into features, as a turn does."""

    def __init__(self) -> None:
        encoder = StaticEncoder.load()
        self._judge = PassageJudge(encoder.encode, WordVectors(encoder.weighted))
        self._intents = IntentClassifier.load()

    def rows(self, question: str, hits: Sequence[SearchHit]) -> NDArray[np.float64]:
        """The features of the first hits."""
        intent = self._intents.classify(question)
        aside = intent.confidence if intent.name == "out_of_scope" else 0.0
        passages = [evidence_of(hit) for hit in hits[:PASSAGES]]
        return self._judge.features(question, query_language(question), hits, passages, aside)


def of_test_set(tests: TestSet, observer: Observer) -> list[Asked]:
    """Its queries; every second one without its relevant texts."""
    asked = []
    with temporary_knowledge_base() as knowledge:
        knowledge.sync(as_document(entry) for entry in tests.corpus)
        for number, (query, gains) in enumerate(tests.judged):
            hits = knowledge.search(query, PASSAGES + RELATED + len(gains))
            relevant = [hit.chunk.location.removeprefix(PREFIX) in gains for hit in hits]
            if number % 2:
                hits = [hit for hit, right in zip(hits, relevant, strict=True) if not right]
                relevant = [False] * len(hits)
            if hits:
                labels = np.asarray(relevant[:PASSAGES], dtype=np.float64)
                asked.append(Asked(observer.rows(query, hits), labels, any(relevant)))
    return asked


def of_shop(questions: Iterable[Question], knowledge: KnowledgeBase, observer: Observer) -> list[Asked]:
    """Questions about the demo shop that are asked without a conversation before."""
    asked = []
    for question in questions:
        if question.after or (not question.abstain and question.action != "answer"):
            continue
        hits = knowledge.search(question.text, PASSAGES + RELATED, DOCUMENT_KINDS)
        labels = np.asarray([passage_answers(question, hit) for hit in hits[:PASSAGES]])
        asked.append(Asked(observer.rows(question.text, hits), labels, not question.abstain))
    return asked


def passage_answers(question: Question, hit: SearchHit) -> float:
    """1 when the passage holds what the reply must contain, 0 when not, NaN when its language leaves that open."""
    if question.abstain:
        return 0.0
    told = plain(hit.chunk.text)
    if all(any(plain(way) in told for way in ways) for ways in question.must_contain):
        return 1.0
    if hit.chunk.language == question.language:
        return 0.0
    wanted = [_FIGURE.findall(plain(way)) for ways in question.must_contain for way in ways]
    held = set(_FIGURE.findall(told))
    return 1.0 if any(figures and set(figures) <= held for figures in wanted) else float("nan")


def fit(groups: Sequence[tuple[float, Sequence[Asked]]]) -> LogisticRegression:
    """The logistic over the first passages of every question, each group with its weight."""
    rows, labels, weights = [], [], []
    for weight, group in groups:
        kept = [(a.rows[:TRAINED][~np.isnan(a.answers[:TRAINED])], a.answers[:TRAINED]) for a in group]
        flat = np.concatenate([part for part, _ in kept])
        rows.append(flat)
        labels.append(np.concatenate([told[~np.isnan(told)] for _, told in kept]))
        weights.append(np.full(len(flat), weight / len(flat)))
    total = sum(map(len, rows)) / sum(weight for weight, _ in groups)
    scale = np.maximum(np.concatenate(rows).std(axis=0), 1e-6)
    model = LogisticRegression(C=0.03, max_iter=5000)
    model.fit(np.concatenate(rows) / scale, np.concatenate(labels), sample_weight=total * np.concatenate(weights))
    model.coef_ = model.coef_ / scale
    return model


def best_of(model: LogisticRegression, asked: Sequence[Asked]) -> NDArray[np.float64]:
    """For each question the probability of its best passage."""
    return np.asarray([model.predict_proba(each.rows)[:, 1].max() if len(each.rows) else 0.0 for each in asked])


def figures(parts: Sequence[tuple[LogisticRegression, Sequence[Asked]]], threshold: float) -> dict[str, float]:
    """How well the best passage's probability tells answerable questions from the others; each part by its model."""
    best = np.concatenate([best_of(model, asked) for model, asked in parts])
    able = np.asarray([each.answerable for _, asked in parts for each in asked])
    return {
        "questions": len(best),
        "auc": round(float(roc_auc_score(able, best)), 3),
        "refused_wrongly": round(float(np.mean(best[able] < threshold)), 3),
        "abstained_rightly": round(float(np.mean(best[~able] < threshold)), 3),
    }


def threshold_of(parts: Sequence[tuple[LogisticRegression, Sequence[Asked]]]) -> float:
    """The probability under which the share ``REFUSED`` of the answerable questions lies, to two places."""
    best = np.concatenate([best_of(model, [each for each in asked if each.answerable]) for model, asked in parts])
    return round(float(np.quantile(best, REFUSED)), 2)


def main(arguments: list[str]) -> int:
    """Fits, prints what it reaches on the part not fitted on, and writes the weights with these figures."""
    parser = argparse.ArgumentParser("python -m benchmarks.training.answerability", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="directories in the BEIR layout")
    parser.add_argument("--questions", type=Path, required=True, help="questions about the demo shop")
    parser.add_argument("--test", type=Path, required=True, help="others, to measure on")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    random.seed(0)
    observer = Observer()
    public = {}
    for path in options.paths:
        for size in SIZES:
            tests = sample(read_test_set(path), size)
            print(f"{tests.name} …", file=sys.stderr)
            public[tests.name] = of_test_set(tests, observer)
    questions = read_questions(options.questions)
    with temporary_knowledge_base() as knowledge:
        knowledge.load([directory() / CONTENT[0]])
        shop, test = (of_shop(part, knowledge, observer) for part in (questions, read_questions(options.test)))
    equal = [(1 / len(public), asked) for asked in public.values()]
    halves = [(fit([*equal, (SHOP_SHARE, shop[1 - part :: 2])]), shop[part::2]) for part in (0, 1)]
    model, threshold = fit([*equal, (SHOP_SHARE, shop)]), threshold_of(halves)
    report = {name: figures([(model, asked)], threshold) for name, asked in public.items()}
    report["demo shop, each half by a fit on the other"] = figures(halves, threshold)
    report["demo shop, test"] = figures([(model, test)], threshold)
    written = _toml(model, threshold, report)
    print(written)
    if not options.dry:
        TARGET.write_text(written, "utf-8")
    return 0


def _toml(model: LogisticRegression, threshold: float, report: dict[str, dict[str, float]]) -> str:
    told = [f"# {name}: " + ", ".join(f"{key} {value}" for key, value in row.items()) for name, row in report.items()]
    weights = [f"{name} = {value:.4f}" for name, value in zip(FEATURES, model.coef_[0], strict=True)]
    lines = [
        "# Written by `python -m benchmarks.training.answerability`; what the weights reach, question by question,",
        f"# at the threshold {threshold}:",
    ]
    return "\n".join([*lines, *told, f"intercept = {float(model.intercept_[0]):.4f}", "", "[weights]", *weights, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
