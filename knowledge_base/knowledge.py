"""The knowledge base as one object: load, search, and everything that keeps the two in step."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from knowledge_base.calibration import Calibration
from knowledge_base.encoder import Encoder
from knowledge_base.errors import EncoderChanged, KnowledgeBaseError, KnowledgeBaseLocked
from knowledge_base.indexing import Indexer, LoadReport, Progress
from knowledge_base.ledger import Counts, Ledger
from knowledge_base.loading.web.pages import Web
from knowledge_base.reranker import RERANKED, Reranker, rerank
from knowledge_base.retrieval import Candidate, Retriever
from knowledge_base.types import Chunk, Document, LanguageCode, SearchHit, SectionKind
from knowledge_base.updating import AS_IT_IS, LoadOptions, Update, is_address
from knowledge_base.vector_store import VectorStore

_log = logging.getLogger(__name__)


class KnowledgeBase:
    """What the shop knows, in a directory (vectors, lexical index) and a ledger (documents and chunks).

    One process owns a directory. Searches run at the same time as each other and as a load: they see the lexical index from
    before the load until it ends. What an interrupted load has recorded is finished when the knowledge base opens again.
    """

    def __init__(
        self,
        directory: Path,
        ledger: Ledger,
        encoder: Encoder,
        chroma_url: str | None = None,
        reranker: Reranker | None = None,
        web: Web | None = None,
    ) -> None:
        """Open or create the knowledge base in ``directory``; vectors are on the Chroma server ``chroma_url`` where given.

        A ``reranker`` orders the best hits of a search anew; ``web`` is what addresses are read with.

        Raises:
            KnowledgeBaseLocked: another process has the directory open.
            KnowledgeBaseError: the directory, the database or the vector store cannot be used.
        """
        self._directory, self._ledger, self._encoder, self._reranker, self._web = directory, ledger, encoder, reranker, web
        self.current = False
        """Whether the index was made with this encoder; if not, it must be rebuilt before a search."""
        self._lock = _own(directory)
        self._writer = threading.RLock()
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._vectors = VectorStore(directory / "chroma", chroma_url)
            undo.callback(self._vectors.close)
            self._indexer = Indexer(ledger, self._vectors, encoder, directory / "lexical")
            calibration = Calibration.load(encoder.name)
            self._retriever = Retriever(ledger, self._vectors, encoder, lambda: self._indexer.lexical, calibration)
            with self._writing():
                self._resume()
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Gives the directory back. Closing twice does nothing."""
        if self._lock.is_locked:
            self._vectors.close()
            self._lock.release()

    def load(
        self,
        paths: Sequence[str | Path],
        options: LoadOptions = AS_IT_IS,
        progress: Progress | None = None,
    ) -> LoadReport:
        """Loads files, directories, zip archives and addresses; what has not changed since is not even parsed.

        Documents that were loaded from a directory and are no longer in it are removed, pages when they were gone twice.
        Files and rows that cannot be read are in the report with the reason and stop nothing; a file that became unreadable
        keeps its old content.

        Args:
            paths: what to load.
            options: how to read it.
            progress: called with the number of documents done and their total.

        Raises:
            KnowledgeBaseError: the directory or the database cannot be written; what was recorded stays, and loading
                again goes on from there.
        """
        with self._writing():
            update = self._update(options, progress)
            if files := [path for path in paths if not is_address(path)]:
                update.files(files)
            if addresses := [str(path) for path in paths if is_address(path)]:
                if self._web is None:
                    raise KnowledgeBaseError("This knowledge base was opened without access to the web.")
                update.web(addresses, self._web)
            report = self._finish(update)
            if self._web is not None:
                self._web.log.record(update.read_pages)
                self._web.log.forget(update.forgotten_pages)
            return report

    def sync(self, documents: Iterable[Document], within: str | None = None, progress: Progress | None = None) -> LoadReport:
        """Loads documents that were made elsewhere, such as a catalogue's products.

        Args:
            documents: the documents; those that have not changed are left alone.
            within: beginning of their locations, such as ``catalogue://``: known documents there that are not among
                ``documents`` are removed. Nothing is removed without it.
            progress: called with the number of documents done.

        Raises:
            KnowledgeBaseError: as for :meth:`load`.
        """
        with self._writing():
            update = self._update(AS_IT_IS, progress)
            update.documents(documents, within)
            return self._finish(update)

    def remove(self, locations: Collection[str]) -> int:
        """Removes the documents at these locations, and says how many there were."""
        with self._writing():
            known = list(self._ledger.documents().keys() & set(locations))
            self._indexer.forget(known)
            self._indexer.refresh()
            return len(known)

    def search(self, query: str, k: int = 10, kinds: Collection[SectionKind] | None = None) -> list[SearchHit]:
        """At most ``k`` chunks that may answer ``query``, best first, with the probability that they do.

        Raises:
            EncoderChanged: the index was made with another encoder and must be rebuilt first.
            ValueError: ``k`` is not at least 1.
        """
        if not self.current:
            raise EncoderChanged(
                f"The index in {str(self._directory)!r} was made with the encoder {self._ledger.state().encoder!r}, and"
                f" {self._encoder.name!r} is set now: run `shopdesk rebuild`, or set the former encoder again."
            )
        self._indexer.someone_searches()
        if self._reranker is None:
            return self._retriever.search(query, k, kinds)
        return rerank(self._reranker, query, self._retriever.search(query, max(k, RERANKED), kinds))[:k]

    def candidates(self, query: str, k: int) -> list[Candidate]:
        """At most ``k`` candidates, best first, with the features that the score is made of: for measuring and fitting."""
        return self._retriever.candidates(query, k)

    def neighbours(self, chunk: Chunk, n: int = 1) -> list[Chunk]:
        """Up to ``n`` chunks before and ``n`` after ``chunk`` in its document, in order."""
        return list(self._ledger.around(chunk, n))

    def chunk(self, chunk_id: str) -> Chunk | None:
        """The chunk with this id, or None."""
        return self._ledger.chunks([chunk_id]).get(chunk_id)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Makes all vectors and the lexical index again from the ledger, with the encoder in use.

        Raises:
            KnowledgeBaseError: the directory or the database cannot be written; opening again goes on.
        """
        with self._writing():
            self._indexer.rebuild(progress)
            self.current = True

    def stats(self) -> Counts:
        """How many documents, chunks and vectors there are."""
        return self._ledger.counts()

    def language(self) -> LanguageCode | None:
        """The language of most documents, English where as many are in each; None when there are none."""
        counted = Counter(record.language for record in self._ledger.documents().values())
        return max(counted, key=lambda language: (counted[language], language == "en"), default=None)

    def _resume(self) -> None:
        if self._ledger.state().encoder is None:
            self._ledger.start(self._encoder.name)
        self.current = self._indexer.current()
        if self.current:
            if pending := self._ledger.counts().pending:
                _log.warning("Finishing a load that was interrupted: %d passages are left …", pending)
            self._indexer.reconcile()

    def _update(self, options: LoadOptions, progress: Progress | None) -> Update:
        if self.current:
            self._indexer.reconcile()  # a load that failed in this process may have left something to finish
        else:
            self.rebuild(progress)
        return Update(self._ledger, self._indexer, self._encoder, options, progress)

    def _finish(self, update: Update) -> LoadReport:
        self._indexer.refresh()
        update.report.seconds = time.monotonic() - update.started
        return update.report

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time; failures of the disk become one sentence."""
        with self._writer:
            try:
                yield
            except OSError as error:
                raise KnowledgeBaseError(
                    f"The knowledge base in {str(self._directory)!r} cannot be written ({error.strerror or error}); free some"
                    " space or correct its permissions. Nothing recorded is lost: load again to go on."
                ) from error


def in_use(directory: Path) -> bool:
    """Whether a process has the knowledge base of ``directory`` open."""
    if not (directory / "lock").exists():
        return False
    try:
        _own(directory).release()
    except KnowledgeBaseLocked:
        return True
    return False


def _own(directory: Path) -> FileLock:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / "lock", thread_local=False)
        lock.acquire(timeout=0)
        return lock
    except Timeout:
        raise KnowledgeBaseLocked(
            f"The directory {str(directory)!r} is in use by another process: stop that one, or choose another directory."
        ) from None
    except OSError as error:
        raise KnowledgeBaseError(
            f"The directory {str(directory)!r} cannot be written ({error.strerror or error}): correct its permissions,"
            " or choose another directory."
        ) from error
