"""What a load would do, before anything goes live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_base.comparison import Judged, Rules
from knowledge_base.indexing import LoadReport
from knowledge_base.ledger import DocumentRecord
from knowledge_base.types import Chunk

_ORDER = ("conflicting", "invalid", "duplicate", "changed", "removed", "new", "unchanged")
SHOWN = 20


class NoWriter:
    """Takes what an update writes, and writes nothing."""

    def write(
        self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]], written: Callable[[int], None] = lambda chunks: None
    ) -> None:
        """Says that all is done."""
        written(sum(len(chunks) for _, chunks in batch))

    def forget(self, locations: Iterable[str]) -> None:
        """Does nothing."""

    def drop(self, ids: Collection[str]) -> None:
        """Does nothing."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The passages of new and changed documents beside what is live, and the load's report as it would be.

    ``rules`` are those that were applied: they say what becomes of each row.
    """

    judged: tuple[Judged, ...]
    report: LoadReport
    rules: Rules

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows are of each status."""
        counted = Counter(str(row.status) for row in self.judged)
        counted["invalid"] += len(self.report.skipped)
        return {status: counted[status] for status in _ORDER if counted[status]}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the counts, then every row."""
        rows = [_row(row, self.rules) for row in self.judged]
        invalid = [
            {"key": None, "status": "invalid", "source": item.source, "row": item.row, "reason": item.reason, "action": "skip"}
            for item in self.report.skipped
        ]
        numbers = {name: getattr(self.report, name) for name in ("added", "updated", "unchanged", "removed", "seconds")}
        return {"counts": dict(self.counts), "documents": numbers, "notes": self.report.notes, "rows": [*rows, *invalid]}

    def text(self) -> str:
        """For the terminal: the counts, then the rows that need a look, up to twenty of each status."""
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items()) or "nothing would change"
        lines = [f"documents: {counts} ({self.report.seconds:.1f} s)", *(f"  {note}" for note in self.report.notes)]
        rows = self.to_dict()["rows"]
        for status in _ORDER[:-1]:
            found = [row for row in rows if row["status"] == status]
            lines += [_line(row) for row in found[:SHOWN]]
            if len(found) > SHOWN:
                lines.append(f"  … and {len(found) - SHOWN} more {status}; --json lists them all")
        return "\n".join(lines)


def _row(row: Judged, rules: Rules) -> dict[str, Any]:
    chunk, other = row.chunk, row.other
    return {
        "key": row.key,
        "status": row.status,
        "source": chunk.source,
        "row": row.row,
        "section": chunk.heading.partition(" › ")[2] if row.row else "",
        "kind": chunk.kind,
        "language": chunk.language,
        "heading": chunk.heading,
        "question": chunk.question,
        "text": chunk.text,
        "reason": row.reason,
        "other": None if other is None else {"source": other.source, "question": other.question, "text": other.text},
        "action": "remove" if row.status == "removed" else rules.decision(row),
    }


def _line(row: Mapping[str, Any]) -> str:
    where = ", ".join(filter(None, (row["source"], row.get("section"), f"row {row['row']}" if row.get("row") else "")))
    said = " ".join(str(row.get("question") or row.get("text") or "").split())[:100]
    skipped = " → skipped" if row["action"] == "skip" and row["status"] != "invalid" else ""
    replaces = " → overwrites" if row["action"] == "overwrite" else ""
    key = f" [{row['key'][:8]}]" if row["key"] else ""
    return f"  {row['status']} {where}{key}: {said}{' · ' if said and row['reason'] else ''}{row['reason']}{skipped}{replaces}"
