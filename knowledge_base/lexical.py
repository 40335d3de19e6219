"""The lexical index: BM25 over the terms of all chunks, kept as memory-mapped files and replaced as a whole."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.spelling import Spelling
from knowledge_base.terms import terms
from knowledge_base.types import Chunk

if TYPE_CHECKING:
    from bm25s import BM25  # type: ignore[import-untyped]

K1 = 0.9
B = 0.6
HEADING = 3
"""How often a heading's terms count: a product's title says what it is, its attributes what else it has to do with."""
TERMS = 2
"""Version of what is indexed; an index of another version is built again."""
POINTER = "current"


class LexicalScores:
    """What one query scores in one index: normalised BM25 for every chunk, computed once."""

    def __init__(
        self,
        ids: Sequence[str],
        rows: dict[str, int],
        values: NDArray[np.float32],
        coverage: NDArray[np.float32],
        products: NDArray[np.bool_],
    ) -> None:
        """Use ``values`` and ``coverage`` for the chunks ``ids``; ``rows`` inverts ``ids``, ``products`` marks products."""
        self._ids, self._rows, self._values, self._coverage, self._products = ids, rows, values, coverage, products

    def of(self, chunk_id: str) -> tuple[float, float]:
        """The chunk's score and the share of the query's terms that it has, both in [0, 1]; 0 for an unknown chunk."""
        row = self._rows.get(chunk_id)
        return (0.0, 0.0) if row is None else (float(self._values[row]), float(self._coverage[row]))

    def holds(self, *, products: bool) -> bool:
        """Whether there are any products, or anything else, at all."""
        return bool(np.any(self._products == products))

    def best(self, k: int, *, products: bool) -> list[str]:
        """Ids of at most ``k`` chunks with a score above 0, best first, among products or among everything else."""
        values = np.where(self._products == products, self._values, 0)
        count = min(k, int(np.count_nonzero(values)))
        if count <= 0:
            return []
        top = np.argpartition(-values, count - 1)[:count]
        return [self._ids[row] for row in top[np.argsort(-values[top], kind="stable")]]


class LexicalIndex:
    """An immutable index of one generation of the ledger. Searching it is thread-safe.

    Scores are BM25 (Lucene's variant; a heading's terms repeat, as in BM25F with weighted fields) divided by their upper bound
    for the query, the sum of the terms' inverse document frequencies, so that 1 means: every term of the query, often, in a
    short chunk. A misspelt term, found nowhere, counts as the indexed one that it resembles most.
    """

    def __init__(self, generation: int, ids: Sequence[str], products: Sequence[int], bm25: BM25 | None) -> None:
        """Use ``bm25`` over chunks ``ids``; ``products`` lists the rows of product chunks; no ``bm25`` for no chunks."""
        self.generation = generation
        self._ids = ids
        self._products = np.zeros(len(ids), dtype=np.bool_)
        self._products[list(products)] = True
        self._bm25 = bm25

    @classmethod
    def empty(cls) -> Self:
        """An index of nothing, older than any ledger."""
        return cls(-1, [], [], None)

    @classmethod
    def build(cls, directory: Path, chunks: Iterable[Chunk], generation: int) -> Self:
        """Indexes ``chunks``, writes the index under ``directory`` and makes it the current one in a single step.

        Raises:
            OSError: the directory cannot be written; the index current before stays so.
        """
        name = f"{generation}-{uuid.uuid4().hex[:8]}"
        ids, products = _write(directory / name, chunks, generation)
        pointer = directory / f".{name}"
        pointer.write_text(name, "utf-8")
        os.replace(pointer, directory / POINTER)
        _remove_others(directory, keep=name)
        return cls(generation, ids, products, _read_bm25(directory / name) if ids else None)

    @classmethod
    def open(cls, directory: Path) -> Self:
        """The current index under ``directory``; an empty one where there is none, or it is damaged or of another version."""
        try:
            folder = directory / (directory / POINTER).read_text("utf-8")
            rows = json.loads((folder / "rows.json").read_text("utf-8"))
            if rows.get("terms") != TERMS:
                return cls.empty()
            bm25 = _read_bm25(folder) if rows["ids"] else None
            return cls(int(rows["generation"]), rows["ids"], rows["products"], bm25)
        except (OSError, EOFError, ValueError, KeyError):
            return cls.empty()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, word: str) -> bool:
        """Whether a chunk has ``word``, in whatever form."""
        return bool(found := terms(word)) and all(term in self._vocabulary for term in found)

    def score(self, query_terms: Sequence[str]) -> LexicalScores:
        """Scores of every chunk for the query's terms."""
        values, coverage = np.zeros((2, len(self._ids)), dtype=np.float32)
        unique = list(dict.fromkeys(query_terms))
        known = list(dict.fromkeys(row for term in unique if (row := self._row(term)) is not None))
        if self._bm25 is not None and known:
            values = self._bm25.get_scores_from_ids(known) / np.float32(sum(map(self.weight, unique)))
            chunk_rows = self._bm25.scores["indices"]
            for row in known:
                coverage[chunk_rows[self._starts[row] : self._starts[row + 1]]] += 1 / len(unique)
        return LexicalScores(self._ids, self._rows, values, coverage, self._products)

    def weight(self, term: str) -> float:
        """The term's inverse document frequency (Lucene's formula); that of a term in no chunk is the highest."""
        row = self._vocabulary.get(term)
        frequency = 0 if row is None else int(self._starts[row + 1] - self._starts[row])
        return float(np.log1p((len(self._ids) - frequency + 0.5) / (frequency + 0.5)))

    def _row(self, term: str) -> int | None:
        row = self._vocabulary.get(term)
        if row is None and (meant := self._spelling.nearest(term)) is not None:
            return self._vocabulary[meant]
        return row

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._vocabulary)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {chunk_id: row for row, chunk_id in enumerate(self._ids)}

    @property
    def _vocabulary(self) -> dict[str, int]:
        return {} if self._bm25 is None else self._bm25.vocab_dict

    @property
    def _starts(self) -> NDArray[np.int64]:
        starts: NDArray[np.int64] = np.zeros(1, np.int64) if self._bm25 is None else self._bm25.scores["indptr"]
        return starts


