"""The versions of the shop's knowledge, as the owner handles them: look, replay, publish, go back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from sqlalchemy import Engine

from bot.dialogue import DialogueManager
from bot.localisation.clear_words import clear_words
from bot.store.questions import AskedQuestion, last_questions
from bot.store.transcript import Transcript
from bot.turn.replying import whole
from bot.types import LanguageCode
from knowledge_base.indexing import Progress
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.ledger import Stage, Version
from knowledge_base.types import Document

Verdict = Literal["better", "worse", "otherwise", "same"]
UNANSWERED = ("decline", "handover", "clarify")
_WORD = re.compile(r"[a-zA-Z0-9]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """As much of a reply as is compared: what was done, said and cited, and whether that answered."""

    action: str
    text: str
    sources: tuple[str, ...]
    answers: bool


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

    @property
    def verdict(self) -> Verdict:
        """Whether the customer gets an answer who got none, none where there was one, or another reply than before."""
        if not self.changed:
            return "same"
        if self.before.answers == self.after.answers:
            return "otherwise"
        return "better" if self.after.answers else "worse"

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
        before, after = ({**asdict(answer), "sources": list(answer.sources)} for answer in (self.before, self.after))
        diff = [[kind, words] for kind, words in self.diff()]
        language, changed = self.language, self.changed
        return {
            "question": self.question, "language": language, "changed": changed, "verdict": self.verdict, "before": before,
            "after": after, "diff": diff,
        }  # fmt: skip


class Versions:
    """What the knowledge was, is, and would be with the draft. Methods raise :class:`DataDirectoryError` with one sentence."""

    def __init__(self, knowledge: KnowledgeBase, dialogue: Callable[[bool], DialogueManager], engine: Engine) -> None:
        """``dialogue`` gives an assistant to try things with, whose words are a language model's only where it is told so."""
        self._history, self._trials, self._dialogue, self._engine = knowledge.history, knowledge.trials, dialogue, engine

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
            asked, answers = last_questions(self._engine, count), self._answers(by_model=True)
            if not draft:
                for question in asked:
                    yield Replayed(question.text, question.language, _of_reply(question.reply), answers(question))
                return
            live = list(map(answers, asked))
            with self._history.reading_draft():
                then = list(map(answers, asked))
            yield from _side_by_side(asked, live, then)

    def replay_with(self, document: Document, asked: Sequence[AskedQuestion]) -> list[Replayed]:
        """What is answered to these questions now, and with ``document`` in place of what is live at its location.

        Nothing is stored. The built-in writer words both, so that nothing differs but for the document.
        """
        with clear_words():
            answers = self._answers(by_model=False)
            live = list(map(answers, asked))
            with self._trials.reading(document):
                then = list(map(answers, asked))
            return list(_side_by_side(asked, live, then))

    def _answers(self, *, by_model: bool) -> Callable[[AskedQuestion], Answer]:
        dialogue = self._dialogue(by_model)

        def answer(question: AskedQuestion) -> Answer:
            reply = whole(dialogue.over(Transcript(())).stream(question.text, language=question.language))
            return _of_reply(reply.to_dict())

        return answer


def _side_by_side(asked: Sequence[AskedQuestion], before: Sequence[Answer], after: Sequence[Answer]) -> Iterator[Replayed]:
    for question, was, then in zip(asked, before, after, strict=True):
        yield Replayed(question.text, question.language, was, then)


def _of_reply(reply: Mapping[str, Any]) -> Answer:
    """Of a reply object."""
    sources = tuple(citation["source"] for citation in reply["citations"])
    answers = reply["action"] not in UNANSWERED and not reply.get("abstained", False)
    return Answer(reply["action"], reply["text"], sources, answers)
