"""FAQ entries that the shop's people write in the console: proposed, approved and then live, with where they come from."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import JSON, Column, DateTime, Engine, String, Table, Text, insert, select, update

from bot.errors import InputError
from bot.store.database import metadata
from bot.types import LanguageCode
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.types import Document, Section

LOCATION = "console://faq/"
SOURCE = {"en": "FAQ of the shop", "zh": "本店常见问题"}
LONGEST_QUESTION, LONGEST_ANSWER = 300, 4000
KEPT_STEPS = 10
"""How many changes of an entry can be taken back, one after the other."""
State = Literal["proposed", "live", "withdrawn"]

entries = Table(
    "faq_entries",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("author", String(60), nullable=False),
    Column("approved_by", String(60)),
    Column("asked_in", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("drafted", JSON(none_as_null=True)),
    Column("before", JSON(none_as_null=True)),
)


@dataclass(frozen=True, slots=True)
class Drafted:
    """What an answer was drafted from: ``by`` is ``person``, ``documents`` or a model's name.

    ``sources`` are documents, and conversations in which a person of the shop answered; ``prompt`` is what a model was given.
    """

    by: str
    sources: tuple[str, ...]
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answer. ``asked_in`` are the turns (conversation, number) in which it was asked in vain.

    ``drafted``: what its answer was before a person looked at it; None where a person wrote it. ``undoable``: customers got
    something else of it before, which :meth:`Entries.undo` gives them again.
    """

    id: str
    question: str
    answer: str
    language: LanguageCode
    state: State
    author: str
    approved_by: str | None
    asked_in: tuple[tuple[str, int], ...]
    created_at: datetime
    changed_at: datetime
    drafted: Drafted | None = None
    undoable: bool = False


