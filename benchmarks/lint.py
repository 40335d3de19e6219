"""``python -m benchmarks lint [--json]``: precision and recall of the linter on faults planted among clean entries.

The clean entries are those of the demo shop's documents and of ``data/lint/clean.csv``, the faults those of ``faults.csv`` and
``catalogue.csv``, where the column ``fault`` names the kind. A finding is right where one of its entries has a fault of its
kind. Entries of the demo shop that really lack a counterpart in the other language are not judged on that.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.demo_shop import directory
from bot.lint.findings import KINDS, Finding
from bot.lint.linter import lint
from bot.types import Product
from knowledge_base.chunking import chunk
from knowledge_base.encoders import load_encoder
from knowledge_base.loading import load_documents
from knowledge_base.types import Document

DATA = Path(__file__).parent / "data" / "lint"
TODAY = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Score:
    """``planted`` faults of a kind, how many of them were found, and how many findings were ``wrong``."""

    planted: int
    found: int
    right: int
    wrong: int

    @property
    def recall(self) -> float:
        """The share of planted faults that was found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """The share of findings that show a planted fault."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


def measure(encoder_name: str = "builtin") -> tuple[dict[str, Score], list[Finding], int]:
    """Kind → score, the wrong findings, and the number of clean entries."""
    encoder = load_encoder(encoder_name)
    paths = [directory() / "documents", DATA / "clean.csv", DATA / "faults.csv"]
    documents = [item for item in load_documents(paths) if isinstance(item, Document)]
    chunks = [each for document in documents for each in chunk(document, encoder.count_tokens)]
    faults = {each.id: each.metadata["fault"] for each in chunks if "fault" in each.metadata}
    products = _products()
    faults |= {product.sku: product.attributes["fault"] for product in products if product.attributes["fault"]}
    demo = {each.id for each in chunks if each.source.startswith("documents/")}
    found = [
        finding
        for finding in lint(chunks, products, encoder, today=TODAY)
        if not (finding.kind == "missing_language" and finding.entries[0].id in demo)
    ]
    return _scores(found, faults), [f for f in found if not _is_right(f, faults)], len(chunks) + len(products) - len(faults)


def _scores(found: Sequence[Finding], faults: dict[str, str]) -> dict[str, Score]:
    scores = {}
    for kind in KINDS:
        planted = {entry for entry, fault in faults.items() if _kind(fault) == kind}
        mine = [finding for finding in found if finding.kind == kind]
        hit = {entry.id for finding in mine for entry in finding.entries} & planted
        verdicts = Counter(_is_right(finding, faults) for finding in mine)
        if planted or mine:
            scores[str(kind)] = Score(len(planted), len(hit), verdicts[True], verdicts[False])
    scores["all"] = Score(*(sum(getattr(score, name) for score in scores.values()) for name in Score.__dataclass_fields__))
    return scores


def _is_right(finding: Finding, faults: dict[str, str]) -> bool:
    return any(_kind(faults.get(entry.id, "")) == finding.kind for entry in finding.entries)


def _kind(fault: str) -> str:
    return "catalogue_gap" if fault in ("price", "stock", "image") else fault


def _products() -> list[Product]:
    with (DATA / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return [
            Product(
                row["sku"],
                row["title"],
                price=float(row["price"]) if row["price"] else None,
                stock=int(row["stock"]) if row["stock"] else None,
                image=row["image"],
                attributes={"fault": row["fault"]},
            )
            for row in csv.DictReader(file)
        ]


def main(arguments: Sequence[str]) -> int:
    """Prints the scores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lint", description=__doc__)
    parser.add_argument("--encoder", default="builtin")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    scores, wrong, clean = measure(options.encoder)
    if options.json:
        rows = {kind: {"planted": s.planted, "recall": s.recall, "precision": s.precision} for kind, s in scores.items()}
        print(json.dumps({"clean": clean, "scores": rows, "wrong": [f.to_dict() for f in wrong]}, ensure_ascii=False, indent=2))
        return 0
    print(f"{scores['all'].planted} faults among {clean} clean entries")
    print(f"{'kind':<18}{'planted':>8}{'recall':>8}{'precision':>11}")
    for kind, score in scores.items():
        print(f"{kind:<18}{score.planted:>8}{score.recall:>8.2f}{score.precision:>11.2f}")
    for finding in wrong:
        print(finding.text())
    return 0
