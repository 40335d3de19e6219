"""``python -m benchmarks.training.answerability PATH… --questions FILE --test FILE --shop DIR…``: fits when it may answer.

It writes ``bot/generation/answerability.toml``: one logistic over what is seen of a passage, one that has also read it. Each
PATH is a directory in the BEIR layout, cut to the sizes of a shop's knowledge base; every second query loses its relevant
texts first and is unanswerable then. The files hold questions about the demo shop in the layout of
``python -m benchmarks answers``; those of ``--test`` are only measured. Each ``--shop`` is another shop, laid out as the demo
shop, whose ``questions.jsonl`` is fitted on too. ``product_questions.jsonl`` beside this file asks about
its catalogue. A passage or product answers when it holds what the reply must contain; passages of the other language count
as answers when they hold its figures, and are else left out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.answers import read_questions
from benchmarks.corpora import read_test_set
from benchmarks.training.answerability_data import Asked, Asker, of_products, of_shop, of_test_set, opened_shop
from benchmarks.training.retrieval_calibration import sample
from bot.generation.answerability import FEATURES, READ, Answerability, read_rows
from bot.generation.passage_judge import after_reading, worth_reading
from bot.settings import Settings

TARGET = Path(__file__).parents[2] / "bot" / "generation" / "answerability.toml"
PRODUCTS = Path(__file__).parent / "product_questions.jsonl"
SIZES = (150, 600)
SHOP_SHARE, PRODUCT_SHARE = 5.0, 1.5  # weight of the demo shop's questions beside that of all public sets together
OTHER_SHARE = 2.0  # and that of each other shop's
REFUSED = 0.1  # answerable questions that may be refused at the setting's default: more, and less is made up
RECORDS = 0.4  # log odds that products are the surer: what they tell in other words than expected is labelled as no answer
COMPARED = 0.07  # the same where fits are compared
Groups = Sequence[tuple[float, Sequence[Asked]]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both logistics."""

    seen: Answerability
    read: Answerability

    def seen_alone(self, asked: Asked) -> NDArray[np.float64]:
        """The probabilities of what was found where there is no reader."""
        return self.seen.probabilities(asked.rows)

    def staged(self, asked: Asked) -> NDArray[np.float64]:
        """The probabilities where the likely ones are read."""
        seen = self.seen_alone(asked)
        places = worth_reading(seen)
        return after_reading(seen, places, self.read.probabilities(read_rows(asked.rows, asked.logits)[places]))


def fit(groups: Groups) -> Fitted:
    """The logistics over the first passages and products of every question, each group with its weight."""
    return Fitted(
        _logistic(groups, lambda asked: asked.rows), _logistic(groups, lambda asked: read_rows(asked.rows, asked.logits))
    )


def _logistic(groups: Groups, columns: Callable[[Asked], NDArray[np.float64]]) -> Answerability:
    rows, labels, weights = [], [], []
    for weight, group in groups:
        known = [asked.trained & ~np.isnan(asked.answers) for asked in group]
        rows.append(np.concatenate([columns(asked)[kept] for asked, kept in zip(group, known, strict=True)]))
        labels.append(np.concatenate([asked.answers[kept] for asked, kept in zip(group, known, strict=True)]))
        weights.append(np.full(len(labels[-1]), weight / len(labels[-1])))
    flat, shares = np.concatenate(rows), np.concatenate(weights)
    scale = np.maximum(flat.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.03, max_iter=5000)
    model.fit(flat / scale, np.concatenate(labels), sample_weight=shares * len(shares) / shares.sum())
    return Answerability(tuple(float(value) for value in model.coef_[0] / scale), float(model.intercept_[0]))


def best_of(score: Callable[[Asked], NDArray[np.float64]], asked: Sequence[Asked]) -> NDArray[np.float64]:
    """For each question the probability of the best that was found."""
    return np.asarray([score(each).max(initial=0.0) for each in asked])


def figures(best: NDArray[np.float64], able: NDArray[np.bool_], threshold: float) -> dict[str, float]:
    """How well the best probability tells answerable questions from the others, at ``threshold`` and in general."""
    least = float(np.quantile(best[able], COMPARED))
    return {
        "questions": len(best),
        "auc": round(float(roc_auc_score(able, best)), 3),
        "refused_wrongly": round(float(np.mean(best[able] < threshold)), 3),
        "abstained_rightly": round(float(np.mean(best[~able] < threshold)), 3),
        "abstained_at_7": round(float(np.mean(best[~able] < least)), 3),
    }


