"""``python -m benchmarks.training.answer_reader_figures --data DIR``: what the answer reader tells of sets that it never saw.

Every question is put to a search: that of the demo shop's documents and catalogue for our own sets; for SQuAD 2.0 and CMRC
2018 the passages that training kept apart, for the cross-lingual sets their texts. Where every question has an answer, every
second one loses it. Figures are for the best of the passages: the area under the curve of answerable against unanswerable
questions, and the share of the unanswerable rejected when 7 % of the answerable are; and how often a question's best passage
answers it. Ways to judge: what ships (the likely passages are read), the reader alone, and the logistics fitted anew, without
and with the reader, on the other half of each set and on ``shop_questions.jsonl`` (the ``unanswerable`` and ``demo`` sets are
only measured).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.answers import read_questions
from benchmarks.corpora import PREFIX, Entry, TestSet, as_document, read_test_set
from benchmarks.knowledge_bases import temporary_knowledge_base
from benchmarks.training.answer_reader_data import Case, passages_zh, squad
from benchmarks.training.answerability import SHOP_SHARE, Fitted, fit
from benchmarks.training.answerability_data import Asked, Asker, of_products, of_shop, opened_shop
from benchmarks.training.retrieval_calibration import sample
from bot.generation.answerability import Found, shipped
from bot.skills.evidence import JUDGED, RELATED, evidence_of
from knowledge_base.answer_reader import WEIGHTS, AnswerReader
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER
from knowledge_base.types import SearchHit

OWN = Path(__file__).parents[1] / "data"
REFUSED = 0.07
SIZE, QUESTIONS = 600, 300
SHOP = "shop_questions"


def own(reader: AnswerReader) -> dict[str, list[Asked]]:
    """Our own sets about the demo shop."""
    found: dict[str, list[Asked]] = {}
    with opened_shop(reader=reader) as search:
        for path in sorted((OWN / "unanswerable").glob("*.jsonl")):
            rows = map(json.loads, path.read_text("utf-8").splitlines())
            found[f"unanswerable {path.stem}"] = of_products(
                [{"text": row["text"], "answer": row["answer"] if row["answerable"] else None} for row in rows], search
            )
        for name in (SHOP, "demo_questions"):
            found[name] = of_shop(read_questions(OWN / f"{name}.jsonl"), search)
    return found


def cases(asker: Asker, corpus: Iterable[Entry], questions: Iterable[tuple[str, set[str]]], remove: bool) -> list[Asked]:
    """Questions with the ids of the texts that answer; with ``remove`` every second loses them."""
    found = []
    with temporary_knowledge_base() as knowledge:
        knowledge.sync(as_document(entry) for entry in corpus)
        for number, (question, right) in enumerate(questions):
            hits = knowledge.search(question, JUDGED + RELATED + len(right))
            if remove and number % 2:
                hits, right = [hit for hit in hits if _id(hit) not in right], set()
            answers = [float(_id(hit) in right) for hit in hits]
            if hits and (any(answers) or not right):
                told = Found(hits, [evidence_of(hit) for hit in hits[:JUDGED]])
                found.append(asker.asked(question, [told], answers[:JUDGED], bool(right)))
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


def halves(sets: dict[str, list[Asked]]) -> dict[str, list[Fitted]]:
    """For every question the logistics of a fit that did not see it."""
    public = [name for name in sets if not name.startswith(("unanswerable", "demo", SHOP))]

    def fitted(part: int | None) -> Fitted:
        def chosen(name: str) -> list[Asked]:
            return [asked for place, asked in enumerate(sets[name]) if part is None or place // 2 % 2 != part]

        return fit([*((1 / len(public), chosen(name)) for name in public), (SHOP_SHARE, chosen(SHOP))])

    whole, parts = fitted(None), (fitted(0), fitted(1))
    crossed = {*public, SHOP}
    return {
        name: [parts[place // 2 % 2] if name in crossed else whole for place in range(len(group))]
        for name, group in sets.items()
    }


def figures(group: Sequence[Asked], scores: Sequence[NDArray[np.floating[Any]]]) -> str:
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
    reader = AnswerReader.load(options.reader, options.encoder)
    sets, asker = own(reader), Asker(reader=reader)
    for name in ("crosslingual_store_en_zh", "crosslingual_store_zh_en"):
        sets[name] = cases(asker, *of_test_set(sample(read_test_set(OWN / name), SIZE)), remove=True)
    english, chinese = squad(options.data, kept=True), passages_zh(options.data, "cmrc2018_passages", 0, StaticEncoder.load())
    sets["squad2, unanswerable as asked"] = cases(asker, *of_cases(english), remove=False)
    sets["squad2, answer removed"] = cases(asker, *of_cases([case for case in english if case.right]), remove=True)
    sets["cmrc2018, answer removed"] = cases(asker, *of_cases(chinese), remove=True)
    models, ships = halves(sets), Fitted(shipped("seen"), shipped("read"))
    print("| AUC / rejected / first right | questions | ships | reader | fitted without | fitted with reader |")
    print("|---|---|---|---|---|---|")
    for name, group in sets.items():
        ways: list[Sequence[NDArray[np.floating[Any]]]] = [
            [ships.staged(asked) for asked in group],
            [asked.logits for asked in group],
            [model.seen_alone(asked) for model, asked in zip(models[name], group, strict=True)],
            [model.staged(asked) for model, asked in zip(models[name], group, strict=True)],
        ]
        print(f"| {name} | {len(group)} | " + " | ".join(figures(group, scores) for scores in ways) + " |", flush=True)


if __name__ == "__main__":
    main()
