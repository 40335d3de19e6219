"""One load: tells new, changed, unchanged and vanished documents apart and writes only what differs."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from knowledge_base.chunking import chunk as cut
from knowledge_base.comparison import Comparison, Judged, Rules
from knowledge_base.copies import Copies
from knowledge_base.encoder import Encoder
from knowledge_base.indexing import BATCH, LoadReport, Progress
from knowledge_base.ledger import STAGED, DocumentRecord, Ledger
from knowledge_base.load_options import LoadOptions, is_address
from knowledge_base.loading import DocumentLoader, Source, fingerprint, list_files
from knowledge_base.loading.files import SourceFile, container_of
from knowledge_base.loading.parsed import Unreadable
from knowledge_base.loading.web.pages import Gone, Page, PageRecord, Same, Web
from knowledge_base.loading.web.site import read_site
from knowledge_base.types import Chunk, Document, Skipped

READ = 0.125
"""How much of a document counts as done once it is read and cut; the rest is writing it."""


class Writer(Protocol):
    """Where changed documents go: :class:`knowledge_base.indexing.Indexer`, or nowhere for a preview."""

    def write(self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]], written: Callable[[int], None] = ...) -> None:
        """Takes documents; ``written`` hears how many chunks are done."""
        ...

    def forget(self, locations: Iterable[str]) -> None:
        """Removes documents."""
        ...

    def drop(self, ids: Collection[str]) -> None:
        """Removes single chunks."""
        ...


class Update:
    """Collects changed documents and writes them in batches; ``report`` counts what happened."""

    def __init__(
        self,
        ledger: Ledger,
        writer: Writer,
        encoder: Encoder,
        options: LoadOptions,
        progress: Progress | None = None,
        preview: bool = False,
    ) -> None:
        """Write to ``writer``; ``progress`` hears of every document that is written or passed over.

        For a ``preview``, every passage of a changed document is ``judged``.
        """
        self.report = LoadReport()
        self.judged: list[Judged] = []
        self.started = time.monotonic()
        self.read_pages: list[PageRecord] = []
        self.forgotten_pages: list[str] = []
        self._ledger, self._writer, self._encoder, self._options = ledger, writer, encoder, options
        self._progress, self._preview = progress, preview
        compared = preview or options.rules != Rules()
        self._comparison = Comparison(ledger.all_chunks(STAGED)) if compared else None
        self._copies: Copies | None = None
        self._copied: list[tuple[str, str, str]] = []
        self._batch: dict[str, tuple[DocumentRecord, list[Chunk]]] = {}
        self._size = 0
        self._done = 0.0
        self._total: int | None = None

    def files(self, paths: Sequence[str | Path]) -> None:
        """Takes files and directories; documents of a given directory or archive whose file is gone or left out go too."""
        leave_out = set(self._options.leave_out)
        found = [file for file in list_files(paths) if isinstance(file, Skipped) or file.location not in leave_out]
        self._total = len(found)
        known = self._ledger.documents()
        with DocumentLoader(self._options.columns) as loader:
            for file in found:
                if isinstance(file, Skipped):
                    self._skip([file])
                else:
                    self._file(file, loader, known)
        self._flush()
        present = {file.location for file in found if isinstance(file, SourceFile)}
        gone = _gone(paths, known.keys(), present) | (known.keys() & leave_out)
        self._remove(gone)
        self._tell_copies(gone)

    def web(self, addresses: Sequence[str], web: Web) -> None:
        """Takes pages, and those that sitemaps and feeds list; one that was gone twice in a row is removed."""
        known = self._ledger.documents("http")
        fingerprints = {url: record.fingerprint for url, record in known.items()}
        gone: list[str] = []
        with web.open() as getter, DocumentLoader(self._options.columns) as loader:
            for root in addresses:
                for reading in read_site(root, getter, web.log.pages(root), fingerprints.get):
                    match reading:
                        case Skipped():
                            self._skip([reading])
                        case Same(record):
                            self.read_pages.append(record)
                            self._unchanged(known[record.url])
                        case Gone(record) if reading.for_good:
                            self.forgotten_pages.append(record.url)
                            gone.append(record.url)
                        case Gone(record):
                            self.read_pages.append(record)
                            self._skip(
                                [Skipped(record.url, "is not there any more; it is removed if it is still gone next time")]
                            )
                        case Page():
                            self._page(reading, loader, known)
        self._flush()
        self._remove(known.keys() & set(gone))
        self._tell_copies(gone)

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

    def _file(self, file: Source, loader: DocumentLoader, known: Mapping[str, DocumentRecord]) -> None:
        fresh = _fingerprint(file, self._options.mark)
        before = known.get(file.location)
        if before is not None and before.fingerprint == fresh:
            self._unchanged(before)
            return
        self._read(file, loader, known, lambda _: fresh)

    def _page(self, page: Page, loader: DocumentLoader, known: Mapping[str, DocumentRecord]) -> None:
        """Pages are known by what they say: many have something in their bytes that changes with every answer."""
        made = self._read(page, loader, known, lambda document: content_fingerprint(document) + self._options.mark)
        if made is not None:
            self.read_pages.append(replace(page.record, fingerprint=made))

    def _read(
        self,
        source: Source,
        loader: DocumentLoader,
        known: Mapping[str, DocumentRecord],
        fingerprint_of: Callable[[Document], str],
    ) -> str | None:
        """Takes what ``source`` holds; the fingerprint of its document, None where there is none."""
        items = loader.load(source, self._options.language)
        skipped = [item for item in items if isinstance(item, Skipped)]
        for item in items:
            if isinstance(item, Document):
                fresh = fingerprint_of(item)
                chunks = self._take(item, fresh, known, skipped)
                if item.location not in known:
                    self._look_for_its_like(item, chunks)
                return fresh
        self._skip(skipped)
        return None

    def _take(
        self, document: Document, fingerprint: str, known: Mapping[str, DocumentRecord], skipped: Collection[Skipped] = ()
    ) -> Sequence[Chunk]:
        """Takes a document; the passages of it that are loaded, none where it has not changed."""
        before = known.get(document.location)
        if before is not None and before.fingerprint == fingerprint:
            self._unchanged(before)
            return ()
        self.report.updated += before is not None
        self.report.added += before is None
        record = DocumentRecord(
            document.location, document.source, document.title, document.language, fingerprint, tuple(skipped)
        )
        chunks = cut(document, self._encoder.count_tokens)
        if self._comparison is not None:
            chunks = self._decided(self._comparison.judge(document.location, chunks, _rows(document, chunks)))
        self._batch[document.location] = (record, chunks)
        self.report.skipped.extend(skipped)
        self.report.notes.extend(f"{document.source}: {note}" for note in document.notes)
        self.report.chunks += len(chunks)
        self._size += len(chunks)
        self._tick(READ)
        if self._size >= BATCH:
            self._flush()
        return chunks

    def _look_for_its_like(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Notes which document a new one nearly repeats, among those that are there and those before it in this load."""
        if self._copies is None:
            there = self._ledger.all_chunks(STAGED)
            self._copies = Copies(each for each in there if "://" not in each.location or is_address(each.location))
        if (other := self._copies.like(document.location, chunks)) is not None:
            self._copied.append((document.source, *other))
        self._copies.add(document.location, chunks)

    def _tell_copies(self, gone: Collection[str]) -> None:
        """Tells which new documents repeat one that stays."""
        self.report.notes.extend(
            f"{source}: says much the same as {name}, and both will answer customers: remove the one that is out of date, with"
            " `shopdesk remove`, or in the console under Knowledge"
            for source, place, name in self._copied
            if place not in gone
        )

    def _decided(self, judged: Sequence[Judged]) -> list[Chunk]:
        """What is left of a document's passages under the rules; rows elsewhere that they overwrite go."""
        rules = self._options.rules
        self.judged.extend(judged if self._preview else ())
        kept: dict[str, Chunk] = {}
        for row in judged:
            decision = rules.decision(row)
            if row.status == "removed" or (decision == "skip" and row.status != "changed"):
                continue
            chunk = row.other if decision == "skip" and row.other else row.chunk
            kept[chunk.id] = chunk
            if decision == "overwrite" and row.other is not None and row.other.location != row.chunk.location:
                self._writer.drop([row.other.id])
            elif decision == "overwrite" and row.other is not None:
                kept.pop(row.other.id, None)
        return [replace(chunk, position=position) for position, chunk in enumerate(kept.values())]

    def _unchanged(self, record: DocumentRecord) -> None:
        self.report.unchanged += 1
        self.report.skipped.extend(record.skipped)
        self._tick()

    def _flush(self) -> None:
        if self._batch:
            left, chunks = len(self._batch) * (1 - READ), max(self._size, 1)
            self._writer.write(list(self._batch.values()), lambda written: self._tell(self._done + left * written / chunks))
            self._tick(left)
        self._batch, self._size = {}, 0

    def _remove(self, locations: Collection[str]) -> None:
        if self._preview and self._comparison is not None:
            self.judged.extend(row for location in sorted(locations) for row in self._comparison.leave(location))
        if locations:
            self._writer.forget(locations)
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


