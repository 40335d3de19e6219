"""The knowledge base as one object: load, search, and everything that keeps the two in step."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from knowledge_base.calibration import Calibration
from knowledge_base.encoder import Encoder
from knowledge_base.errors import EncoderChanged, KnowledgeBaseError
from knowledge_base.history import History
from knowledge_base.indexing import Indexer, LoadReport, Progress
from knowledge_base.ledger import Counts, DocumentRecord, Ledger, Stage
from knowledge_base.lexical import LexicalIndex
from knowledge_base.load_options import AS_IT_IS, LoadOptions, is_address
from knowledge_base.loading.web.pages import Web
from knowledge_base.ownership import own
from knowledge_base.preview import NoWriter, Preview
from knowledge_base.reranker import RERANKED, Reranker, rerank
from knowledge_base.retrieval import Candidate, Retriever, being_read
from knowledge_base.trial import Trials
from knowledge_base.types import NO_METADATA, Chunk, Document, LanguageCode, SearchHit, SectionKind
from knowledge_base.updating import Update
from knowledge_base.vector_store import VectorStore
from knowledge_base.writing import SingleWriter

FOLLOW_S = 1.0
"""How long a search may find what was live before another process published."""
_log = logging.getLogger(__name__)


class KnowledgeBase:
    """What the shop knows, in a directory (vectors, lexical index) and a ledger (documents and chunks).

    One process owns a directory; several, each with its own, may share the ledger's database and a Chroma server. One of them
    writes at a time, and the others search what it published within a second. Searches run at the same time as each other and
    as a load: they see the lexical index from before the load until it ends. What an interrupted load has recorded is finished
    when the knowledge base opens again.
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
        self._lock = own(directory)
        self._writing = SingleWriter(directory, ledger)
        self._shared, self._look_at = chroma_url is not None, 0.0
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._vectors = VectorStore(directory / "chroma", chroma_url)
            undo.callback(self._vectors.close)
            indexer = self._indexer = Indexer(ledger, self._vectors, encoder, directory)
            calibration = Calibration.load(encoder.name)
            live = Retriever(ledger, self._vectors, encoder, lambda: indexer.lexical, calibration, lambda: indexer.crowding)
            self._retriever = live
            self.history = History(ledger, indexer, self._writing, live.over(lambda: indexer.draft))
            self.trials = Trials(ledger, self._vectors, encoder, live)
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
        draft: bool = False,
        request: Mapping[str, Any] = NO_METADATA,
    ) -> LoadReport:
        """Loads files, directories, zip archives and addresses; what has not changed since is not even parsed.

        Documents that were loaded from a directory and are no longer in it are removed, pages when they were gone twice.
        Files and rows that cannot be read are in the report with the reason and stop nothing; a file that became unreadable
        keeps its old content. All changes go live together, as the next version, when everything is loaded; a load that was
        interrupted goes on where it was when the same is loaded again.

        Args:
            paths: what to load.
            options: how to read it.
            progress: called with the number of documents done and their total.
            draft: put the changes into a draft instead, to be replayed, published or discarded.
            request: what the caller needs to go on with an interrupted load.

        Raises:
            DraftOpen: there is a draft, and ``draft`` is not set.
            KnowledgeBaseError: the directory or the database cannot be written; nothing went live, and loading again goes on.
        """
        with self._writing():
            self.history.begin(Stage("draft" if draft else "load", ", ".join(map(str, paths)), request))
            update = self._update(options, progress)
            self._read(update, paths)
            report = self._finish(update, None if draft else "loaded " + ", ".join(map(str, paths)))
            if self._web is not None:
                self._web.log.record(update.read_pages)
                self._web.log.forget(update.forgotten_pages)
            return report

    def preview(
        self, paths: Sequence[str | Path], options: LoadOptions = AS_IT_IS, progress: Progress | None = None
    ) -> Preview:
        """What :meth:`load` would do with the same arguments; nothing is written."""
        update = Update(self._ledger, NoWriter(), self._encoder, options, progress, preview=True)
        self._read(update, paths)
        update.report.seconds = time.monotonic() - update.started
        return Preview(tuple(update.judged), update.report, options.rules)

    def sync(self, documents: Iterable[Document], within: str | None = None, progress: Progress | None = None) -> LoadReport:
        """Loads documents that were made elsewhere, such as a catalogue's products.

        Args:
            documents: the documents; those that have not changed are left alone.
            within: beginning of their locations, such as ``catalogue://``: known documents there that are not among
                ``documents`` are removed, and all go live beside a draft, too. Nothing is removed without it.
            progress: called with the number of documents done.

        Raises:
            DraftOpen: there is a draft, and ``within`` is not given.
            KnowledgeBaseError: as for :meth:`load`.
        """
        with self._writing():
            if within is None:
                self.history.begin(Stage("load", "documents"))
            update = self._update(AS_IT_IS, progress)
            update.documents(documents, within)
            return self._finish(update, f"synchronised {within or 'documents'}", within or "")

    def remove(self, locations: Collection[str], what: str | None = None) -> int:
        """Removes the documents at these locations, and says how many there were; the version tells ``what``, else each.

        Raises:
            DraftOpen: there is a draft.
        """
        with self._writing():
            self.history.begin(Stage("load", "removal"))
            known = list(self._ledger.documents().keys() & set(locations))
            self._indexer.forget(known)
            self._indexer.publish(f"removed {what or ', '.join(known)}")
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
        self._follow()
        self._indexer.someone_searches()
        hits = self._reader.search(query, max(k, RERANKED) if self._reranker else k, kinds)
        return rerank(self._reranker, query, hits)[:k] if self._reranker else hits

    def expect(self, query: str) -> None:
        """Gets ready, beside what the caller does meanwhile, for a search that will most likely come."""
        self._retriever.expect(query)

    def candidates(self, query: str, k: int) -> list[Candidate]:
        """At most ``k`` candidates, best first, with the features that the score is made of: for measuring and fitting."""
        return self._retriever.candidates(query, k)

    def neighbours(self, chunk: Chunk, n: int = 1) -> list[Chunk]:
        """Up to ``n`` chunks before and ``n`` after ``chunk`` in its document, in order."""
        return self._reader.neighbours(chunk, n)

    def chunk(self, chunk_id: str) -> Chunk | None:
        """The chunk with this id, or None."""
        return self._reader.chunk(chunk_id)

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that is live, by location and position."""
        return self._ledger.all_chunks(self.seen.generation)

    def documents(self) -> Mapping[str, DocumentRecord]:
        """The documents that are live, by location."""
        return self._ledger.documents(version=self.seen.generation)

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
        counted = Counter(record.language for record in self.documents().values())
        return max(counted, key=lambda language: (counted[language], language == "en"), default=None)

    @property
    def seen(self) -> LexicalIndex:
        """What searches see now: what they find stays the same while this is the same object."""
        return self._reader.lexical

    def _follow(self) -> None:
        """Goes over to the version that another process has published."""
        now = time.monotonic()
        if not self._shared or now < self._look_at:
            return
        self._look_at = now + FOLLOW_S
        if self._ledger.state().version != self._indexer.lexical.generation:
            self._writing.unless_busy(self._indexer.refresh)

    @property
    def _reader(self) -> Retriever:
        return being_read() or self._retriever

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

    def _read(self, update: Update, paths: Sequence[str | Path]) -> None:
        if files := [path for path in paths if not is_address(path)]:
            update.files(files)
        if addresses := [str(path) for path in paths if is_address(path)]:
            if self._web is None:
                raise KnowledgeBaseError("This knowledge base was opened without access to the web.")
            update.web(addresses, self._web)

    def _finish(self, update: Update, what: str | None, prefix: str = "") -> LoadReport:
        """Publishes what was loaded, unless it is to stay a draft (no ``what``)."""
        if what is not None and (version := self._indexer.publish(what, prefix)):
            update.report.version = version.number
        update.report.seconds = time.monotonic() - update.started
        return update.report
