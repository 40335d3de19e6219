"""Makes the vectors of chunks and stores them, with all cores and without being in the way of searches."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder
from knowledge_base.ledger import Ledger
from knowledge_base.types import Chunk, SectionKind
from knowledge_base.vector_store import QUESTION, SPACES, Space, VectorStore

PART = 256
POLITE_PART = 64
POLITE_SECONDS = 1.0
NICE = 5
"""By how much threads that make vectors rank below those of searches, where the system ranks threads."""

Made = dict[Space, tuple[list[str], NDArray[np.float32]]]


def space_of(kind: SectionKind) -> Space:
    """Where the vectors of chunks of this kind are."""
    return "products" if kind == "product" else "passages"


def vectors_of(chunks: Sequence[Chunk], encoder: Encoder) -> Made:
    """Ids and vectors for each space. A text that several chunks share is read once."""
    entries: dict[Space, list[tuple[str, str]]] = {space: [] for space in SPACES}
    for chunk in chunks:
        entries[space_of(chunk.kind)].append((chunk.id, chunk.indexed_text))
        if chunk.question is not None:
            entries[space_of(chunk.kind)].append((chunk.id + QUESTION, chunk.question))
    return {space: ([key for key, _ in of], _encoded([text for _, text in of], encoder)) for space, of in entries.items() if of}


def _encoded(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    return encoder.encode(list(rows))[[rows[text] for text in texts]]


class Embedder:
    """Makes vectors part by part; those of one part are stored while those of the next are made.

    A chunk's flag in the ledger goes up once its vectors are stored.
    """

    def __init__(self, ledger: Ledger, vectors: VectorStore, encoder: Encoder) -> None:
        """Store what ``encoder`` makes in ``vectors``."""
        self._ledger, self._vectors, self._encoder = ledger, vectors, encoder
        self._last_search = float("-inf")

    def someone_searches(self) -> None:
        """Tells that a search came in: parts are smaller for a second, so that searches don't wait."""
        self._last_search = time.monotonic()

    def embed(self, chunks: Sequence[Chunk], written: Callable[[int], None] = lambda chunks: None) -> None:
        """Makes the vectors of ``chunks``; ``written`` hears how many have theirs so far.

        Raises:
            VectorStoreError: vectors cannot be stored.
            LedgerError: flags cannot be put up; these chunks are still pending.
        """
        with ThreadPoolExecutor(1, initializer=_give_way) as making, ThreadPoolExecutor(1, initializer=_give_way) as storing:
            stored: Future[int] | None = None
            for end, part in self._parts(chunks):
                made = making.submit(vectors_of, part, self._encoder)
                if stored is not None:
                    written(stored.result())
                stored = storing.submit(self._store, part, made, end)
            if stored is not None:
                written(stored.result())

    def _parts(self, chunks: Sequence[Chunk]) -> Iterator[tuple[int, Sequence[Chunk]]]:
        start = 0
        while start < len(chunks):
            polite = time.monotonic() - self._last_search < POLITE_SECONDS
            part = chunks[start : start + (POLITE_PART if polite else PART)]
            start += len(part)
            yield start, part

    def _store(self, chunks: Sequence[Chunk], made: Future[Made], end: int) -> int:
        for space, (ids, vectors) in made.result().items():
            self._vectors.upsert(space, ids, vectors)
        self._ledger.confirm([chunk.id for chunk in chunks])
        return end


def _give_way() -> None:
    """Lets other threads go first; the threads that this one starts do so, too."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
