"""Hybrid retrieval: nearest vectors and BM25, fused, without repeats, with a calibrated score."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from knowledge_base.calibration import Calibration
from knowledge_base.embedding import space_of
from knowledge_base.encoder import Encoder
from knowledge_base.ledger import Passages
from knowledge_base.lexical import LexicalIndex, LexicalScores
from knowledge_base.once import Once
from knowledge_base.terms import codes, normalise, terms
from knowledge_base.types import Chunk, LanguageCode, SearchHit, SectionKind
from knowledge_base.vector_store import QUESTION, SPACES, Space, Vectors

CANDIDATES = 40
FILTERED_CANDIDATES = 200
MAX_QUERY = 2000
REMEMBERED = 256
"""Queries whose vectors are kept: a turn searches several times for the same words, and customers ask the same."""
KEPT_CHUNKS = 20_000
COMPARED = 20
"""Candidates that are compared for their scores, so that a score does not depend on how many are asked for."""
NEAR_SAME = 96
MOST_CROWDED = 4.0
KINDS: tuple[SectionKind, ...] = ("text", "qa", "row", "product")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LATIN_WORD = re.compile(r"[^\W\d_㐀-䶿一-鿿]{2,}")
_CODE = re.compile(r"(?<![a-z0-9-])[a-z0-9-]*\d[a-z0-9-]*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_normalised = lru_cache(maxsize=4096)(normalise)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may answer, with what speaks for it.

    ``dense`` is the cosine with the chunk or with its question, whichever is nearer; ``lexical`` the normalised BM25 score;
    ``coverage`` the share of the query's terms that the chunk has; ``exact`` the share of the query's codes (SKUs, model
    names) that it has; ``language`` is the query's; ``size`` counts the tokens of what the cosine was taken with; candidates
    are ranked by ``fused``, once all of a query's are known.
    """

    chunk: Chunk
    dense: float
    lexical: float
    coverage: float
    exact: float
    language: LanguageCode
    same_language: bool
    size: float
    fused: float = 0.0


def query_language(text: str) -> LanguageCode:
    """The language that most of the query's words are in: two Chinese characters count as one word, model names as none."""
    return "zh" if len(_HAN.findall(text)) > 2 * len(_LATIN_WORD.findall(_CODE.sub(" ", text))) else "en"


