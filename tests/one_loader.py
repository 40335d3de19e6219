"""Documents as one load reads them: the process that parses files lives on from test to test, as it does from file to file."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge_base.loading import DocumentLoader, list_files
from knowledge_base.types import NO_METADATA, Document, LanguageCode, Skipped


def read(
    path: Path, language: LanguageCode | None = None, columns: Mapping[str, str] = NO_METADATA
) -> list[Document | Skipped]:
    """What ``load_documents`` gives."""
    loader = _loader(tuple(sorted(columns.items())))
    return [
        part for file in list_files([path]) for part in ([file] if isinstance(file, Skipped) else loader.load(file, language))
    ]


@cache
def _loader(columns: tuple[tuple[str, str], ...]) -> DocumentLoader:
    loader = DocumentLoader(dict(columns))
    atexit.register(loader.__exit__)
    return loader
