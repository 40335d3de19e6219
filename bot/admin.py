"""What the shop's own people work with, beside the chat: who they are, what happened, and what the assistant should know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from bot.assistant import Assistant
from bot.errors import InputError
from bot.learning.drafting import Drafter, Events
from bot.learning.gaps import Encode, Gap, gaps, missed_since, misses
from bot.learning.labels import Labels
from bot.learning.most_said import Counted, Orders, most_said
from bot.learning.ratings import Ratings, Standing
from bot.loading.jobs import LoadJobs
from bot.loading.uploads import Uploads
from bot.localisation.clear_words import clear_words
from bot.skills.evidence import evidence_of
from bot.store.conversation_search import ConversationSearch
from bot.store.entries import Entries, Entry, location_of
from bot.store.funnel import Funnel, funnel
from bot.store.model_calls import ModelCalls
from bot.store.sources import SourceStore
from bot.store.statistics import Period, Statistics
from bot.store.users import UserStore
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.ledger import DocumentRecord
from knowledge_base.load_options import is_address
from knowledge_base.types import Chunk

_MADE_HERE = ("catalogue://", "console://")


@dataclass(frozen=True, slots=True)
class Admin:
    """The stores behind the console."""

    users: UserStore
    statistics: Statistics
    conversations: ConversationSearch
    model_calls: ModelCalls
    entries: Entries
    uploads: Uploads
    loads: LoadJobs
    _engine: Engine
    _encode: Encode
    _now: Callable[[], Assistant]
    _knowledge: KnowledgeBase
    ratings: Ratings
    labels: Labels
    _orders: Orders

    @classmethod
    def open(
        cls,
        engine: Engine,
        knowledge: KnowledgeBase,
        encode: Encode,
        now: Callable[[], Assistant],
        ratings: Ratings,
        data: Path,
        labels: Labels,
        orders: Orders,
    ) -> Self:
        """Over the shop's database and knowledge; ``encode`` gives unit vectors in one space for all languages.

        ``now`` gives the assistant as the settings are, ``orders`` what knows the shop's order numbers; ``data`` is where
        uploaded files are kept.
        """
        return cls(
            UserStore(engine),
            Statistics(engine),
            ConversationSearch(engine),
            ModelCalls(engine),
            Entries(engine, knowledge),
            Uploads(data / "uploads"),
            LoadJobs(),
            engine,
            encode,
            now,
            knowledge,
            ratings,
            labels,
            orders,
        )

    def funnel(self, period: Period) -> Funnel:
        """What became of the products that conversations of the period recommended."""
        return funnel(self._engine, period)

    def most_said(self, period: Period, limit: int = 100) -> list[Counted]:
        """What customers of the period write most often, without what is personal in it."""
        return most_said(self.statistics.questions(period, 10 * limit), self._orders(), limit)

    def gaps(self, days: int = 30) -> list[Gap]:
        """What customers asked in vain in the last ``days`` days, the costliest first."""
        return gaps(misses(self._engine, days), self._encode)

    def drafter(self, events: Events) -> Drafter:
        """Who drafts FAQ answers, with the language model where one is set; ``events`` are those of a conversation."""
        now = self._now()
        llm, seconds = now.llm, now.settings.llm_total_s
        model = (llm.name, lambda text: llm.aside(text, seconds)) if llm is not None else None
        return Drafter(lambda question, k: [evidence_of(hit) for hit in now.search.hits(question, k)], events, model)

    def finds(self, entry: Entry, questions: Sequence[str]) -> list[str]:
        """Those of ``questions`` that are answered with ``entry`` first."""
        now = self._now()
        best = {question: now.search.hits(question, 1) for question in questions}
        location = location_of(entry)
        return [
            question
            for question, hits in best.items()
            if hits and hits[0].chunk.location == location and hits[0].score >= now.settings.answer_threshold
        ]

    def documents(self, words: str = "") -> list[DocumentRecord]:
        """The files and pages that are loaded and hold ``words`` in their name or title, by name."""
        wanted = words.strip().lower()
        found = (record for record in self._knowledge.documents().values() if not record.location.startswith(_MADE_HERE))
        return sorted(
            (record for record in found if wanted in f"{record.source}\n{record.title}".lower()),
            key=lambda record: record.source,
        )

    def remove_document(self, location: str) -> DocumentRecord:
        """Makes a version of the knowledge without this document, which is not read again by itself.

        Raises:
            InputError: there is no such document.
            DraftOpen: there is a draft.
        """
        self.loads.refuse_while_running()
        record = self._knowledge.documents().get(location)
        if record is None or location.startswith(_MADE_HERE):
            raise InputError("The document is not there any more: choose another one.")
        with clear_words():
            self._knowledge.remove([location])
        self.uploads.remove(Path(location))
        SourceStore(self._engine).drop(location)
        return record

    def forget_documents(self, locations: Collection[str], what: str) -> None:
        """Makes a version of the knowledge without these documents, which tells that ``what`` was removed; none for none.

        Raises:
            DraftOpen: there is a draft.
        """
        if locations:
            with clear_words():
                self._knowledge.remove(locations, what)

    def remove_address(self, location: str) -> int:
        """Makes a version of the knowledge without the pages of an address, which is read no more; says how many they were.

        Raises:
            InputError: there is no such address.
            DraftOpen: there is a draft.
        """
        self.loads.refuse_while_running()
        sources = SourceStore(self._engine)
        if location not in {source.location for source in sources.all() if is_address(source.location)}:
            raise InputError("The address is not there any more: choose another one.", zh="这个网址已经不在了：请另选一个。")
        pages = list(sources.pages(location))
        known = self._knowledge.documents().keys() & set(pages)
        if known:
            with clear_words():
                self._knowledge.remove(known, location)
        sources.forget(pages)
        sources.drop(location)
        return len(known)

    def standings(self) -> list[tuple[Standing, Chunk]]:
        """The passages that customers rated and that are still there, those that ratings move most first."""
        found = ((standing, self._knowledge.chunk(standing.chunk)) for standing in self.ratings.standings())
        return [(standing, chunk) for standing, chunk in found if chunk is not None]

    def missed_since(self, days: int = 30) -> dict[str, int]:
        """How often each live entry's question was asked in vain since it went live, of the last ``days`` days; by its id."""
        return missed_since(self.entries.all("live"), misses(self._engine, days), self._encode)