def _write(folder: Path, chunks: Iterable[Chunk], generation: int) -> tuple[list[str], list[int]]:
    folder.mkdir(parents=True)
    ids: list[str] = []
    products: list[int] = []
    vocabulary: dict[str, int] = {}
    corpus: list[list[int]] = []
    for row, chunk in enumerate(chunks):
        ids.append(chunk.id)
        if chunk.kind == "product":
            products.append(row)
        found = terms(chunk.indexed_text) + terms(chunk.heading) * (HEADING - 1)
        corpus.append([vocabulary.setdefault(term, len(vocabulary)) for term in found])
    if not vocabulary:
        ids, products = [], []
    if ids:
        from bm25s import BM25

        bm25 = BM25(k1=K1, b=B)
        bm25.index((corpus, vocabulary), create_empty_token=False, show_progress=False)
        bm25.save(folder, show_progress=False)
    rows = {"terms": TERMS, "generation": generation, "ids": ids, "products": products}
    (folder / "rows.json").write_text(json.dumps(rows), "utf-8")
    return ids, products


def _read_bm25(folder: Path) -> BM25:
    from bm25s import BM25

    bm25: BM25 = BM25.load(folder, mmap=True, show_progress=False)
    bm25.scores.update({name: np.asarray(kept) for name, kept in bm25.scores.items() if isinstance(kept, np.memmap)})
    return bm25


def _remove_others(directory: Path, keep: str) -> None:
    for path in directory.iterdir():
        if path.name in (keep, POINTER):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
