"""One load: tells new, changed, unchanged and vanished documents apart and writes only what differs."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from knowledge_base.chunking import chunk as cut
from knowledge_base.encoder import Encoder
from knowledge_base.indexing import BATCH, Indexer, LoadReport, Progress
from knowledge_base.ledger import DocumentRecord, Ledger
from knowledge_base.loading import DocumentLoader, SourceFile, fingerprint, list_files
from knowledge_base.types import Chunk, Document, LanguageCode, Skipped

READ = 0.5
"""How much of a document counts as done once it is read and cut; the rest is writing it."""


class Update:
    """Collects changed documents and writes them in batches; ``report`` counts what happened."""

    def __init__(self, ledger: Ledger, indexer: Indexer, encoder: Encoder, progress: Progress | None = None) -> None:
        """Write through ``indexer``; ``progress`` hears of every document that is written or passed over."""
        self.report = LoadReport()
        self.started = time.monotonic()
        self._ledger, self._indexer, self._encoder, self._progress = ledger, indexer, encoder, progress
        self._batch: dict[str, tuple[DocumentRecord, list[Chunk]]] = {}
        self._size = 0
        self._done = 0.0
        self._total: int | None = None

    def files(self, paths: Sequence[str | Path], language: LanguageCode | None, leave_out: Collection[str] = ()) -> None:
        """Takes files and directories; documents of a given directory whose file is gone or left out go too."""
        found = [file for file in list_files(paths) if isinstance(file, Skipped) or file.location not in leave_out]
        self._total = len(found)
        known = self._ledger.documents()
        with DocumentLoader() as loader:
            for file in found:
                if isinstance(file, Skipped):
                    self._skip([file])
                else:
                    self._file(file, loader, language, known)
        self._flush()
        roots = [os.path.join(Path(path).resolve(), "") for path in paths if Path(path).is_dir()]
        inside = [location for location in known if any(location.startswith(root) for root in roots)]
        gone = {location for location in inside if not Path(location).exists()}
        self._remove(gone | (known.keys() & set(leave_out)))

    def documents(self, documents: Iterable[Document], within: str | None) -> None:
        """Takes documents made elsewhere; known ones whose location begins with ``within`` and that are not here go."""
        known = self._ledger.documents(within or "")
        seen: set[str] = set()
        for document in documents:
            if document.location in seen:
                self._skip(
                    [Skipped(document.source, f"has the location {document.location!r} of another one; the first counts")]
                )
                continue
            seen.add(document.location)
            self._take(document, content_fingerprint(document), known)
        self._flush()
        if within is not None:
            self._remove(known.keys() - seen)

    def _file(
        self, file: SourceFile, loader: DocumentLoader, language: LanguageCode | None, known: Mapping[str, DocumentRecord]
    ) -> None:
        fresh = _fingerprint(file, language)
        before = known.get(file.location)
        if before is not None and before.fingerprint == fresh:
            self._unchanged(before)
            return
        items = loader.load(file, language)
        skipped = [item for item in items if isinstance(item, Skipped)]
        documents = [item for item in items if isinstance(item, Document)]
        for document in documents:
            self._take(document, fresh, known, skipped)
        if not documents:
            self._skip(skipped)

    def _take(
        self, document: Document, fingerprint: str, known: Mapping[str, DocumentRecord], skipped: Collection[Skipped] = ()
    ) -> None:
        before = known.get(document.location)
        if before is not None and before.fingerprint == fingerprint:
            self._unchanged(before)
            return
        self.report.updated += before is not None
        self.report.added += before is None
        record = DocumentRecord(
            document.location, document.source, document.title, document.language, fingerprint, tuple(skipped)
        )
        chunks = cut(document, self._encoder.count_tokens)
        self._batch[document.location] = (record, chunks)
        self.report.skipped.extend(skipped)
        self.report.chunks += len(chunks)
        self._size += len(chunks)
        self._tick(READ)
        if self._size >= BATCH:
            self._flush()

    def _unchanged(self, record: DocumentRecord) -> None:
        self.report.unchanged += 1
        self.report.skipped.extend(record.skipped)
        self._tick()

    def _flush(self) -> None:
        if self._batch:
            left, chunks = len(self._batch) * (1 - READ), max(self._size, 1)
            self._indexer.write(list(self._batch.values()), lambda written: self._tell(self._done + left * written / chunks))
            self._tick(left)
        self._batch, self._size = {}, 0

    def _remove(self, locations: Collection[str]) -> None:
        if locations:
            self._indexer.forget(locations)
        self.report.removed += len(locations)

    def _skip(self, skipped: Collection[Skipped]) -> None:
        self.report.skipped.extend(skipped)
        self._tick()

    def _tick(self, documents: float = 1) -> None:
        self._done += documents
        self._tell(self._done)

    def _tell(self, done: float) -> None:
        if self._progress:
            self._progress(done, self._total)


def _fingerprint(file: SourceFile, language: LanguageCode | None) -> str:
    """Of the content and of the language given for it; empty, and equal to no recorded one, where it cannot be read."""
    try:
        return f"{fingerprint(file.path)}{language or ''}"
    except OSError:
        return ""


def content_fingerprint(document: Document) -> str:
    """A hash of everything in ``document``."""
    return hashlib.blake2b(repr(document).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
