"""The nouns of the knowledge base: documents, chunks, and what a search finds.

A file or URL is parsed into a :class:`Document` with :class:`Section` parts; the chunker cuts these into :class:`Chunk`
records with content-hash ids; a retriever answers a query with :class:`SearchHit` records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

LanguageCode = Literal["zh", "en"]
SectionKind = Literal["text", "qa", "row", "product"]

NO_METADATA: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document: prose under a heading, one question with its answer, one table row, or one product.

    ``path`` holds the headings above it, outermost first; ``row`` is its number in a table, as the file shows it.
    ``question`` is set for ``kind == "qa"`` only, and ``text`` is then the answer alone. ``metadata`` carries the extra
    columns of a row (category, tags, valid_until, …).
    """

    text: str
    path: tuple[str, ...] = ()
    kind: SectionKind = "text"
    question: str | None = None
    language: LanguageCode | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A loaded file or page.

    ``location`` identifies it (absolute path or URL; loading the same location again replaces it); ``source`` is the short
    name shown to customers (path relative to what was loaded, or URL); ``title`` is shown too; ``metadata`` holds for every
    passage of it; ``notes`` tell the owner what was taken for granted in reading it.
    """

    location: str
    source: str
    title: str
    language: LanguageCode
    sections: tuple[Section, ...]
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or row that was not loaded, with a reason that the owner can act on. ``row`` counts from 1; None: the file."""

    source: str
    reason: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage as it is indexed.

    ``id`` is a content hash: equal content of the same source has an equal id. ``text`` is verbatim from the document
    (an answer, a paragraph group, a row); ``heading`` is its context (title and headings joined), indexed with the text but
    never quoted. ``position`` is its place in the document; ``tokens`` its size for the encoder's tokenizer.
    """

    id: str
    location: str
    source: str
    title: str
    language: LanguageCode
    kind: SectionKind
    text: str
    heading: str
    position: int
    tokens: int
    question: str | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)

    @property
    def indexed_text(self) -> str:
        """What encoders and the lexical index read: heading, question and text, one a line."""
        return "\n".join(part for part in (self.heading, self.question, self.text) if part)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A chunk with its calibrated relevance.

    ``score`` is in [0, 1]: an estimate of the probability that the chunk answers the query. ``dense`` is the cosine
    similarity, ``lexical`` the normalised BM25 score, both for explanation only.
    """

    chunk: Chunk
    score: float
    dense: float
    lexical: float

    def scored(self, score: float) -> SearchHit:
        """The hit with another score. A turn asks for dozens: ``dataclasses.replace`` would take as long as a search."""
        return self if score == self.score else SearchHit(self.chunk, score, self.dense, self.lexical)
