"""What the linter reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from knowledge_base.types import Chunk

Kind = Literal[
    "contradiction", "duplicate", "expired", "instruction", "missing_language", "unused", "catalogue_gap", "dead_link"
]
KINDS: tuple[Kind, ...] = (
    "instruction", "contradiction", "expired", "dead_link", "duplicate", "missing_language", "catalogue_gap", "unused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a fault is: a passage by its id, or a product by its SKU."""

    id: str
    source: str
    language: str
    title: str
    text: str

    @classmethod
    def of(cls, chunk: Chunk) -> Entry:
        """The entry of a passage."""
        return cls(chunk.id, chunk.source, chunk.language, chunk.question or chunk.heading, chunk.text)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, the entries that show it (two for a pair), and in a sentence what is wrong."""

    kind: Kind
    entries: tuple[Entry, ...]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"kind": self.kind, "reason": self.reason, "entries": [asdict(entry) for entry in self.entries]}

    def text(self) -> str:
        """For the terminal."""
        return f"{self.kind}: {self.reason}\n{self.entries_text()}"

    def entries_text(self) -> str:
        """A line for each entry: where it is, and what it is about."""
        return "\n".join(f"    {entry.source}: {' '.join((entry.title or entry.text).split())[:100]}" for entry in self.entries)
