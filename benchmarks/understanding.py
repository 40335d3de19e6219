"""How well follow-ups are rewritten, and what reading a message costs: ``python -m benchmarks understanding``."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.types import DialogueState, Product
from bot.understanding.entities import CatalogueLexicon, EntityReader
from bot.understanding.rewriting import rewrite

DIALOGUES = Path(__file__).with_name("data") / "rewriting.jsonl"
_PRICES = (39.0, 49.0, 199.0, 99.0)


@dataclass(frozen=True, slots=True)
class RewritingScore:
    """Of the follow-ups, how many came out with every expected word; of the other messages, how many were left alone."""

    follow_ups: int
    resolved: int
    standing: int
    left_alone: int
    wrong: tuple[tuple[str, str | None], ...]


def score_rewriting(rows: Sequence[dict[str, Any]]) -> RewritingScore:
    """Runs :func:`bot.understanding.rewriting.rewrite` over dialogues in the layout of ``data/rewriting.jsonl``."""
    follow_ups = [row for row in rows if row["expect"] is not None]
    outcomes = [(row, _rewritten(row)) for row in rows]
    wrong = [(row["text"], result) for row, result in outcomes if not _is_right(row, result)]
    wrong_follow_ups = sum(1 for row, result in outcomes if row["expect"] is not None and not _is_right(row, result))
    standing = len(rows) - len(follow_ups)
    left_alone = standing - (len(wrong) - wrong_follow_ups)
    return RewritingScore(len(follow_ups), len(follow_ups) - wrong_follow_ups, standing, left_alone, tuple(wrong))


def _is_right(row: dict[str, Any], result: str | None) -> bool:
    if row["expect"] is None:
        return result is None
    return result is not None and all(word.lower() in result.lower() for word in row["expect"])


def _rewritten(row: dict[str, Any]) -> str | None:
    titles = {f"P{number}": title for number, title in enumerate(row["shown"])}
    prices = dict(zip(titles, _PRICES, strict=False))
    products = [Product(sku, title, price=prices[sku]) for sku, title in titles.items()]
    entities = EntityReader(CatalogueLexicon.build(products)).read(row["text"], row["language"])
    state = DialogueState(
        language=row["language"],
        last_question=row["question"],
        last_intent=row["intent"],
        skus=tuple(titles),
        category=row["category"],
        order_id=row["order"],
    )
    return rewrite(row["text"], row["language"], entities, (), state, titles.get, prices.get)


def _catalogue(size: int) -> list[Product]:
    """A catalogue of ``size`` products with titles of realistic length in both languages."""
    brands = ("Aurora", "Nordhem", "Ridge", "Nimbus", "小熊", "云朵")
    kinds = (
        ("Kettle", "电热水壶"),
        ("Headphones", "降噪耳机"),
        ("Tent", "双人帐篷"),
        ("Rice Cooker", "智能电饭煲"),
        ("Backpack", "双肩背包"),
    )
    colors = (("Black", "黑色"), ("Blue", "蓝色"), ("Green", "绿色"))
    products = []
    for number in range(size):
        chinese = number % 2
        kind, color = kinds[number % len(kinds)][chinese], colors[number % len(colors)][chinese]
        series = f"{chr(65 + number % 26)}{number // 7}"
        products.append(
            Product(
                f"SKU-{number:06d}",
                f"{brands[number % len(brands)]} {series} {kind} {color} {number % 9 + 1} L",
                category=kind,
                language="zh" if chinese else "en",
                attributes={"颜色" if chinese else "color": color, "容量" if chinese else "capacity": f"{number % 9 + 1} L"},
            )
        )
    return products


def read_cost(size: int, texts: Sequence[tuple[str, str]], repeats: int = 5) -> dict[str, float]:
    """Milliseconds of one ``EntityReader.read`` at a catalogue of ``size`` products, and seconds to build its lexicon."""
    started = time.perf_counter()
    reader = EntityReader(CatalogueLexicon.build(_catalogue(size)))
    built = time.perf_counter() - started
    times = []
    for _ in range(repeats):
        for text, language in texts:
            began = time.perf_counter()
            reader.read(text, "zh" if language == "zh" else "en")
            times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return {"products": size, "build_s": built, "p50_ms": statistics.median(times), "p95_ms": times[int(0.95 * len(times))]}


def main(arguments: list[str]) -> int:
    """Prints rewriting accuracy by language and the cost of reading; 0 always."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks understanding", description=__doc__)
    parser.add_argument("--data", type=Path, default=DIALOGUES, help="dialogues, one JSON object a line")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 20_000], help="catalogue sizes to time reading at")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    rows = [json.loads(line) for line in options.data.read_text("utf-8").splitlines() if line.strip()]
    scores = {code: score_rewriting([row for row in rows if row["language"] == code]) for code in ("zh", "en")}
    costs = [read_cost(size, [(row["text"], row["language"]) for row in rows]) for size in options.sizes]
    if options.json:
        plain_scores = {code: {name: getattr(score, name) for name in score.__slots__} for code, score in scores.items()}
        print(json.dumps({"rewriting": plain_scores, "reading": costs}, ensure_ascii=False))
        return 0
    for code, score in scores.items():
        print(
            f"{code}: {score.resolved}/{score.follow_ups} follow-ups resolved, {score.left_alone}/{score.standing} "
            f"others left alone"
        )
        for text, result in score.wrong:
            print(f"    {text!r} -> {result!r}")
    for cost in costs:
        print("  ".join(f"{name} {value:.2f}" for name, value in cost.items()))
    return 0