class Retriever:
    """Answers queries from a snapshot of the lexical index, the vector store and the ledger; thread-safe."""

    def __init__(
        self,
        passages: Passages,
        vectors: Vectors,
        encoder: Encoder,
        lexical: Callable[[], LexicalIndex],
        calibration: Calibration,
        crowding: Callable[[], float] = lambda: 1.0,
    ) -> None:
        """Search the version that ``lexical``, the current lexical index, is of.

        ``crowding`` tells how many vectors there are for one of that version: so many more of the nearest are looked at.
        """
        self._passages, self._vectors, self._encoder, self._lexical = passages, vectors, encoder, lexical
        self._calibration, self._crowding = calibration, crowding
        self._kept: tuple[LexicalIndex | None, dict[str, Chunk]] = None, {}
        self._vector = Once(self._encoded, REMEMBERED)
        self._ahead: Future[NDArray[np.float32]] | None = None
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="query-ahead")

    def search(self, query: str, k: int = 10, kinds: Collection[SectionKind] | None = None) -> list[SearchHit]:
        """At most ``k`` chunks, best first, among ``kinds`` where given; nothing for a query without content.

        The first characters of a very long query count (2,000). Scores never rise down the list.

        Raises:
            ValueError: ``k`` is not at least 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1. Currently, k is {k!r}.")
        found = self.candidates(query, max(k, COMPARED), kinds)
        scores = np.minimum.accumulate(self._calibration.scores(found)) if found else ()
        return [
            SearchHit(candidate.chunk, float(score), candidate.dense, candidate.lexical)
            for candidate, score in zip(found[:k], scores[:k], strict=True)
        ]

    def over(
        self, lexical: Callable[[], LexicalIndex], passages: Passages | None = None, vectors: Vectors | None = None
    ) -> Retriever:
        """The same search in another version, or of other passages."""
        passages, vectors = passages or self._passages, vectors or self._vectors
        return Retriever(passages, vectors, self._encoder, lexical, self._calibration, self._crowding)

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index now: what is found stays the same while this is the same object."""
        return self._lexical()

    def chunk(self, chunk_id: str) -> Chunk | None:
        """The chunk with this id, or None."""
        return self._passages.chunks([chunk_id], self.lexical.generation).get(chunk_id)

    def neighbours(self, chunk: Chunk, n: int) -> list[Chunk]:
        """Up to ``n`` chunks before and ``n`` after ``chunk`` in its document, in order."""
        return list(self._passages.around(chunk, n, self.lexical.generation))

    def expect(self, query: str) -> None:
        """Begins to encode a query that will most likely be searched for, unless another one is being encoded that way."""
        query = query[:MAX_QUERY].strip()
        if query not in self._vector and (self._ahead is None or self._ahead.done()):
            self._ahead = self._aside.submit(self._vector, query)

    def candidates(self, query: str, k: int, kinds: Collection[SectionKind] | None = None) -> list[Candidate]:
        """At most ``k`` candidates, best first, none of them repeating another."""
        query = query[:MAX_QUERY].strip()
        query_terms = terms(query)
        vector = self._vector(query)
        index = self._lexical()  # once: it may be another one a moment later
        lexical = index.score(query_terms)
        found: list[Candidate] = []
        for space in SPACES:
            wanted = [kind for kind in kinds or KINDS if space_of(kind) == space]
            if wanted and lexical.holds(products=space == "products"):
                narrow = kinds is not None and space == "passages" and len(wanted) < 3
                count = max(2 * k, FILTERED_CANDIDATES if narrow else CANDIDATES)
                found += self._in_space(space, query, vector, lexical, count, wanted, index)
        fused = self._calibration.fuse(found).tolist()
        order = sorted(range(len(found)), key=lambda place: (fused[place], found[place].same_language), reverse=True)
        return [replace(found[place], fused=fused[place]) for place in _distinct(found, order, k)]

    def _encoded(self, query: str) -> NDArray[np.float32]:
        return np.asarray(self._encoder.encode([query])[0])

    def _in_space(
        self,
        space: Space,
        query: str,
        vector: NDArray[np.float32],
        lexical: LexicalScores,
        count: int,
        kinds: Collection[SectionKind],
        index: LexicalIndex,
    ) -> list[Candidate]:
        dense = self._vectors.nearest(space, vector, int(count * min(self._crowding(), MOST_CROWDED)))
        ids = {entry.removesuffix(QUESTION) for entry in dense} | set(lexical.best(count, products=space == "products"))
        chunks = [chunk for chunk in self._chunks(sorted(ids), index) if chunk.kind in kinds]  # sorted: ties alike in every run
        entries = [chunk.id for chunk in chunks] + [chunk.id + QUESTION for chunk in chunks if chunk.question is not None]
        dense |= self._vectors.cosines(space, vector, [entry for entry in entries if entry not in dense])
        language, exact_codes = query_language(query), codes(query)
        return [self._candidate(chunk, dense, lexical, language, exact_codes) for chunk in chunks]

    def _chunks(self, ids: Collection[str], index: LexicalIndex) -> list[Chunk]:
        """The chunks of these ids in the version that ``index`` is of; those read of it before come from memory."""
        of, kept = self._kept
        if of is not index or len(kept) > KEPT_CHUNKS:
            of, kept = self._kept = index, {}
        if new := [chunk_id for chunk_id in ids if chunk_id not in kept]:
            kept.update(self._passages.chunks(new, index.generation))
        return [kept[chunk_id] for chunk_id in ids if chunk_id in kept]

    def _candidate(
        self, chunk: Chunk, dense: dict[str, float], scores: LexicalScores, language: LanguageCode, exact_codes: set[str]
    ) -> Candidate:
        lexical, coverage = scores.of(chunk.id)
        cosine, asked = dense.get(chunk.id, 0.0), dense.get(chunk.id + QUESTION, 0.0)
        matched = chunk.question if chunk.question and asked > cosine else chunk.text
        size = chunk.tokens * len(matched) / max(len(chunk.text), 1)
        cosine = max(cosine, asked)
        exact = len(exact_codes & codes(chunk.indexed_text)) / len(exact_codes) if exact_codes else 0.0
        same = chunk.language == language
        return Candidate(chunk, cosine, lexical, coverage, exact, language, same, size)


_reading: ContextVar[Retriever | None] = ContextVar("reading", default=None)


@contextmanager
def reading(retriever: Retriever) -> Iterator[None]:
    """Lets searches of this thread search with ``retriever`` meanwhile."""
    token = _reading.set(retriever)
    try:
        yield
    finally:
        _reading.reset(token)


def being_read() -> Retriever | None:
    """What searches of this thread are to search with; None for what is live."""
    return _reading.get()


def _distinct(found: Sequence[Candidate], order: Iterable[int], k: int) -> list[int]:
    """The first ``k`` places of ``order`` whose candidates don't repeat one before."""
    kept: list[int] = []
    seen: list[str] = []
    for place in order:
        if len(kept) == k:
            break
        chunk = found[place].chunk
        said = _said(chunk)
        if not any(_repeats(said, other, chunk.kind) for other in seen):
            seen.append(said)
            kept.append(place)
    return kept


def _said(chunk: Chunk) -> str:
    """What a passage says without its heading, which differs from file to file; of a product, its title makes part."""
    parts = (chunk.heading if chunk.kind == "product" else None, chunk.question, chunk.text)
    return _normalised("\n".join(part for part in parts if part))


def _repeats(said: str, other: str, kind: SectionKind) -> bool:
    """Whether two passages say the same. Passages that differ in a number don't, nor do variants of a product."""
    if said == other:
        return True
    near = kind != "product" and ratio(said, other, score_cutoff=NEAR_SAME) > 0
    return near and _NUMBER.findall(said) == _NUMBER.findall(other)
