"""What-if knowledge: what searches would find with other documents than there are. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from knowledge_base.chunking import chunk as cut
from knowledge_base.embedding import Made, vectors_of
from knowledge_base.encoder import Encoder
from knowledge_base.ledger import Ledger
from knowledge_base.lexical import LexicalIndex
from knowledge_base.retrieval import Retriever, reading
from knowledge_base.types import Chunk, Document
from knowledge_base.vector_store import Space, Vectors


class Trials:
    """Lets searches of a thread read documents that are not loaded, beside and in place of those that are live.

    Several threads may try things at the same time, beside a draft and beside loads.
    """

    def __init__(self, ledger: Ledger, vectors: Vectors, encoder: Encoder, live: Retriever) -> None:
        """``live`` searches what is live."""
        self._ledger, self._vectors, self._encoder, self._live = ledger, vectors, encoder, live

    @contextmanager
    def reading(self, *documents: Document) -> Iterator[None]:
        """Lets searches of this thread find ``documents`` meanwhile, and not what is live at their locations.

        Raises:
            LedgerError, VectorStoreError: what is live cannot be read.
        """
        version = self._live.lexical.generation
        chunks = [chunk for document in documents for chunk in cut(document, self._encoder.count_tokens)]
        passages = _Passages(self._ledger, version, chunks, {document.location for document in documents})
        vectors = _Vectors(self._vectors, vectors_of(chunks, self._encoder) if chunks else {})
        with TemporaryDirectory(prefix="shopdesk-trial-") as folder:
            index = LexicalIndex.build(Path(folder), passages.all(), version)
            with reading(self._live.over(lambda: index, passages, vectors)):
                yield


class _Passages:
    """A version's passages without those of the replaced documents, and the new ones."""

    def __init__(self, ledger: Ledger, version: int, new: Sequence[Chunk], replaced: Collection[str]) -> None:
        self._ledger, self._version, self._new, self._replaced = ledger, version, new, replaced

    def all(self) -> Iterator[Chunk]:
        """Every passage."""
        return chain((each for each in self._ledger.all_chunks(self._version) if self._stays(each)), self._new)

    def chunks(self, ids: Collection[str], version: int) -> Mapping[str, Chunk]:
        """Those of ``ids``; others are left out."""
        found = {name: each for name, each in self._ledger.chunks(ids, self._version).items() if self._stays(each)}
        return found | {each.id: each for each in self._new if each.id in ids}

    def around(self, chunk: Chunk, n: int, version: int) -> Sequence[Chunk]:
        """Up to ``n`` before and ``n`` after ``chunk`` in its document, without itself."""
        if self._stays(chunk):
            return self._ledger.around(chunk, n, self._version)
        mine = (each for each in self._new if each.location == chunk.location and each.id != chunk.id)
        return [each for each in mine if abs(each.position - chunk.position) <= n]

    def _stays(self, chunk: Chunk) -> bool:
        return chunk.location not in self._replaced


class _Vectors:
    """The vectors that are stored, and those of the new passages."""

    def __init__(self, stored: Vectors, new: Made) -> None:
        self._stored, self._new = stored, new

    def nearest(self, space: Space, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Ids of about ``k`` vectors, the new ones among them, with their cosine."""
        new = self._new[space][0] if space in self._new else []
        return self._stored.nearest(space, vector, k) | self._cosines(space, vector, new)

    def cosines(self, space: Space, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        """The cosine of ``vector`` with each of ``ids``; unknown ones are left out."""
        return self._stored.cosines(space, vector, ids) | self._cosines(space, vector, ids)

    def _cosines(self, space: Space, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        if space not in self._new or not vector.any():
            return {}
        names, rows = self._new[space]
        cosines = (rows @ vector).tolist()
        return {name: cosine for name, cosine in zip(names, cosines, strict=True) if name in ids}
