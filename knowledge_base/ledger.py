"""The record of what is indexed. It is the truth: vectors and the lexical index can be made again from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from knowledge_base.types import Chunk, LanguageCode, SectionKind, Skipped

STAGED = 2**31 - 1
"""The number that stands for what is staged: later than every version."""
LIVE = STAGED - 1
"""The number that stands for the live version, whichever it is: not past, and not staged."""


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
class Stage:
    """What is written but not live: ``kind`` is ``load`` while one runs or was interrupted, ``draft`` for the owner's draft.

    ``what`` tells the owner what it is; ``request`` is what a caller needs to go on with it, as JSON types.
    """

    kind: Literal["load", "draft"]
    what: str
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexState:
    """``encoder`` made the vectors (None before the first); ``version`` is the live one, 0 before the first."""

    encoder: str | None
    version: int
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A state that the knowledge had. ``added`` and ``removed`` count chunks against the one before."""

    number: int
    what: str
    added: int
    removed: int
    documents: int
    chunks: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """Sizes: ``documents`` and ``chunks`` that are live, and ``staged`` chunks beside them; ``touched``: anything is staged.

    ``vectors`` is how many vectors the vector store must hold, ``pending`` the chunks still without theirs.
    """

    documents: int
    chunks: int
    staged: int
    vectors: int
    pending: int
    touched: bool = False


class Passages(Protocol):
    """Where the chunks of a version are read."""

    def chunks(self, ids: Collection[str], version: int) -> Mapping[str, Chunk]:
        """The chunks with these ids in a version; others are left out."""
        ...

    def around(self, chunk: Chunk, n: int, version: int) -> Sequence[Chunk]:
        """Up to ``n`` chunks before and after ``chunk`` in its document, in order, without itself."""
        ...


class Ledger(Passages, Protocol):
    """Documents and their chunks in a database, by version. Every write is one transaction; every method is thread-safe.

    Writing is staged: it changes nothing that is live, until :meth:`publish` makes it the next version in one step. A chunk is
    written with its ``indexed`` flag down; the flag goes up by :meth:`confirm` once its vectors are stored. Methods raise
    :class:`knowledge_base.errors.LedgerError` when the database cannot be read or written.
    """

    def alone(self) -> AbstractContextManager[None]:
        """A time in which no other process that shares the database writes; waits until it begins."""
        ...

    def state(self) -> IndexState:
        """The encoder, the live version and what is staged."""
        ...

    def start(self, encoder: str) -> None:
        """Records that vectors are made with ``encoder`` from now on; every chunk is pending again."""
        ...

    def stage(self, stage: Stage | None) -> None:
        """Says what is staged from now on."""
        ...

    def documents(self, prefix: str = "", version: int = STAGED) -> Mapping[str, DocumentRecord]:
        """The documents of a version whose location begins with ``prefix``, by location; what is staged included."""
        ...

    def store(self, batch: Sequence[tuple[DocumentRecord, Sequence[Chunk]]]) -> Changes:
        """Stages documents with all their chunks, in place of those of the same locations; unchanged chunks stay."""
        ...

    def forget(self, locations: Collection[str]) -> Changes:
        """Stages the removal of documents with their chunks."""
        ...

    def drop(self, ids: Collection[str]) -> Changes:
        """Stages the removal of single chunks from their documents."""
        ...

    def restore(self, number: int, keep: Collection[str]) -> Changes:
        """Stages the documents as version ``number`` had them, but for locations that begin with one of ``keep``."""
        ...

    def publish(self, what: str, prefix: str = "") -> tuple[Version | None, Changes]:
        """Makes what is staged at locations beginning with ``prefix`` the next version; None where that is nothing."""
        ...

    def discard(self) -> Changes:
        """Removes what is staged."""
        ...

    def versions(self) -> Sequence[Version]:
        """The versions that can be restored, newest first."""
        ...

    def confirm(self, ids: Collection[str]) -> None:
        """Puts up the flag of these chunks: their vectors are stored."""
        ...

    def retract(self, ids: Collection[str]) -> None:
        """Takes down the flag of these chunks: their vectors are missing."""
        ...

    def pending(self, limit: int) -> Sequence[Chunk]:
        """At most ``limit`` chunks, live or staged, whose flag is down."""
        ...

    def keys(self) -> Sequence[ChunkKey]:
        """The keys of all chunks that are live or staged, each once."""
        ...

    def all_chunks(self, version: int) -> Iterator[Chunk]:
        """Every chunk of a version, by location and position."""
        ...

    def counts(self) -> Counts:
        """How much is recorded."""
        ...
