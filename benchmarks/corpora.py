"""Reads retrieval test sets in the BEIR layout."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.types import Document, LanguageCode, Section, SectionKind

PREFIX = "corpus://"


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TestSet:
    """A corpus with queries by id and, for each query, the gain of every relevant text."""

    __test__ = False

    name: str
    corpus: tuple[Entry, ...]
    queries: dict[str, str]
    gains: dict[str, dict[str, int]]

    @property
    def judged(self) -> list[tuple[str, dict[str, int]]]:
        """Text and gains of each query that has at least one relevant text."""
        return [(self.queries[query], gains) for query, gains in self.gains.items() if query in self.queries]


def read_corpus(path: Path, limit: int | None = None) -> tuple[Entry, ...]:
    """The texts of ``corpus.jsonl`` in the directory ``path``."""
    entries = [Entry(str(row["_id"]), row.get("title") or "", row["text"]) for row in json_lines(path / "corpus.jsonl")]
    return tuple(entries[:limit])


def read_test_set(path: Path) -> TestSet:
    """The test set in the directory ``path``: ``corpus.jsonl``, ``queries.jsonl``, ``qrels/test.tsv``.

    Raises:
        FileNotFoundError: one of them is missing.
    """
    gains: dict[str, dict[str, int]] = {}
    for line in (path / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
        query, text, gain = line.split("\t")
        if int(gain) > 0:
            gains.setdefault(query, {})[text] = int(gain)
    queries = {str(row["_id"]): row["text"] for row in json_lines(path / "queries.jsonl")}
    return TestSet(path.name, read_corpus(path), queries, gains)


def as_document(entry: Entry, kind: SectionKind = "text") -> Document:
    """A corpus text as a document of one section."""
    language: LanguageCode = "zh" if sum("一" <= char <= "鿿" for char in entry.text) > len(entry.text) / 5 else "en"
    location = PREFIX + entry.id
    return Document(location, entry.id, entry.title, language, (Section(entry.text, kind=kind),))


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines, packed (``.gz``) or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
