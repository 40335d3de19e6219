"""The one room that imports Chroma: vectors by id, and which are nearest to a vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import VectorStoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

Space = Literal["passages", "products"]
_ROOM = 64 * 1024
"""Bytes without which a database cannot be opened."""
SPACES: tuple[Space, ...] = ("passages", "products")
HNSW: CreateHNSWConfiguration = {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}
QUESTION = "#question"
REMEMBERED, SMALL = 8_000, 2_000
"""Vectors of an embedded store that are kept in memory, of 2.5 KB each: Chroma takes a millisecond or two to give a few. As few
as the latter are all compared with what is sought, which takes less time than Chroma's search and misses none."""


class Vectors(Protocol):
    """Where the vectors nearest to another are found."""

    def nearest(self, space: Space, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Ids of about ``k`` stored vectors nearest to ``vector`` with their cosine."""
        ...

    def cosines(self, space: Space, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        """The cosine of ``vector`` with each of the stored vectors ``ids``; ids that are not stored are left out."""
        ...


class VectorStore:
    """Unit vectors in two Chroma collections, one for passages and one for products; thread-safe.

    Products have a collection of their own because a Chroma ``where`` filter costs 30 to 70 times a plain query. The store
    holds ids and vectors only; texts live in the ledger. Methods raise :class:`VectorStoreError` when Chroma fails.
    """

    def __init__(self, directory: Path, url: str | None = None) -> None:
        """Open the collections embedded in ``directory``, or those of the Chroma server at ``url``.

        Raises:
            VectorStoreError: the directory holds no readable Chroma data, or the server does not answer.
        """
        self._where, self._embedded = url or str(directory), url is None
        self._client = _connect(directory, url)
        self._collections: Mapping[Space, Collection] = {space: self._collection(space) for space in SPACES}
        self._batch = self._client.get_max_batch_size()
        self._remembers = url is None  # of a server's vectors, another process may change some
        self._known: dict[tuple[Space, str], NDArray[np.float32]] = {}
        self._all: dict[Space, tuple[list[str], NDArray[np.float32]] | None] = {}  # None: too many to compare
        self._changes, self._changing = 0, Lock()

    def close(self) -> None:
        """Releases the files; the store must not be used afterwards."""
        self._client.close()  # type: ignore[attr-defined]
        if session := getattr(getattr(self._client, "_server", None), "_session", None):
            session.close()  # Chroma's own closing leaves the connections to a server open

    def upsert(self, space: Space, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Stores ``vectors`` (one row an id), replacing those that are there."""
        for start in range(0, len(ids), self._batch):
            part = slice(start, start + self._batch)
            with self._reporting():
                self._collections[space].upsert(ids=list(ids[part]), embeddings=vectors[part])
        self._forget(space, ids)

    def delete(self, space: Space, ids: Sequence[str]) -> None:
        """Removes the vectors with these ids; unknown ids don't matter."""
        for start in range(0, len(ids), self._batch):
            with self._reporting():
                self._collections[space].delete(ids=list(ids[start : start + self._batch]))
        self._forget(space, ids)

    def nearest(self, space: Space, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Ids of about ``k`` stored vectors nearest to ``vector`` with their cosine, nearest first."""
        if not vector.any():
            return {}
        if (few := self._few(space)) is not None:
            ids, rows = few
            cosines = rows @ vector
            return {ids[place]: float(cosines[place]) for place in np.argsort(-cosines, kind="stable")[:k]}
        with self._reporting():
            found = self._collections[space].query(query_embeddings=vector[None], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {chunk_id: 1.0 - distance for chunk_id, distance in zip(found["ids"][0], distances, strict=True)}

    def cosines(self, space: Space, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        """The cosine of ``vector`` with each of the stored vectors ``ids``; ids that are not stored are left out."""
        if not ids or not vector.any():
            return {}
        rows = self._rows(space, ids)
        return dict(zip(rows, (np.stack(list(rows.values())) @ vector).tolist(), strict=True)) if rows else {}

    def _rows(self, space: Space, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        known = {one: row for one in ids if (row := self._known.get((space, one))) is not None}
        if len(known) < len(ids):
            known |= self._read(space, [one for one in ids if one not in known])
        return known

    def _read(self, space: Space, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._reporting():
            found = self._collections[space].get(ids=list(ids), include=["embeddings"])
        rows = dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True)) if found["ids"] else {}
        if self._remembers:
            if len(self._known) + len(rows) > REMEMBERED:
                self._known = {}
            self._known.update({(space, one): row for one, row in rows.items()})
        return rows

    def _few(self, space: Space) -> tuple[list[str], NDArray[np.float32]] | None:
        """All ids and vectors of a small embedded collection; None for any other."""
        if not self._remembers:
            return None
        if space not in self._all:
            before = self._changes
            ids = sorted(self.ids(space)) if self.count(space) <= SMALL else []
            rows = self._rows(space, ids)
            few = (list(rows), np.stack(list(rows.values()))) if rows else None
            with self._changing:
                if before != self._changes:  # written meanwhile: good for this search only
                    return few
                self._all[space] = few
        return self._all.get(space)

    def _forget(self, space: Space, ids: Sequence[str]) -> None:
        with self._changing:
            self._changes += 1
            self._all.pop(space, None)
            for one in ids:
                self._known.pop((space, one), None)

    def ids(self, space: Space) -> set[str]:
        """Every stored id."""
        return set(self._collections[space].get(include=[])["ids"])

    def count(self, space: Space) -> int:
        """How many vectors are stored."""
        return self._collections[space].count()

    def clear(self) -> None:
        """Removes every vector, so that vectors of another length can come."""
        for space in SPACES:
            self._client.delete_collection(_name(space))
        self._collections = {space: self._collection(space) for space in SPACES}
        self._known = {}
        for space in SPACES:
            self._forget(space, ())

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Chroma's failures, which are of many kinds, as one sentence."""
        try:
            yield
        except Exception as error:
            if self._embedded and _full(error, Path(self._where)):
                raise _no_room(self._where) from error
            raise VectorStoreError(
                f"The Chroma vector store at {self._where!r} fails ({error}); free some space, or see that its server runs."
            ) from error

    def _collection(self, space: Space) -> Collection:
        return self._client.get_or_create_collection(_name(space), embedding_function=None, configuration={"hnsw": HNSW})


def _name(space: Space) -> str:
    return f"shopdesk-{space}"


def _full(error: Exception, directory: Path) -> bool:
    """Whether there is no room: Chroma keeps SQLite's words for that, or fails at what it could not make."""
    known = next(each for each in (directory.absolute(), *directory.absolute().parents) if each.exists())
    return "disk is full" in str(error) or disk_usage(known).free < _ROOM


def _no_room(where: str) -> VectorStoreError:
    return VectorStoreError(
        f"The disk of the vector store {where!r} is full: free some space, then do the same again. "
        "Nothing that was loaded is lost."
    )


def _connect(directory: Path, url: str | None) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    try:
        if url is None:
            return chromadb.PersistentClient(path=str(directory), settings=settings)
        address = urlsplit(url if "//" in url else f"//{url}")
        secure = address.scheme == "https"
        port = address.port or (443 if secure else 8000)
        return chromadb.HttpClient(host=address.hostname or "localhost", port=port, ssl=secure, settings=settings)
    except Exception as error:  # Chroma raises bare exceptions of many kinds here
        if url is None and _full(error, directory):
            raise _no_room(str(directory)) from error
        where = repr(url) if url else repr(str(directory))
        raise VectorStoreError(
            f"The Chroma vector store at {where} cannot be opened: {error}."
            f"{'' if url else ' Run `shopdesk rebuild`: it is made again from the database.'}"
        ) from error
