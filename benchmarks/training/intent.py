"""Trains the shipped intent model: ``python -m benchmarks.training.intent --data DIR``.

Our own messages count most. Public messages join where ``intent_mapping.toml`` gives their label one of our names; a noisy
set is first cleaned by a model that never saw the message (confident learning, Northcutt et al., 2021).
"""

from __future__ import annotations

import argparse
import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.classification import figures
from benchmarks.intent import development_messages, predicted
from benchmarks.training.labelled import Corpus, read_rows
from bot.understanding.examples import shipped_examples
from bot.understanding.intent import IntentClassifier, shipped_for
from bot.understanding.linear import LinearModel
from bot.understanding.message_encoder import MessageEncoder
from knowledge_base.encoders import BUILTIN, STATIC, load_encoder

MAPPING = Path(__file__).with_name("intent_mapping.toml")
LANGUAGE_OF_SET = {"cic_ecommerce_intent": "zh"}
NOISY = "cic_ecommerce_intent"
OWN, PUBLIC = 1.0, 0.5
PUBLIC_SHARE = 100
LIMIT = 100
"""Messages of each label that a public set gives at most."""
FOLDS = 3
Pairs = list[tuple[str, str]]


def mapped_messages(data: Path, name: str, labels: dict[str, list[str]]) -> Pairs:
    """Messages of one public set whose label has one of our names."""
    ours = {theirs: intent for intent, listed in labels.items() for theirs in listed}
    rows = read_rows(data / LANGUAGE_OF_SET.get(name, "en") / name / "train.jsonl.gz")
    found = ((str(row["text"]), row.get("intent") or row.get("label")) for row in rows)
    return [(text, ours[label]) for text, label in found if label in ours]


def unmapped_messages(data: Path) -> Iterator[tuple[str, Pairs]]:
    """Whole sets whose every message has one meaning here, by name."""
    yield (
        "chitchat",
        [(text, "small_talk") for row in read_rows(data / "en/chitchat/train.jsonl.gz") for text in row["questions"]],
    )
    talk = {"humor", "psychology", "emotion", "ai", "botprofile", "gossip"}
    rows = list(read_rows(data / "zh/smalltalk_zh/pairs.jsonl.gz"))
    yield "smalltalk_zh", [(row["user"], "small_talk") for row in rows if row["category"] in talk]
    facts = {"science", "history", "trivia", "literature", "sports", "movies", "money"}
    yield "smalltalk_zh facts", [(row["user"], "out_of_scope") for row in rows if row["category"] in facts]
    questions = [row["text"] for row in read_rows(data / "zh/smp2019_nlu/train.jsonl.gz")]
    yield "smp2019_nlu", [(text, "out_of_scope") for text in questions]
    yield "oos_everyday", [(row["text"], "out_of_scope") for row in read_rows(data / "en/oos_everyday/train.jsonl.gz")]
    asked = [row["q"] for row in read_rows(data / "en/product_qa/epqa_train.jsonl.gz")]
    yield "product_qa", [(text, "product_question") for text in asked if len(text) <= 90]
    wanted = [row["text"] for row in read_rows(data / "en/webshop_requests/instructions.jsonl.gz")]
    yield "webshop_requests", [(text, "recommendation") for text in wanted if len(text) <= 90]
    searched = [row["text"] for row in read_rows(data / "zh/multicpr_ecom_queries/queries.jsonl.gz")]
    yield "multicpr_ecom_queries", [(text, "recommendation") for text in searched[::20]]
    for name, file, field in (
        ("cmedqq", "train", "a"),
        ("why_faq", "pairs", "a"),
        ("ths_service_match", "clusters", "standard"),
    ):
        rows = list(read_rows(data / "zh" / name / f"{file}.jsonl.gz"))
        yield name, [(str(row[field]), "out_of_scope") for row in rows]
    opinions = {"1": "praise", "0": "complaint"}
    for name in ("zh_online_shopping_10_cats", "zh_waimai_10k"):
        rows = list(read_rows(data / "suites/classification" / name / "train.jsonl"))
        yield name, [(row["text"], opinions[row["label"]]) for row in rows if 4 <= len(row["text"]) <= 24]
    opinions = {"positive": "praise", "negative": "complaint"}
    for name in ("en_sentiment_cr", "en_sentiment_amazon_md"):
        rows = list(read_rows(data / "suites/classification" / name / "train.jsonl"))
        yield name, [(row["text"], opinions[row["label"]]) for row in rows if len(row["text"]) <= 90]


