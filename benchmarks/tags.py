"""``python -m benchmarks tags [DIR…] [--wrong SHARE] [--json]``: an owner's tags, told for customers who have none.

DIR holds ``train.jsonl[.gz]`` with ``user``, ``category`` and ``text`` of each review. A customer's tag is the category that
most of their reviews are about, as an owner would file them; what may be read are their words alone. Without DIR: made-up
customers of four kinds, told by what they bought, a share of them filed ``--wrong``. Each customer is told by a model that has
not seen them (five folds), beside the most frequent tag and the majority of the five nearest customers by the same words
(tf-idf, cosine).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.customers import made_up
from bot.marketing.customers.histories import CustomerHistory
from bot.marketing.customers.tags import LEAST_TAGGED, SURE, classifier, document_of

FOLDS, NEIGHBOURS, MADE_UP, SEED = 5, 5, 600, 11


def read_tagged(folder: Path) -> list[tuple[str, str]]:
    """Each customer of the set as words, with the tag; tags that too few have are left out."""
    [file] = sorted(folder.glob("train.jsonl*"))
    words: dict[str, list[str]] = defaultdict(list)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            words[row["user"]].append(row["text"])
            kinds[row["user"]][row["category"]] += 1
    tagged = [
        (document_of(CustomerHistory(one, words=tuple(words[one]))), kinds[one].most_common(1)[0][0]) for one in sorted(words)
    ]
    counted = Counter(tag for _, tag in tagged)
    return [(document, tag) for document, tag in tagged if document and counted[tag] >= LEAST_TAGGED]


def made_up_tagged(wrong: float) -> list[tuple[str, str]]:
    """Made-up customers, told by their purchases, of whom a share has a ``wrong`` tag."""
    random = np.random.default_rng(SEED)
    histories, kinds = made_up(MADE_UP, SEED)
    filed = [int(random.integers(4)) if random.random() < wrong else kind for kind in kinds]
    return [(document_of(one), f"kind {kind}") for one, kind in zip(histories, filed, strict=True) if one.purchases]


def figures(tagged: list[tuple[str, str]]) -> dict[str, Any]:
    """Accuracy and macro-F1 of each way, and how often a suggestion that the product makes is right."""
    from sklearn.dummy import DummyClassifier  # type: ignore[import-untyped]
    from sklearn.metrics import f1_score  # type: ignore[import-untyped]
    from sklearn.model_selection import cross_val_predict  # type: ignore[import-untyped]
    from sklearn.neighbors import KNeighborsClassifier  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

    texts, tags = [text for text, _ in tagged], np.array([tag for _, tag in tagged])
    nearest = make_pipeline(classifier()[0], KNeighborsClassifier(NEIGHBOURS, metric="cosine"))
    chances = cross_val_predict(classifier(), texts, tags, cv=FOLDS, method="predict_proba")
    told = {
        "softmax": np.unique(tags)[chances.argmax(axis=1)],
        "nearest": cross_val_predict(nearest, texts, tags, cv=FOLDS),
        "most_frequent": cross_val_predict(DummyClassifier(), texts, tags, cv=FOLDS),
    }
    sure = chances.max(axis=1) >= SURE
    found: dict[str, Any] = {"customers": len(tags), "tags": len(set(tags))}
    for name, own in told.items():
        found[f"{name}_accuracy"] = round(float((own == tags).mean()), 3)
        found[f"{name}_macro_f1"] = round(float(f1_score(tags, own, average="macro")), 3)
    right = float((told["softmax"] == tags)[sure].mean()) if sure.any() else None
    return found | {"suggested": round(float(sure.mean()), 3), "suggested_right": None if right is None else round(right, 3)}


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks tags", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--wrong", type=float, default=0.2, help="share of the made-up customers whose tag is any")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    sets = {folder.name: read_tagged(folder) for folder in given.folders} or {"made up": made_up_tagged(given.wrong)}
    results = {name: figures(tagged) for name, tagged in sets.items()}
    if given.json:
        print(json.dumps(results, indent=2))
    else:
        for name, own in results.items():
            print(name, "  ".join(f"{what} {value}" for what, value in own.items()))
    return 0
