"""Whether a document says what another one says already, or nearly: the same file under a second name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from heapq import nsmallest
from itertools import groupby, islice

from knowledge_base.loading.edition import IN_FORCE
from knowledge_base.types import Chunk

SKETCH = 64
BEGINNING = 1000  # passages of a document that are looked at: a copy begins alike
NEARLY = 0.4
"""Different documents of seven shops share 0.13 at most; one and itself with a tenth rewritten, 0.52 in 19 of 20."""
_END = re.compile(r"[\n。！？；!?;]+|\.\s")  # near enough, since both are parted alike, and fast
_NO_LETTER = re.compile(r"[\W\d_]+")


class Copies:
    """Knows documents by the sentences that they are made of, of a table by the questions that it answers.

    Two documents are nearly the same where much of all that either says is said by both (their Jaccard similarity). Figures
    do not count, so that one with other prices or days is still the same document. Of a long one a sample is kept (its
    ``SKETCH`` smallest hashes: Broder, On the resemblance and containment of documents, 1997), so that a large knowledge base
    takes little memory. Two editions that say from when on they hold are two documents.
    """

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        """The documents of ``chunks``, which come document by document."""
        self._holders: dict[int, list[int]] = {}
        self._documents: list[tuple[str, str, str | None, Collection[int]]] = []
        for location, passages in groupby(chunks, lambda chunk: chunk.location):
            self.add(location, list(islice(passages, BEGINNING)))

    def add(self, location: str, chunks: Sequence[Chunk]) -> None:
        """Knows one more document."""
        sketch = _sketch(chunks)
        if not sketch:
            return
        for each in sketch:
            self._holders.setdefault(each, []).append(len(self._documents))
        self._documents.append((location, chunks[0].source, chunks[0].metadata.get(IN_FORCE), frozenset(sketch)))

    def like(self, location: str, chunks: Sequence[Chunk]) -> tuple[str, str] | None:
        """Location and name of the other document that says most nearly what ``chunks`` say; None where none does."""
        sketch = _sketch(chunks)
        since = chunks[0].metadata.get(IN_FORCE) if chunks else None
        best: tuple[float, str, str] | None = None
        for number in {number for each in sketch for number in self._holders.get(each, ())}:
            place, name, held, other = self._documents[number]
            if place != location and held == since:
                alike = _alike(sketch, other)
                best = max(best or (0.0, "", ""), (alike, place, name))
        return best[1:] if best is not None and best[0] >= NEARLY else None


def _alike(one: Collection[int], two: Collection[int]) -> float:
    both = set(one) & set(two)
    sample = nsmallest(SKETCH, {*one, *two})
    return len(both.intersection(sample)) / len(sample)


def _sketch(chunks: Sequence[Chunk]) -> list[int]:
    said = {key for chunk in chunks[:BEGINNING] for part in _parts(chunk) if (key := _key(part))}
    return nsmallest(SKETCH, (_hash(key) for key in said))


def _parts(chunk: Chunk) -> Sequence[str]:
    return [chunk.question] if chunk.question else _END.split(chunk.text)


def _key(part: str) -> str:
    return _NO_LETTER.sub("", part.lower())


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())
