"""``python -m benchmarks.training.answer_reader_figures --data DIR``: what the answer reader tells of sets that it never saw.

Every question is put to the search of a knowledge base: the demo shop's for our own sets; for SQuAD 2.0 and CMRC 2018 the
passages that training kept apart, for the cross-lingual sets their texts. Where every question has an answer, every second one
loses it. Figures are for the best of the passages: the area under the curve of answerable against unanswerable questions, and
the share of the unanswerable rejected when 7 % of the answerable are; and how often a question's best passage answers it.
Peers: the shipped logistic of ``bot/generation/answerability.py``, and the same fitted anew without and with the reader's log
odds, on the other half of each set and on ``shop_questions.jsonl`` (the ``unanswerable`` and ``demo`` sets are only measured).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.answers import plain, read_questions
from benchmarks.corpora import PREFIX, Entry, TestSet, as_document, read_test_set
from benchmarks.knowledge_bases import temporary_knowledge_base
from benchmarks.training.answer_reader_data import Case, passages_zh, squad
from benchmarks.training.answerability import PASSAGES, TRAINED, Observer, passage_answers
from benchmarks.training.retrieval_calibration import sample
from bot.demo_shop import directory
from bot.generation.answerability import shipped
from bot.serving.demo import CONTENT
from bot.skills.answer import DOCUMENT_KINDS, RELATED, evidence_of
from knowledge_base.answer_reader import WEIGHTS, AnswerReader, Passage
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER
from knowledge_base.types import SearchHit

OWN = Path(__file__).parents[1] / "data"
REFUSED = 0.07
SIZE, QUESTIONS = 600, 300
SHOP, SHOP_SHARE = "shop_questions", 5.0
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Asked:
    """A question with the features of its first passages, the reader's log odds, which answer, and whether any could."""

    rows: Floats
    read: Floats
    answers: Floats
    answerable: bool

    @property
    def both(self) -> Floats:
        """The features with the reader's log odds."""
        return np.column_stack([self.rows, self.read])


class Asker:
    """Puts questions to a search, to the features of the shipped logistic and to the reader."""

    def __init__(self, reader: AnswerReader) -> None:
        """Use the reader to be measured."""
        self._reader, self._observer = reader, Observer()

    def asked(self, question: str, hits: Sequence[SearchHit], answers: Sequence[float], answerable: bool) -> Asked:
        """What is known of a question whose search gave ``hits``."""
        told = [evidence_of(hit) for hit in hits[:PASSAGES]]
        passages = [Passage(item.question or item.title.rsplit(" › ", 1)[-1], item.text) for item in told]
        read = np.asarray(self._reader.logits(question, passages), dtype=np.float64)
        return Asked(self._observer.rows(question, hits), read, np.asarray(answers[:PASSAGES], dtype=np.float64), answerable)

    def shop(self, knowledge: KnowledgeBase) -> dict[str, list[Asked]]:
        """Our own sets about the demo shop."""
        found: dict[str, list[Asked]] = {}
        for path in sorted((OWN / "unanswerable").glob("*.jsonl")):
            found[f"unanswerable {path.stem}"] = group = []
            for row in map(json.loads, path.read_text("utf-8").splitlines()):
                hits = knowledge.search(row["text"], PASSAGES + RELATED, DOCUMENT_KINDS)
                holds = [float(row["answerable"] and plain(row["answer"]) in plain(hit.chunk.text)) for hit in hits]
                group.append(self.asked(row["text"], hits, holds, row["answerable"]))
        for name in (SHOP, "demo_questions"):
            found[name] = group = []
            for question in read_questions(OWN / f"{name}.jsonl"):
                if not question.after and (question.abstain or question.action == "answer"):
                    hits = knowledge.search(question.text, PASSAGES + RELATED, DOCUMENT_KINDS)
                    holds = [passage_answers(question, hit) for hit in hits]
                    group.append(self.asked(question.text, hits, holds, not question.abstain))
        return found

    def cases(self, corpus: Iterable[Entry], questions: Iterable[tuple[str, set[str]]], remove: bool) -> list[Asked]:
        """Questions with the ids of the texts that answer; with ``remove`` every second loses them."""
        found = []
        with temporary_knowledge_base() as knowledge:
            knowledge.sync(as_document(entry) for entry in corpus)
            for number, (question, right) in enumerate(questions):
                hits = knowledge.search(question, PASSAGES + RELATED + len(right))
                if remove and number % 2:
                    hits, right = [hit for hit in hits if _id(hit) not in right], set()
                answers = [float(_id(hit) in right) for hit in hits]
                if hits and (any(answers) or not right):
                    found.append(self.asked(question, hits, answers, bool(right)))
        return found


def _id(hit: SearchHit) -> str:
    return hit.chunk.location.removeprefix(PREFIX)


