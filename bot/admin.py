"""What the shop's own people work with, beside the chat: who they are, what happened, and what the assistant should know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from bot.learning.gaps import Encode, Gap, gaps, missed_since, misses
from bot.store.conversation_search import ConversationSearch
from bot.store.entries import Entries
from bot.store.model_calls import ModelCalls
from bot.store.statistics import Statistics
from bot.store.users import UserStore
from knowledge_base.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Admin:
    """The stores behind the console."""

    users: UserStore
    statistics: Statistics
    conversations: ConversationSearch
    model_calls: ModelCalls
    entries: Entries
    _engine: Engine
    _encode: Encode

    @classmethod
    def open(cls, engine: Engine, knowledge: KnowledgeBase, encode: Encode) -> Self:
        """Over the shop's database and knowledge; ``encode`` gives unit vectors in one space for all languages."""
        entries = Entries(engine, knowledge)
        return cls(
            UserStore(engine), Statistics(engine), ConversationSearch(engine), ModelCalls(engine), entries, engine, encode
        )

    def gaps(self, days: int = 30) -> list[Gap]:
        """What customers asked in vain in the last ``days`` days, the costliest first."""
        return gaps(misses(self._engine, days), self._encode)

    def missed_since(self, days: int = 30) -> dict[str, int]:
        """How often each live entry's question was asked in vain since it went live, of the last ``days`` days; by its id."""
        return missed_since(self.entries.all("live"), misses(self._engine, days), self._encode)
