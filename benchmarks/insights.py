"""``python -m benchmarks insights [--rows N] [FILE…] [--workers processes|ray] [--json]``: time to read many reviews.

Reads reviews (files as ``shopdesk load`` takes them) or makes ``--rows`` of them up, on this machine's cores or on Ray.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from benchmarks.voices_generated import generated_voices
from bot.marketing.insight.insights import find
from bot.marketing.insight.voices import Voice, day_of, language_of_row
from bot.shop.records import Review
from bot.shop.tables import parse_table
from knowledge_base.loading.files import list_files
from knowledge_base.loading.rows import read_tables
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.types import Skipped


def read_reviews(paths: list[Path]) -> list[Voice]:
    """The reviews in files; what is no review is told on the standard error.

    Raises:
        SystemExit: there is not one review.
    """
    found: list[Voice] = []
    reasons: Counter[str] = Counter()
    with Sandbox() as sandbox:
        for file in list_files([str(path) for path in paths]):
            tables = file if isinstance(file, Skipped) else read_tables(file, sandbox)
            if isinstance(tables, Skipped):
                reasons[tables.reason] += 1
                continue
            for table in tables:
                parsed = parse_table("reviews", table.rows, str(file.source))
                reasons.update(skipped.reason for skipped in parsed.skipped)
                for each in parsed.records:
                    if isinstance(each, Review) and each.text:
                        language = language_of_row(each.language, each.text)
                        found.append(Voice(each.id, "review", each.text, language, day_of(each.date), each.sku))
    told = "; ".join(f"{reason} ({number}×)" for reason, number in reasons.most_common(3))
    if not found:
        sys.exit(f"No review in {', '.join(map(str, paths))}: {told or 'no row with a text'}.")
    if told:
        print(f"Left out: {told}", file=sys.stderr)
    return found


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks insights", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="reviews; made up when none is given")
    parser.add_argument("--rows", type=int, default=100_000, help="how many to make up")
    parser.add_argument("--workers", choices=("processes", "ray"), default="processes")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    voices = read_reviews(given.files) if given.files else generated_voices(given.rows)
    encoder = StaticEncoder.load()
    begun = time.perf_counter()
    with tqdm(total=len(voices), unit=" reviews", disable=given.json) as bar:

        def show(done: float, _: int | None) -> None:
            bar.update(done - bar.n)

        found = find(voices, encoder.encode, given.workers, show)
    taken = time.perf_counter() - begun
    figures = {
        "reviews": len(voices), "seconds": round(taken, 1), "reviews_per_s": round(len(voices) / taken, 1),
        "opinions": len(found.opinions), "topics": len(found.topics), "changes": len(found.changes),
    }  # fmt: skip
    print(json.dumps(figures) if given.json else "  ".join(f"{name} {value}" for name, value in figures.items()))
    return 0
