"""Telling what is loaded from what is there: new, changed, unchanged, said twice, or answered otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from knowledge_base.terms import normalise
from knowledge_base.types import Chunk

Status = Literal["new", "changed", "unchanged", "duplicate", "conflicting", "removed", "invalid"]
Decision = Literal["keep", "skip", "overwrite"]

_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What to do with rows that meet others.

    Args:
        duplicates: ``keep`` or ``skip`` rows that say what another one says already.
        conflicts: ``keep`` both where a question has another answer elsewhere, ``skip`` the row that is loaded, or
            ``overwrite`` the other one with it.
        changed: ``overwrite`` the answer of a row that has changed, or ``skip`` the change.
        new: ``keep`` rows that meet no other, or ``skip`` them.
        rows: key of a row, as a preview shows it → what to do with this one, whatever the rules say.
    """

    duplicates: Literal["keep", "skip"] = "keep"
    conflicts: Decision = "keep"
    changed: Literal["overwrite", "skip"] = "overwrite"
    rows: Mapping[str, Decision] = field(default_factory=dict)
    new: Literal["keep", "skip"] = "keep"

    @property
    def mark(self) -> str:
        """Distinguishes what the same content gives under other rules; empty for those that apply unsaid."""
        return "" if self == Rules() else json.dumps(self.to_dict(), sort_keys=True)

    def to_dict(self) -> dict[str, Any]:
        """The rules as JSON types; they are made again with ``Rules(**…)``."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"rows": dict(self.rows)}

    def decision(self, row: Judged) -> Decision:
        """What is done with a row; ``keep`` loads it and touches no other."""
        if row.key in self.rows:
            return self.rows[row.key]
        by_status: dict[Status, Decision] = {
            "duplicate": self.duplicates,
            "conflicting": self.conflicts,
            "changed": "keep" if self.changed == "overwrite" else "skip",
            "new": self.new,
        }
        return by_status.get(row.status, "keep")


AS_USUAL = Rules()


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage beside what is there. ``other`` is the one that it replaces, repeats or contradicts."""

    chunk: Chunk
    status: Status
    reason: str = ""
    other: Chunk | None = None
    row: int | None = None

    @property
    def key(self) -> str:
        """Names the row in :attr:`Rules.rows`: stays the same while the row does."""
        return self.chunk.id


class Comparison:
    """All passages that there are, by what they ask and say; those judged are added."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._places: dict[str, dict[str, Chunk]] = {}
        self._asked: dict[str, list[Chunk]] = {}
        self._said: dict[str, Chunk] = {}
        for chunk in chunks:
            self._places.setdefault(chunk.location, {})[chunk.id] = chunk
            self._add(chunk)

    def judge(self, location: str, chunks: Sequence[Chunk], rows: Mapping[str, int]) -> list[Judged]:
        """Each of ``chunks``, which are all that is to be at ``location``, and those that go from there.

        ``rows`` tells the rows of those that come from tables, by their ids.
        """
        before = self._places.get(location, {})
        stay = {chunk.id for chunk in chunks}
        leaving = {key: old for key, old in before.items() if key not in stay}
        replaced = {_key(old): old for old in leaving.values() if old.kind == "qa"}
        seen: dict[str, Chunk] = {}
        judged = []
        for chunk in chunks:
            verdict = self._verdict(chunk, before, replaced, seen, rows)
            judged.append(verdict)
            if verdict.status == "changed" and verdict.other is not None:
                leaving.pop(verdict.other.id, None)
            if chunk.kind == "qa":
                seen.setdefault(_key(chunk), chunk)
        for chunk in chunks:
            if chunk.id not in before:
                self._add(chunk)
        gone = (Judged(old, "removed", "is no longer in its file") for old in leaving.values())
        self._places[location] = {chunk.id: chunk for chunk in chunks}
        return [*judged, *gone]

    def leave(self, location: str) -> list[Judged]:
        """The passages of a document that goes."""
        return [Judged(old, "removed", "its file is gone") for old in self._places.pop(location, {}).values()]

    def _verdict(
        self,
        chunk: Chunk,
        before: Mapping[str, Chunk],
        replaced: Mapping[str, Chunk],
        seen: Mapping[str, Chunk],
        rows: Mapping[str, int],
    ) -> Judged:
        row = rows.get(chunk.id)
        if chunk.id in before:
            return Judged(chunk, "unchanged", row=row)
        if chunk.kind != "qa":
            said = self._said.get(_text(chunk))
            if said is not None and said.location in self._places and said.location != chunk.location:
                return Judged(chunk, "duplicate", f"says what {said.source} says", said, row)
            return Judged(chunk, "new", row=row)
        key = _key(chunk)
        if (first := seen.get(key)) is not None:
            where = f"row {rows[first.id]}" if first.id in rows else "an earlier row"
            return self._same_question(chunk, first, where, row)
        elsewhere = [old for old in self._asked.get(key, ()) if old.location != chunk.location and self._is_there(old)]
        others = [old for old in elsewhere if _text(old) != _text(chunk)]
        if others or elsewhere:
            other = (others or elsewhere)[0]
            return self._same_question(chunk, other, other.source, row)
        if (old := replaced.get(key)) is not None:
            return Judged(chunk, "changed", "has another answer now", old, row)
        return Judged(chunk, "new", row=row)

    @staticmethod
    def _same_question(chunk: Chunk, other: Chunk, where: str, row: int | None) -> Judged:
        if _text(chunk) == _text(other):
            return Judged(chunk, "duplicate", f"says what {where} says", other, row)
        return Judged(chunk, "conflicting", f"answers the question of {where} otherwise", other, row)

    def _is_there(self, chunk: Chunk) -> bool:
        return chunk.id in self._places.get(chunk.location, {})

    def _add(self, chunk: Chunk) -> None:
        if chunk.kind == "qa":
            self._asked.setdefault(_key(chunk), []).append(chunk)
        else:
            self._said.setdefault(_text(chunk), chunk)


def _key(chunk: Chunk) -> str:
    return _plain(chunk.question or "")


def _text(chunk: Chunk) -> str:
    return _plain(chunk.text)


def _plain(text: str) -> str:
    return _BETWEEN.sub("", normalise(text))
