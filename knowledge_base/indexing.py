"""Keeps the vectors and the lexical index equal to the ledger, whatever interrupts it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.embedding import Embedder, space_of
from knowledge_base.encoder import Encoder
from knowledge_base.ledger import STAGED, ChunkKey, Counts, DocumentRecord, Ledger, Version
from knowledge_base.lexical import LexicalIndex
from knowledge_base.types import Chunk, Skipped
from knowledge_base.vector_store import QUESTION, SPACES, Space, VectorStore

BATCH = 512

Progress = Callable[[float, int | None], None]
"""Called with the number of documents done, a fraction of a long one included, and how many there are where that is known."""


@dataclass(slots=True)
class LoadReport:
    """What a load did: numbers of documents and chunks, what was skipped and why, and how long it took.

    ``notes`` tell what was taken for granted, such as which columns hold questions.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    chunks: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    version: int | None = None
    """The version that the load made; None where it changed nothing or went into a draft."""


class Indexer:
    """Writes chunks in an order that survives a kill at any point.

    The ledger comes first, staged and with the chunks' flags down; then the vectors; then the flags go up; then the lexical
    index of what is staged; then the ledger makes it the live version, and searches go over to the new lexical index in one
    step. Vectors that no version in use needs go last. So every flagged chunk has its vectors, and where besides no chunk is
    pending and the numbers are equal, ledger and vector store agree id for id.
    """

    def __init__(self, ledger: Ledger, vectors: VectorStore, encoder: Encoder, directory: Path) -> None:
        """Index with ``encoder`` into ``vectors`` and the lexical indexes under ``directory``."""
        self._ledger, self._vectors, self._encoder = ledger, vectors, encoder
        self._embedder = Embedder(ledger, vectors, encoder)
        self._lexical_directory, self._draft_directory = directory / "lexical", directory / "lexical-draft"
        self.crowding = 1.0
        """How many vectors there are for one that is live: others, staged or gone, take places among the nearest."""
        self._live = 0
        self.lexical = LexicalIndex.empty()
        self.draft = LexicalIndex.empty()

    def someone_searches(self) -> None:
        """Tells that a search came in: writing takes smaller steps for a second, so that searches don't wait."""
        self._embedder.someone_searches()

    def current(self) -> bool:
        """Whether the vectors were made with this encoder."""
        return self._ledger.state().encoder == self._encoder.name

    def write(
        self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]], written: Callable[[int], None] = lambda chunks: None
    ) -> None:
        """Stages documents and makes their vectors; ``written`` hears how many chunks have theirs so far."""
        changes = self._ledger.store(batch)
        self.crowding += len(changes.pending) / max(self._live, 1)
        self._embedder.embed(changes.pending, written)
        self._drop(changes.gone)

    def forget(self, locations: Iterable[str]) -> None:
        """Stages the removal of documents."""
        self._drop(self._ledger.forget(list(locations)).gone)

    def drop(self, ids: Collection[str]) -> None:
        """Stages the removal of single chunks from their documents."""
        self._drop(self._ledger.drop(ids).gone)

    def restore(self, number: int, keep: Collection[str], progress: Progress | None = None) -> None:
        """Stages the documents as version ``number`` had them, and makes their vectors."""
        self._ledger.restore(number, keep)
        self._embed_pending(progress)

    def publish(self, what: str, prefix: str = "") -> Version | None:
        """Makes what is staged under ``prefix`` the live version, in one step for every search; None for no change."""
        self._embed_pending()
        prepared = None
        if self._ledger.counts().touched and (self._ledger.state().stage is None or not prefix):  # else others are staged, too
            prepared = LexicalIndex.build(self._lexical_directory, self._ledger.all_chunks(STAGED), self._next())
        version, changes = self._ledger.publish(what, prefix)
        if version is None or prepared is None:
            self.refresh()
        else:
            self.lexical = prepared
        self._drop(changes.gone)
        self._measure(self._ledger.counts())
        return version

    def draw_up(self) -> None:
        """Makes the lexical index of the draft."""
        self._embed_pending()
        self.draft = LexicalIndex.build(self._draft_directory, self._ledger.all_chunks(STAGED), STAGED)

    def discard(self) -> None:
        """Removes what is staged."""
        self._drop(self._ledger.discard().gone)
        self._measure(self._ledger.counts())

    def reconcile(self) -> None:
        """Finishes what was interrupted: makes missing vectors, removes orphaned ones, renews the lexical index."""
        self._embed_pending()
        counts = self._ledger.counts()
        if sum(self._vectors.count(space) for space in SPACES) != counts.vectors:
            self._compare()
            self._embed_pending()
        self.refresh()
        self._measure(counts)

    def refresh(self) -> None:
        """Renews the lexical index unless it is of the live version."""
        version = self._ledger.state().version
        if self.lexical.generation < 0:
            self.lexical = LexicalIndex.open(self._lexical_directory)
        if self.lexical.generation != version:
            self.lexical = LexicalIndex.build(self._lexical_directory, self._ledger.all_chunks(version), version)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Makes all vectors and the lexical index again from the ledger."""
        self._vectors.clear()  # before the ledger: vectors of another length must be gone when the new ones come
        self._ledger.start(self._encoder.name)
        self._embed_pending(progress)
        self.refresh()

    def _next(self) -> int:
        return self._ledger.state().version + 1

    def _measure(self, counts: Counts) -> None:
        self._live = counts.chunks
        self.crowding = 1.0 + counts.staged / max(counts.chunks, 1)

    def _embed_pending(self, progress: Progress | None = None) -> None:
        total = self._ledger.counts().pending if progress else 0  # it goes through all that there is
        done = 0
        while chunks := self._ledger.pending(BATCH):
            self._embedder.embed(chunks)
            done += len(chunks)
            if progress:
                progress(done, total)

    def _drop(self, keys: Iterable[ChunkKey]) -> None:
        ids: dict[Space, list[str]] = {space: [] for space in SPACES}
        for key in keys:
            ids[space_of(key.kind)].extend(_vector_ids(key))
        for space in SPACES:
            self._vectors.delete(space, ids[space])

    def _compare(self) -> None:
        keys = self._ledger.keys()
        for space in SPACES:
            wanted = {entry: key.id for key in keys if space_of(key.kind) == space for entry in _vector_ids(key)}
            stored = self._vectors.ids(space)
            self._vectors.delete(space, list(stored - wanted.keys()))
            self._ledger.retract({wanted[entry] for entry in wanted.keys() - stored})


def _vector_ids(key: ChunkKey) -> tuple[str, ...]:
    return (key.id, key.id + QUESTION) if key.asks else (key.id,)
