"""The assistant as customers have it, over a copy of orders and customers: what is tried there changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, insert, select

from bot.assistant import Foundation, assemble
from bot.dialogue import DialogueManager
from bot.order_desk.sql_system import SqlOrderSystem
from bot.running.live import Live
from bot.skills.evidence import DOCUMENT_KINDS, evidence_of
from bot.store.conversations import ConversationStore
from bot.store.database import open_database
from bot.store.order_changes import OrderChanges
from bot.store.schema import make_tables
from bot.store.shop import customers, orders
from bot.store.transcript import Transcript
from bot.turn.replying import whole
from bot.types import Evidence, LanguageCode, Reply
from knowledge_base.types import SearchHit

COPIED = (orders, customers)
_BATCH = 1000
LEARNT = 512
"""Passages that are learnt before anybody asks: all of a usual shop's."""
WARMING = ("Which of your products can I still return after two weeks?", "请推荐一款适合送人的商品")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where conversations are tried."""

    conversations: ConversationStore
    _dialogue: DialogueManager
    _changes: OrderChanges

    def reply(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        language: LanguageCode | None = None,
    ) -> Reply:
        """One turn, whole."""
        return whole(self._dialogue.stream(text, conversation, customer, language=language))

    def order_changes(self) -> list[dict[str, Any]]:
        """What was done to the copied orders, the newest first."""
        return [asdict(row) for row in self._changes.listed()]


class Rehearsal:
    """Opens stages. Knowledge, catalogue and model are the live ones; an order system of the shop's own is never spoken to."""

    def __init__(self, parts: Foundation, live: Live) -> None:
        self._parts, self._live = parts, live

    @property
    def by_model(self) -> bool:
        """Whether a language model writes, so that the same question may be answered otherwise the next time."""
        return self._live.current().llm is not None

    def dialogue(self, by_model: bool) -> DialogueManager:
        """The assistant to ask by itself, without the customers' experiments: nobody who counts in these asks it.

        Turns are kept where the caller says; the language model words none of them unless ``by_model``.
        """
        now = self._live.current()
        parts = replace(self._parts, serve=lambda _slot, _unit: None)
        return assemble(parts, now.settings, now.shop, now.llm if by_model else None).dialogue

    def warm_up(self) -> None:
        """Answers a question in each language, kept by nobody, without the language model, and learns the first passages.

        What is made when it is first used is made then, so that the first customers wait no longer than later ones.
        """
        self._parts.judge.learn(self._first_passages())
        dialogue = self.dialogue(by_model=False)
        for question in WARMING:
            whole(dialogue.over(Transcript(())).stream(question))

    def _first_passages(self) -> list[Evidence]:
        documents = (chunk for chunk in self._parts.knowledge.chunks() if chunk.kind in DOCUMENT_KINDS)
        return [evidence_of(SearchHit(chunk, 0.0, 0.0, 0.0)) for chunk in islice(documents, LEARNT)]

    @contextmanager
    def several(self, count: int) -> Iterator[list[Stage]]:
        """Stages that know nothing of each other."""
        with ExitStack() as opened:
            yield [opened.enter_context(self.open()) for _ in range(count)]

    @contextmanager
    def open(self) -> Iterator[Stage]:
        """A stage that is gone afterwards."""
        now = self._live.current()
        with TemporaryDirectory(prefix="shopdesk-test-") as folder:
            engine = _copy(self._parts.engine, Path(folder) / "tests.db")
            conversations = ConversationStore(engine)
            parts = replace(
                self._parts,
                engine=engine,
                orders=SqlOrderSystem(engine, self._parts.catalogue.get),
                conversations=conversations,
                serve=lambda _slot, _unit: None,
            )
            try:
                yield Stage(conversations, assemble(parts, now.settings, now.shop, now.llm).dialogue, OrderChanges(engine))
            finally:
                engine.dispose()


def _copy(source: Engine, path: Path) -> Engine:
    engine = open_database(f"sqlite:///{path}")
    with source.connect() as reading, engine.begin() as writing:
        make_tables(writing)
        for table in COPIED:
            for rows in reading.execute(select(table)).mappings().partitions(_BATCH):
                writing.execute(insert(table), [dict(row) for row in rows])
    return engine