def sample(pairs: Pairs, limit: int, seed: int = 0) -> Pairs:
    """At most ``limit`` messages of each label."""
    by_label: dict[str, Pairs] = defaultdict(list)
    for text, label in pairs:
        by_label[label].append((text, label))
    chosen = random.Random(seed)
    return [pair for listed in by_label.values() for pair in chosen.sample(listed, min(limit, len(listed)))]


def cleaned(pairs: Pairs, own: Pairs, floor: float = 0.15) -> Pairs:
    """The pairs whose label a model trained on the other folds and on our own messages finds likely enough."""
    kept: Pairs = []
    for fold in range(FOLDS):
        rest = [pair for i, pair in enumerate(pairs) if i % FOLDS != fold]
        texts, labels = zip(*own, *rest, strict=True)
        weight = [3.0] * len(own) + [1.0] * len(rest)
        model = LinearModel.train(texts, labels, importance=weight, epochs=5)
        held = pairs[fold::FOLDS]
        likely = model.probabilities([text for text, _ in held])
        column = {label: i for i, label in enumerate(model.labels)}
        own_share = likely[np.arange(len(held)), [column[label] for _, label in held]]
        kept += [pair for pair, share in zip(held, own_share, strict=True) if share >= floor]
    return kept


def corpus_of(data: Path, limit: int = LIMIT) -> Corpus:
    """Everything that the shipped model learns from; prints how much each set gives."""
    kept_back = [text for texts, _ in development_messages().values() for text in texts]
    own = list(zip(*shipped_examples(), strict=True))
    corpus = Corpus(kept_back)
    print("own messages:", corpus.add(own, OWN))
    for name, labels in tomllib.loads(MAPPING.read_text("utf-8")).items():
        pairs = mapped_messages(data, name, labels)
        print(name, corpus.add(sample(cleaned(pairs, own) if name == NOISY else pairs, limit), PUBLIC))
    for name, pairs in unmapped_messages(data):
        print(name, corpus.add(sample(pairs, limit), PUBLIC))
    corpus.importance = list(balanced(corpus.labels, corpus.importance))
    return corpus


def balanced(labels: Sequence[str], importance: Sequence[float]) -> Iterator[float]:
    """Importance with an intent's public messages together counting as ``PUBLIC_SHARE`` of our own."""
    public = Counter(label for label, weight in zip(labels, importance, strict=True) if weight == PUBLIC)
    for label, weight in zip(labels, importance, strict=True):
        yield min(OWN, PUBLIC_SHARE / public[label]) if weight == PUBLIC else weight


def main() -> None:
    """Trains for both shipped encoders, prints the figures on our development messages and writes the weights."""
    parser = argparse.ArgumentParser(description="Train the shipped intent model.")
    parser.add_argument("--data", type=Path, required=True, help="directory of the public sets")
    given = parser.parse_args()
    corpus, messages = corpus_of(given.data), MessageEncoder.load()
    for spec in (BUILTIN, STATIC):
        encoder = load_encoder(spec)
        print("encoder", encoder.name)
        model = LinearModel.train(corpus.texts, corpus.labels, importance=corpus.importance, encoder=encoder)
        classifier = IntentClassifier(model, messages)
        for name, (texts, labels) in development_messages().items():
            print(name, figures(labels, predicted(classifier, texts)))
        model.save(shipped_for(encoder))


if __name__ == "__main__":
    main()
