"""Reads labelled public data and keeps evaluation messages out of training."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

HELD_OUT = 8
_IGNORED = re.compile(r"[\W_]+")


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, plain or gzip-compressed."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        for line in lines:
            yield json.loads(line)


def fingerprint(text: str) -> str:
    """Equal for texts that differ only in case, punctuation and spacing."""
    return _IGNORED.sub("", text.casefold())


def held_out(text: str) -> bool:
    """Whether ``text`` is of the eighth that joins models to others, whatever else the corpus holds."""
    return crc32(fingerprint(text).encode()) % HELD_OUT == 0


class Corpus:
    """Texts with labels and importance, each text once, none of those that are ``kept_back``."""

    def __init__(self, kept_back: Iterable[str] = ()) -> None:
        self.texts: list[str] = []
        self.labels: list[str] = []
        self.importance: list[float] = []
        self._seen = {fingerprint(text) for text in kept_back}

    def add(self, pairs: Iterable[tuple[str, str]], importance: float = 1.0) -> int:
        """Takes the pairs of text and label that are new; how many."""
        before = len(self.texts)
        for text, label in pairs:
            key = fingerprint(text) or text
            if key not in self._seen:
                self._seen.add(key)
                self.texts.append(text)
                self.labels.append(label)
                self.importance.append(importance)
        return len(self.texts) - before