def shifted(logistic: Answerability, best: NDArray[np.float64], threshold: float) -> Answerability:
    """``logistic``, moved so that of the answerable questions with the probabilities ``best`` the share REFUSED lies below.

    Products are the surer by RECORDS then.
    """
    now = float(np.quantile(best, REFUSED))
    record = FEATURES.index("record")  # at the same place in READ
    weights = (*logistic.coefficients[:record], logistic.coefficients[record] + RECORDS, *logistic.coefficients[record + 1 :])
    return Answerability(weights, logistic.intercept + log(threshold / (1 - threshold)) - log(now / (1 - now)))


def main(arguments: list[str]) -> int:
    """Fits, prints what it reaches on the part not fitted on, and writes the weights with these figures."""
    parser = argparse.ArgumentParser("python -m benchmarks.training.answerability", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="directories in the BEIR layout")
    parser.add_argument("--questions", type=Path, required=True, help="questions about the demo shop")
    parser.add_argument("--test", type=Path, required=True, help="others, to measure on")
    parser.add_argument("--shop", type=Path, action="append", default=[], metavar="DIR", help="another shop with its questions")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    random.seed(0)
    public = {}
    for path in options.paths:
        for size in SIZES:
            tests = sample(read_test_set(path), size)
            print(f"{tests.name} …", file=sys.stderr)
            public[tests.name] = of_test_set(tests, Asker())
    print("the demo shop …", file=sys.stderr)
    others = []
    for content in options.shop:
        print(f"{content.name} …", file=sys.stderr)
        with opened_shop(content) as search:
            others.append(of_shop(read_questions(content / "questions.jsonl"), search))
    with opened_shop() as search:
        shop, test = (of_shop(read_questions(path), search) for path in (options.questions, options.test))
        products = of_products(map(json.loads, PRODUCTS.read_text("utf-8").splitlines()), search)
    written = report(public, shop, products, test, others)
    print(written)
    if not options.dry:
        TARGET.write_text(written, "utf-8")
    return 0


def report(
    public: dict[str, list[Asked]],
    shop: list[Asked],
    products: list[Asked],
    test: list[Asked],
    others: Sequence[Sequence[Asked]] = (),
) -> str:
    """What is written: figures, each by a fit that did not see it, and the weights."""
    threshold = float(Settings.model_fields["answer_threshold"].default)
    equal = [(1 / len(public), asked) for asked in public.values()]

    def fitted(part: slice) -> Fitted:
        rest = [(OTHER_SHARE, asked[part]) for asked in others]
        return fit([*equal, (SHOP_SHARE, shop[part]), (PRODUCT_SHARE, products[part]), *rest])

    halves = [(fitted(slice(1 - part, None, 2)), slice(part, None, 2)) for part in (0, 1)]
    whole = fitted(slice(None))
    kept = [
        (model, asked)
        for model, part in halves
        for asked in (*shop[part], *products[part], *(one for other in others for one in other[part]))
    ]
    ways: dict[str, Callable[[Fitted], Callable[[Asked], NDArray[np.float64]]]] = {
        "seen": lambda model: model.seen_alone, "read": lambda model: model.staged,
    }  # fmt: skip
    able = np.asarray([asked.answerable for _, asked in kept])
    lines = ["# Written by `python -m benchmarks.training.answerability`; what the weights reach, question by question."]
    sections = []
    for way, score in ways.items():
        best = np.concatenate([best_of(score(model), [asked]) for model, asked in kept])
        logistic = shifted(whole.seen if way == "seen" else whole.read, best[able], threshold)
        moved = Fitted(logistic, whole.read) if way == "seen" else Fitted(whole.seen, logistic)
        least = float(np.quantile(best[able], REFUSED))
        told = {"shops, halves by a fit on the others": figures(best, able, least)}
        for name, group in {**public, "demo shop, test": test}.items():
            known = np.asarray([asked.answerable for asked in group])
            told[name] = figures(best_of(score(moved), group), known, threshold)
        lines += [
            f"# {way}, {name}: " + ", ".join(f"{key} {value}" for key, value in row.items()) for name, row in told.items()
        ]
        names = FEATURES if way == "seen" else READ
        weights = [f"{name} = {value:.4f}" for name, value in zip(names, logistic.coefficients, strict=True)]
        sections += ["", f"[{way}]", f"intercept = {logistic.intercept:.4f}", "", f"[{way}.weights]", *weights]
    return "\n".join([*lines, *sections, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
