"""The record of what is indexed. It is the truth: vectors and the lexical index can be made again from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge_base.types import Chunk, LanguageCode, SectionKind, Skipped


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as recorded: equal fingerprints mean equal content. ``skipped`` are its rows that were not loaded."""

    location: str
    source: str
    title: str
    language: LanguageCode
    fingerprint: str
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class ChunkKey:
    """As much of a chunk as is needed to find its vectors. ``asks``: it has a question with a vector of its own."""

    id: str
    kind: SectionKind
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write left to do: vectors to make for ``pending`` chunks and to remove for ``gone`` ones."""

    pending: tuple[Chunk, ...] = ()
    gone: tuple[ChunkKey, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexState:
    """``encoder`` made the vectors (None before the first); ``generation`` grows with every change of the chunks."""

    encoder: str | None
    generation: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Sizes: ``vectors`` is how many vectors the vector store must hold, ``pending`` the chunks still without theirs."""

    documents: int
    chunks: int
    vectors: int
    pending: int


class Ledger(Protocol):
    """Documents and their chunks in a database. Every write is one transaction; every method is thread-safe.

    A chunk is written first with its ``indexed`` flag down; the flag goes up by :meth:`confirm` once its vectors are stored.
    Methods raise :class:`knowledge_base.errors.LedgerError` when the database cannot be read or written.
    """

    def state(self) -> IndexState:
        """The encoder and the generation of the index."""
        ...

    def start(self, encoder: str) -> None:
        """Records that vectors are made with ``encoder`` from now on; every chunk is pending again."""
        ...

    def documents(self, prefix: str = "") -> Mapping[str, DocumentRecord]:
        """The recorded documents whose location begins with ``prefix``, by location."""
        ...

    def store(self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]]) -> Changes:
        """Records documents with all their chunks, in place of what was recorded for them; unchanged chunks stay."""
        ...

    def forget(self, locations: Collection[str]) -> Changes:
        """Removes documents with their chunks."""
        ...

    def confirm(self, ids: Collection[str]) -> None:
        """Puts up the flag of these chunks: their vectors are stored."""
        ...

    def retract(self, ids: Collection[str]) -> None:
        """Takes down the flag of these chunks: their vectors are missing."""
        ...

    def pending(self, limit: int) -> Sequence[Chunk]:
        """At most ``limit`` chunks whose flag is down."""
        ...

    def keys(self) -> Sequence[ChunkKey]:
        """The keys of all chunks."""
        ...

    def chunks(self, ids: Collection[str]) -> Mapping[str, Chunk]:
        """The chunks with these ids; unknown ids are left out."""
        ...

    def all_chunks(self) -> Iterator[Chunk]:
        """Every chunk, by location and position."""
        ...

    def around(self, chunk: Chunk, n: int) -> Sequence[Chunk]:
        """Up to ``n`` chunks before and after ``chunk`` in its document, in order, without itself."""
        ...

    def counts(self) -> Counts:
        """How much is recorded."""
        ...
