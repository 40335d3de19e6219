"""How documents are read, as the owner says."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.comparison import AS_USUAL, Rules
from knowledge_base.loading.columns import Columns
from knowledge_base.types import NO_METADATA, LanguageCode


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How documents are read.

    Args:
        language: the language of the documents, where the owner knows better than detection.
        columns: which columns of tables hold what, where headers do not tell.
        leave_out: locations of files that are no documents, such as a catalogue; one loaded before is removed.
        rules: what to do with rows that meet others.
    """

    language: LanguageCode | None = None
    columns: Columns = field(default_factory=lambda: NO_METADATA)
    leave_out: Collection[str] = ()
    rules: Rules = AS_USUAL

    @property
    def mark(self) -> str:
        """Distinguishes what the same content gives when it is read otherwise."""
        columns = json.dumps(dict(self.columns), sort_keys=True) if self.columns else ""
        return f"{self.language or ''}{columns}{self.rules.mark}"


AS_IT_IS = LoadOptions()


def is_address(path: str | Path) -> bool:
    """Whether ``path`` is the address of a page and not a file's."""
    return str(path).startswith(("http://", "https://"))