class Entries:
    """Keeps entries in SQL; those that are live stand in the knowledge base as documents of their own."""

    def __init__(self, engine: Engine, knowledge: KnowledgeBase) -> None:
        self._engine, self._knowledge = engine, knowledge

    def propose(
        self,
        question: str,
        answer: str,
        language: LanguageCode,
        author: str,
        asked_in: Iterable[tuple[str, int]] = (),
        drafted: Drafted | None = None,
    ) -> Entry:
        """A new entry, which customers do not get before it is approved.

        Raises:
            InputError: the question or the answer is empty or too long.
        """
        question, answer = checked(question, answer)
        now = datetime.now(UTC)
        row = {
            "id": secrets.token_hex(8), "question": question, "answer": answer, "language": language, "state": "proposed",
            "author": author, "approved_by": None, "asked_in": [list(turn) for turn in asked_in],
            "created_at": now, "changed_at": now, "drafted": drafted and asdict(drafted),
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(entries).values(**row))
        return self.get(str(row["id"]))

    def change(self, entry: str, question: str, answer: str, seen_at: datetime, drafted: Drafted | None = None) -> Entry:
        """Rewrites an entry, from a new draft where it is ``drafted`` anew; one that is live changes for customers at once.

        Raises:
            InputError: it is unknown, the words are unusable, or somebody else changed it since ``seen_at``.
        """
        question, answer = checked(question, answer)
        before = self.get(entry)
        values: dict[str, Any] = {"question": question, "answer": answer}
        if drafted is not None:
            values["drafted"] = asdict(drafted)
        if (question, answer) != (before.question, before.answer):
            values["before"] = self._kept(before) if before.state == "live" else None
        self._replace(entry, seen_at, values)
        return self._published(entry)

    def approve(self, entry: str, by: str) -> Entry:
        """Makes an entry live.

        Raises:
            InputError: it is unknown.
        """
        return self._put(entry, "live", by)

    def withdraw(self, entry: str, by: str) -> Entry:
        """Takes an entry away from customers; it is kept.

        Raises:
            InputError: it is unknown.
        """
        return self._put(entry, "withdrawn", by)

    def undo(self, entry: str, seen_at: datetime) -> Entry:
        """Takes back what last changed what customers get of an entry: a publication, other words, or a withdrawal.

        Once more takes back what was done before that, ``KEPT_STEPS`` times at most.

        Raises:
            InputError: it is unknown, there is nothing to take back, or somebody else changed it since ``seen_at``.
        """
        before = self._before(entry)
        if before is None:
            self.get(entry)
            raise InputError(
                "There is nothing to undo: what customers get of this entry has not been changed.",
                zh="没有可以撤销的改动：顾客看到的这条问答没有变过。",
            )
        self._replace(entry, seen_at, {"before": None, **before})
        return self._published(entry)

    def get(self, entry: str) -> Entry:
        """The entry of that id.

        Raises:
            InputError: there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(entries).where(entries.c.id == entry)).one_or_none()
        if row is None:
            raise InputError(
                f"There is no FAQ entry {entry[:40]!r}: it may have been removed.",
                zh=f"没有问答 {entry[:40]!r}：可能已被删除。",
            )
        return _entry(row)

    def all(self, state: State | None = None) -> list[Entry]:
        """The entries, newest first."""
        query = select(entries).order_by(entries.c.created_at.desc(), entries.c.id)
        with self._engine.connect() as connection:
            return [
                _entry(row) for row in connection.execute(query if state is None else query.where(entries.c.state == state))
            ]

    def _before(self, entry: str) -> dict[str, Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(select(entries.c.before).where(entries.c.id == entry)).scalar()

    def _kept(self, entry: Entry) -> dict[str, Any]:
        """What :meth:`undo` brings back, with what it brings back after that."""
        kept: dict[str, Any] = {
            "question": entry.question, "answer": entry.answer, "state": entry.state, "approved_by": entry.approved_by,
            "drafted": entry.drafted and asdict(entry.drafted), "before": self._before(entry.id),
        }  # fmt: skip
        oldest = kept
        for _ in range(KEPT_STEPS - 1):
            oldest = oldest.get("before") or {}
        oldest.pop("before", None)
        return kept

    def _put(self, entry: str, state: State, by: str) -> Entry:
        before = self.get(entry)
        values: dict[str, Any] = {"state": state, "approved_by": by, "changed_at": datetime.now(UTC)}
        if before.state != state:
            values["before"] = self._kept(before)
        with self._engine.begin() as connection:
            connection.execute(update(entries).where(entries.c.id == entry).values(**values))
        return self._published(entry)

    def _replace(self, entry: str, seen_at: datetime, values: dict[str, Any]) -> None:
        mine = (entries.c.id == entry, entries.c.changed_at == seen_at)
        with self._engine.begin() as connection:
            changed = connection.execute(update(entries).where(*mine).values(changed_at=datetime.now(UTC), **values))
        if not changed.rowcount:
            self.get(entry)
            raise InputError(
                "Somebody else changed this entry meanwhile: load it again, then write your change once more.",
                zh="这条问答刚被别人改过：请重新打开，再改一次。",
            )

    def _published(self, entry: str) -> Entry:
        self._knowledge.sync([_document(live) for live in self.all("live")], within=LOCATION)
        return self.get(entry)


def checked(question: str, answer: str) -> tuple[str, str]:
    """Both without spaces around them.

    Raises:
        InputError: one is empty or too long.
    """
    question, answer = question.strip(), answer.strip()
    for name, text, most in (("question", question, LONGEST_QUESTION), ("answer", answer, LONGEST_ANSWER)):
        if not text or len(text) > most:
            raise InputError(
                f"The {name} of an FAQ entry has 1 to {most} characters, not {len(text)}.",
                zh=f"问答的{'问题' if name == 'question' else '答案'}要有 1 到 {most} 个字符，现在是 {len(text)} 个。",
            )
    return question, answer


def _entry(row: object) -> Entry:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    drafted, values["undoable"] = values["drafted"], values.pop("before") is not None
    values["drafted"] = drafted and Drafted(drafted["by"], tuple(drafted["sources"]), drafted["prompt"])
    return Entry(**{**values, "asked_in": tuple((turn[0], turn[1]) for turn in values["asked_in"])})


def location_of(entry: Entry) -> str:
    """Where the entry stands in the knowledge base while it is live."""
    return LOCATION + entry.id


def document_of(entry: str | None, question: str, answer: str, language: LanguageCode) -> Document:
    """An entry as it stands in the knowledge base; one without an id is none that stands there."""
    section = Section(answer, kind="qa", question=question, language=language)
    return Document(LOCATION + (entry or "new"), SOURCE[language], SOURCE[language], language, (section,))


def _document(entry: Entry) -> Document:
    return document_of(entry.id, entry.question, entry.answer, entry.language)
