"""The messages kept apart from training: what makes a figure measured on them mean something."""

import csv
import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from benchmarks.classification import read_messages
from bot.demo_shop import directory
from bot.types import IntentName, SentimentLabel
from bot.understanding.examples import read_examples
from bot.understanding.sentiment import FLAGS
from knowledge_base.loading import load_documents
from knowledge_base.types import Document

DATA = Path(__file__).parents[1] / "benchmarks/data"


def plain(text: str) -> str:
    """Letters and digits alone: two messages with the same plain form are the same message."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum()) or folded.strip()


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def texts_of(path: Path) -> list[str]:
    return [row["text"] for row in rows_of(path)] if path.suffix == ".jsonl" else read_examples(path)[0]


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


@pytest.mark.parametrize("folder", ["intent", "sentiment", "unanswerable"])
def test_no_message_kept_apart_stands_anywhere_else_in_its_folder(folder: str) -> None:
    listed = {path.name: texts_of(path) for path in sorted((DATA / folder).iterdir())}
    counts = Counter(plain(text) for texts in listed.values() for text in texts)
    kept = [text for name, texts in listed.items() if name.endswith(".jsonl") for text in texts]
    assert kept
    assert [text for text in kept if counts[plain(text)] > 1] == []


@pytest.fixture(scope="module")
def shop_texts() -> dict[tuple[str, str], list[str]]:
    """The passages of the demo shop by source, and the rows of its catalogue by language."""
    found: dict[tuple[str, str], list[str]] = {}
    for document in load_documents([directory() / "documents"]):
        assert isinstance(document, Document)
        source = str(Path(document.location).relative_to(directory()))
        passages = [f"{section.question or ''} {section.text}" for section in document.sections]
        found[source, "en"] = found[source, "zh"] = passages
    with (directory() / "catalogue.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(("catalogue.csv", row["language"]), []).append(" ".join(row.values()))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_answer_to_every_answerable_question_stands_in_its_source(
    shop_texts: dict[tuple[str, str], list[str]], language: str
) -> None:
    rows = rows_of(DATA / "unanswerable" / f"shop.{language}.jsonl")
    answerable = [row for row in rows if row["answerable"]]
    assert len(answerable) >= 150
    missing = [
        row for row in answerable if not any(row["answer"] in passage for passage in shop_texts[row["source"], language])
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unanswerable_questions_name_no_answer(language: str) -> None:
    rows = [row for row in rows_of(DATA / "unanswerable" / f"shop.{language}.jsonl") if not row["answerable"]]
    assert len(rows) >= 150
    assert all(set(row) == {"text", "answerable"} for row in rows)
