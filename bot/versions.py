"""The versions of the shop's knowledge, as the owner handles them: look, replay, publish, go back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from sqlalchemy import Engine

from bot.clear_words import clear_words
from bot.dialogue import DialogueManager, whole
from bot.store.questions import AskedQuestion, last_questions
from bot.store.transcript import Transcript
from bot.types import LanguageCode
from knowledge_base.history import History
from knowledge_base.indexing import Progress
from knowledge_base.ledger import Stage, Version

_WORD = re.compile(r"[a-zA-Z0-9]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """As much of a reply as is compared: what was done, said and cited."""

    action: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A question with the answer that it had and the one that it gets."""

    question: str
    language: LanguageCode
    before: Answer
    after: Answer

    @property
    def changed(self) -> bool:
        """Whether the customer would notice."""
        return self.before != self.after

    def diff(self) -> list[tuple[Literal["same", "removed", "added"], str]]:
        """The words of both answers in turn: those of both, those that go, those that come."""
        old, new = _WORD.findall(self.before.text), _WORD.findall(self.after.text)
        parts: list[tuple[Literal["same", "removed", "added"], str]] = []
        for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                parts.append(("same", "".join(old[start:end])))
                continue
            parts += [("removed", "".join(old[start:end]))] if end > start else []
            parts += [("added", "".join(new[first:last]))] if last > first else []
        return parts

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        before, after = ({"action": a.action, "text": a.text, "sources": list(a.sources)} for a in (self.before, self.after))
        diff = [[kind, words] for kind, words in self.diff()]
        language, changed = self.language, self.changed
        return {
            "question": self.question, "language": language, "changed": changed, "before": before, "after": after, "diff": diff
        }  # fmt: skip


class Versions:
    """What the knowledge was, is, and would be with the draft. Methods raise :class:`DataDirectoryError` with one sentence."""

    def __init__(self, history: History, dialogue: Callable[[], DialogueManager], engine: Engine) -> None:
        self._history, self._dialogue, self._engine = history, dialogue, engine

    def all(self) -> list[Version]:
        """The versions that can be gone back to, newest first; the first is live."""
        with clear_words():
            return self._history.versions()

    def stage(self) -> Stage | None:
        """The draft, or a load that runs or was interrupted."""
        with clear_words():
            return self._history.stage

    def publish(self) -> Version | None:
        """Makes the draft live; None where it changes nothing."""
        with clear_words():
            return self._history.publish()

    def discard(self) -> None:
        """Removes the draft, or what an interrupted load has written."""
        with clear_words():
            self._history.discard()

    def rollback(self, number: int, progress: Progress | None = None) -> Version | None:
        """Makes a new version with the documents of version ``number``; None where that changes nothing."""
        with clear_words():
            return self._history.rollback(number, progress=progress)

    def undo(self) -> int | None:
        """Takes the last change of documents back; the number of the version that is live again, None where there is none.

        Versions that differ in the catalogue's products alone are passed over: these follow the catalogue.
        """
        with clear_words():
            earlier = [version.number for version in self._history.versions()][1:]
            return next((number for number in (*earlier, 0) if self._history.rollback(number) is not None), None)

    def replay(self, count: int = 20, draft: bool = False) -> Iterator[Replayed]:
        """The last ``count`` different questions of customers, asked again; nothing is stored.

        Each is compared with the answer that the customer got; for the ``draft``, with the one of the live version.
        """
        with clear_words():
            asked = last_questions(self._engine, count)
            if not draft:
                for question in asked:
                    yield Replayed(question.text, question.language, _stored(question), self._ask(question))
                return
            live = [self._ask(question) for question in asked]
            with self._history.reading_draft():
                then = [self._ask(question) for question in asked]
            for question, before, after in zip(asked, live, then, strict=True):
                yield Replayed(question.text, question.language, before, after)

    def _ask(self, question: AskedQuestion) -> Answer:
        reply = whole(self._dialogue().over(Transcript(())).stream(question.text, language=question.language))
        return Answer(reply.action, reply.text, tuple(citation.source for citation in reply.citations))


def _stored(question: AskedQuestion) -> Answer:
    reply = question.reply
    return Answer(reply["action"], reply["text"], tuple(citation["source"] for citation in reply["citations"]))