def _rows(document: Document, chunks: Sequence[Chunk]) -> dict[str, int]:
    """Chunk id → row of the table that it is from."""
    rows = {(section.question, section.text.strip()): section.row for section in document.sections if section.row is not None}
    return {chunk.id: row for chunk in chunks if (row := rows.get((chunk.question, chunk.text))) is not None}


def _gone(paths: Sequence[str | Path], known: Collection[str], present: Collection[str]) -> set[str]:
    """Known locations under ``paths`` that are no longer there: a file of a directory, or of an archive."""
    roots = [os.path.join(Path(path).resolve(), "") for path in paths if Path(path).is_dir()]
    archives = [str(Path(path).resolve()) for path in paths if not Path(path).is_dir()]
    gone = set()
    for location in known:
        container = str(container_of(location))
        given = any(location.startswith(root) for root in roots) or (container != location and container in archives)
        if given and (not Path(container).exists() or (container != location and location not in present)):
            gone.add(location)
    return gone


def _fingerprint(file: Source, mark: str) -> str:
    """Of the content and of how it is read; empty, and equal to no recorded one, where it cannot be read."""
    try:
        return f"{fingerprint(file)}{mark}"
    except (OSError, Unreadable):
        return ""


def content_fingerprint(document: Document) -> str:
    """A hash of everything in ``document``."""
    return hashlib.blake2b(repr(document).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
