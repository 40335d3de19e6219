"""The versions of what the shop knows: drafts, publishing them, and going back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager

from knowledge_base.errors import DraftOpen, NoDraft, UnknownVersion
from knowledge_base.indexing import Indexer, Progress
from knowledge_base.ledger import Ledger, Stage, Version
from knowledge_base.retrieval import Retriever, reading

MADE_ELSEWHERE = ("catalogue://", "console://")


class History:
    """What a knowledge base was, is, and is about to be; one writer at a time, as ``writing`` sees to it."""

    def __init__(
        self, ledger: Ledger, indexer: Indexer, writing: Callable[[], AbstractContextManager[None]], draft: Retriever
    ) -> None:
        """``draft`` searches what is staged."""
        self._ledger, self._indexer, self._writing, self._draft_retriever = ledger, indexer, writing, draft

    @property
    def stage(self) -> Stage | None:
        """What is written but not live: the owner's draft, or a load that runs or was interrupted."""
        return self._ledger.state().stage

    def versions(self) -> list[Version]:
        """The versions that can be rolled back to, newest first; the first of them is live."""
        return list(self._ledger.versions())

    def begin(self, stage: Stage) -> None:
        """Says what is staged from now on; what an interrupted load has written becomes part of it.

        Raises:
            DraftOpen: there is a draft, and ``stage`` is to go live at once.
        """
        before = self.stage
        if before is not None and before.kind == "draft" and stage.kind != "draft":
            raise DraftOpen(
                f"There is a draft ({before.what}): publish it with `shopdesk publish`, remove it with `shopdesk discard`, or"
                " add to it with `shopdesk load --draft`."
            )
        self._ledger.stage(stage)

    def publish(self) -> Version | None:
        """Makes the draft the live version; None where it changes nothing.

        Raises:
            NoDraft: there is none.
        """
        with self._writing():
            return self._indexer.publish(f"published the draft of {self._draft().what}")

    def discard(self) -> None:
        """Removes the draft, or what an interrupted load has written.

        Raises:
            NoDraft: there is neither.
        """
        with self._writing():
            if self.stage is None:
                raise NoDraft("There is no draft to discard.")
            self._indexer.discard()

    def rollback(self, number: int, keep: Collection[str] = MADE_ELSEWHERE, progress: Progress | None = None) -> Version | None:
        """Makes a new version whose documents are those of version ``number``; None where that changes nothing.

        Version 0, before the first, has no documents. ``keep`` are beginnings of locations that stay as they are: their
        documents follow tables of their own.

        Raises:
            UnknownVersion: there is no version ``number``.
            DraftOpen: there is a draft.
        """
        with self._writing():
            if number not in {0, *(version.number for version in self._ledger.versions())}:
                raise UnknownVersion(f"There is no version {number}: `shopdesk versions` lists those there are.")
            if (stage := self.stage) is not None and stage.kind == "load":
                self._indexer.discard()  # what an interrupted load has written is not part of that version
            self.begin(Stage("load", f"rollback to {number}"))
            self._indexer.restore(number, keep, progress)
            return self._indexer.publish(f"rolled back to version {number}")

    @contextmanager
    def reading_draft(self) -> Iterator[None]:
        """Lets searches of this thread search the draft meanwhile.

        Raises:
            NoDraft: there is none.
        """
        with self._writing():
            self._draft()
            self._indexer.draw_up()
        with reading(self._draft_retriever):
            yield

    def _draft(self) -> Stage:
        stage = self.stage
        if stage is None or stage.kind != "draft":
            raise NoDraft("There is no draft: make one with `shopdesk load --draft PATH…`.")
        return stage
