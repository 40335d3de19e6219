"""What the owner asks to be loaded, and how: also as JSON, so that it can be done again or gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.shop.columns import TableKind
from bot.types import LanguageCode
from knowledge_base.comparison import AS_USUAL, Rules
from knowledge_base.loading.columns import Columns


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Paths and addresses, what they hold, and how they are read; see :meth:`bot.shopdesk.Shopdesk.load`."""

    paths: tuple[str, ...]
    kind: TableKind | None = None
    language: LanguageCode | None = None
    columns: Columns = field(default_factory=dict)
    rules: Rules = AS_USUAL
    draft: bool = False

    def manner(self) -> dict[str, Any]:
        """All but the paths, as JSON types."""
        return {
            "kind": self.kind,
            "language": self.language,
            "columns": dict(self.columns),
            "rules": self.rules.to_dict(),
        }

    def to_dict(self) -> dict[str, Any]:
        """The whole as JSON types."""
        return {"paths": list(self.paths), "draft": self.draft, **self.manner()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> LoadRequest:
        """What :meth:`to_dict` gave."""
        return cls(**{**stored, "paths": tuple(stored["paths"]), "rules": Rules(**stored["rules"])})
