"""The messages kept apart from training: what makes a figure measured on them mean something."""

import unicodedata
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from benchmarks.classification import read_messages
from bot.types import IntentName, SentimentLabel
from bot.understanding.examples import read_examples
from bot.understanding.sentiment import FLAGS

DATA = Path(__file__).parents[1] / "benchmarks/data"


def plain(text: str) -> str:
    """Letters and digits alone: two messages with the same plain form are the same message."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum()) or folded.strip()


def messages_of(folder: str) -> dict[str, list[str]]:
    files = sorted((DATA / folder).iterdir())
    return {path.name: (read_messages if path.suffix == ".jsonl" else read_examples)(path)[0] for path in files}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_shipped_intent_has_its_share_of_the_messages_kept_apart(language: str) -> None:
    _, labels = read_messages(DATA / "intent" / f"kept.{language}.jsonl")
    counts = Counter(labels)
    assert set(counts) == set(get_args(IntentName))
    assert min(counts.values()) >= 25
    assert counts["out_of_scope"] >= 120
    assert len(labels) >= 850


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_label_and_flag_of_tone_has_messages_kept_apart(language: str) -> None:
    _, headings = read_messages(DATA / "sentiment" / f"kept.{language}.jsonl")
    labels = Counter(heading.split()[0] for heading in headings)
    flags = Counter(flag for heading in headings for flag in heading.split()[1:])
    assert set(labels) == set(get_args(SentimentLabel))
    assert set(flags) == set(FLAGS)
    assert min(labels.values()) >= 40
    assert min(flags.values()) >= 20
    assert len(headings) >= 200


@pytest.mark.parametrize("folder", ["intent", "sentiment"])
def test_no_message_kept_apart_stands_anywhere_else_in_its_folder(folder: str) -> None:
    listed = messages_of(folder)
    counts = Counter(plain(text) for texts in listed.values() for text in texts)
    kept = [text for name, texts in listed.items() if name.startswith("kept.") for text in texts]
    assert [text for text in kept if counts[plain(text)] > 1] == []