def of_cases(cases: Sequence[Case]) -> tuple[list[Entry], list[tuple[str, set[str]]]]:
    """The passages as a corpus, and some of the questions with the ids of theirs."""
    passages = dict.fromkeys(passage for case in cases for passage in (*case.right, *case.wrong))
    ids = {passage: str(number) for number, passage in enumerate(passages)}
    drawn = random.sample(list(cases), min(QUESTIONS, len(cases)))
    corpus = [Entry(ids[passage], passage.heading, passage.text) for passage in passages]
    return corpus, [(case.question, {ids[passage] for passage in case.right}) for case in drawn]


def of_test_set(tests: TestSet) -> tuple[Sequence[Entry], list[tuple[str, set[str]]]]:
    """The same of a BEIR set."""
    return tests.corpus, [(question, set(gains)) for question, gains in tests.judged]


def fit(groups: Sequence[tuple[float, Sequence[Asked]]], columns: Callable[[Asked], Floats]) -> Callable[[Asked], Floats]:
    """The logistic over the first passages, each group with its weight; from a question to log odds."""
    rows, labels, weights = [], [], []
    for weight, group in groups:
        known = [~np.isnan(asked.answers[:TRAINED]) for asked in group]
        rows.append(np.concatenate([columns(asked)[:TRAINED][kept] for asked, kept in zip(group, known, strict=True)]))
        labels.append(np.concatenate([asked.answers[:TRAINED][kept] for asked, kept in zip(group, known, strict=True)]))
        weights.append(np.full(len(labels[-1]), weight / len(labels[-1])))
    flat, shares = np.concatenate(rows), np.concatenate(weights)
    scale = np.maximum(flat.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.03, max_iter=5000)
    model.fit(flat / scale, np.concatenate(labels), sample_weight=shares * len(shares) / shares.sum())
    return lambda asked: np.asarray(model.decision_function(columns(asked) / scale), dtype=np.float64)


def halves(sets: dict[str, list[Asked]], columns: Callable[[Asked], Floats]) -> dict[str, list[Floats]]:
    """Log odds of every question, by a fit that did not see it."""
    public = [name for name in sets if not name.startswith(("unanswerable", "demo", SHOP))]

    def fitted(part: int | None) -> Callable[[Asked], Floats]:
        def chosen(name: str) -> list[Asked]:
            return [asked for place, asked in enumerate(sets[name]) if part is None or place // 2 % 2 != part]

        return fit([*((1 / len(public), chosen(name)) for name in public), (SHOP_SHARE, chosen(SHOP))], columns)

    whole, parts = fitted(None), (fitted(0), fitted(1))
    crossed = {*public, SHOP}
    return {
        name: [(parts[place // 2 % 2] if name in crossed else whole)(asked) for place, asked in enumerate(group)]
        for name, group in sets.items()
    }


def figures(group: Sequence[Asked], scores: Sequence[Floats]) -> str:
    """Area under the curve, share rejected, share of best passages that answer."""
    best, able = np.asarray([score.max() for score in scores]), np.asarray([asked.answerable for asked in group])
    least = float(np.quantile(best[able], REFUSED))
    found = [
        asked.answers[int(score.argmax())] == 1
        for asked, score in zip(group, scores, strict=True)
        if asked.answerable and np.nansum(asked.answers) > 0
    ]
    return f"{roc_auc_score(able, best):.3f} / {np.mean(best[~able] < least):.2f} / {np.mean(found):.2f}"


def main() -> None:
    """Prints a table: a row for each set, a column for each way to judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with en/ and zh/")
    parser.add_argument("--reader", type=Path, default=WEIGHTS, help="folder of the reader (default: the package's)")
    parser.add_argument("--encoder", type=Path, default=ENCODER, help="folder of its encoder (default: the package's)")
    options = parser.parse_args()
    random.seed(0)
    asker = Asker(AnswerReader.load(options.reader, options.encoder))
    with temporary_knowledge_base() as knowledge:
        knowledge.load([directory() / CONTENT[0]])
        sets = asker.shop(knowledge)
    for name in ("crosslingual_store_en_zh", "crosslingual_store_zh_en"):
        sets[name] = asker.cases(*of_test_set(sample(read_test_set(OWN / name), SIZE)), remove=True)
    english, chinese = squad(options.data, kept=True), passages_zh(options.data, "cmrc2018_passages", 0, StaticEncoder.load())
    sets["squad2, unanswerable as asked"] = asker.cases(*of_cases(english), remove=False)
    sets["squad2, answer removed"] = asker.cases(*of_cases([case for case in english if case.right]), remove=True)
    sets["cmrc2018, answer removed"] = asker.cases(*of_cases(chinese), remove=True)
    alone, both = halves(sets, lambda asked: asked.rows), halves(sets, lambda asked: asked.both)
    print("| AUC / rejected / first right | questions | logistic | reader | fitted without | fitted with reader |")
    print("|---|---|---|---|---|---|")
    for name, group in sets.items():
        ways = [
            [shipped().probabilities(asked.rows) for asked in group],
            [asked.read for asked in group],
            alone[name],
            both[name],
        ]
        print(f"| {name} | {len(group)} | " + " | ".join(figures(group, scores) for scores in ways) + " |", flush=True)


if __name__ == "__main__":
    main()
