"""A previewed load: its rows with their marks, and what the operator decides on them, by mark or one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from knowledge_base.comparison import Decision, Rules

PAGE = 100
"""Rows shown at a time."""
CHOICES: Mapping[str, tuple[Decision, ...]] = {
    "new": ("keep", "skip"),
    "changed": ("keep", "skip"),
    "duplicate": ("keep", "skip"),
    "conflicting": ("keep", "skip", "overwrite"),
}
"""What can be decided on rows of a mark, the first unless said otherwise; on others there is nothing to decide."""
MARKS = ("new", "changed", "duplicate", "conflicting", "invalid", "removed", "unchanged")


@dataclass(slots=True)
class LoadPlan:
    """The rows of a preview as :meth:`knowledge_base.preview.Preview.to_dict` gives them, and the decisions.

    ``version`` is the one that was live then; None for no preview.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    version: int | None = None
    by_mark: dict[str, Decision] = field(default_factory=dict)
    by_row: dict[str, Decision] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are of each mark."""
        counted = Counter(str(row["status"]) for row in self.rows)
        return {mark: counted[mark] for mark in MARKS if counted[mark]}

    def decision(self, row: Mapping[str, Any]) -> Decision | None:
        """What becomes of a row; None where there is nothing to decide."""
        mark = row["status"]
        if mark not in CHOICES:
            return None
        return self.by_row.get(row["key"]) or self.by_mark.get(mark) or CHOICES[mark][0]

    def decide(self, number: int, decision: Decision) -> None:
        """Decides on the row with this number, whatever is decided on its mark."""
        self.by_row[self.rows[number]["key"]] = decision

    def decide_all(self, mark: str, decision: Decision) -> None:
        """Decides on all rows of a mark, and takes back what was decided on single ones of them."""
        self.by_mark[mark] = decision
        for row in self.rows:
            if row["status"] == mark:
                self.by_row.pop(row["key"], None)

    def page(self, mark: str, page: int) -> tuple[list[tuple[int, Mapping[str, Any]]], int]:
        """The rows of a page (from 0), of one mark or of all (empty), with their numbers; and how many there are in all."""
        found = [(number, row) for number, row in enumerate(self.rows) if mark in ("", row["status"])]
        return found[page * PAGE : (page + 1) * PAGE], len(found)

    @property
    def rules(self) -> Rules:
        """The decisions as a load takes them."""
        said: dict[str, Any] = {mark: self.by_mark.get(mark, CHOICES[mark][0]) for mark in CHOICES}
        changed = "skip" if said["changed"] == "skip" else "overwrite"
        return Rules(said["duplicate"], said["conflicting"], cast(Any, changed), dict(self.by_row), said["new"])
