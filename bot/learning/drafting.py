"""Drafts of FAQ answers for a person to approve: what a person told a customer, the nearest passage, or a model's words.

A model sees the passages and what persons said, and nothing of its words stays that these do not support.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import prompts
from bot.generation.fact_gate.gate import FactGate
from bot.generation.fact_gate.gated_text import rewrite
from bot.generation.writer_llm import fence
from bot.store.entries import Drafted
from bot.store.handover_records import Event
from bot.types import Evidence, LanguageCode

Way = Literal["person", "documents", "model"]
Model = tuple[str, Callable[[str], str]]
"""A language model's name, and what it says to a prompt ("" when it fails)."""
Search = Callable[[str, int], Sequence[Evidence]]
Events = Callable[[str], Sequence[Event]]
PASSAGES, REPLIES, LONGEST = 5, 3, 600
NEAR = 0.12
"""The probability of answering from which on a passage is worth to begin with."""
SAID = "conversation:"
_CITATION = re.compile(r"\s?\[\d+\]")
_SENTENCE_END = re.compile(r"[。！？\n]|[.!?](?=\s)")
_NOTHING = re.compile(r"[\W_]*none[\W_]*", re.I)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer for a person to look at; ``removed`` are a model's words that nothing supports, which are not in it."""

    answer: str
    drafted: Drafted
    removed: tuple[str, ...] = ()


class Drafter:
    """Drafts; nothing is kept."""

    def __init__(self, search: Search, events: Events, model: Model | None = None) -> None:
        """``search`` gives passages, surest first; ``events`` those of a conversation, oldest first."""
        self._search, self._events, self._model, self._gate = search, events, model, FactGate()

    def draft(self, way: Way, question: str, language: LanguageCode, asked: Sequence[tuple[str, int]]) -> Draft | None:
        """An answer to ``question``, which was ``asked`` in these turns; None where there is nothing to draft it from.

        Where the model fails, knows nothing, or says nothing that is supported, a person's reply or else a passage takes its
        place.
        """
        if way == "person":
            return self._of_person(asked, language)
        if way == "documents":
            return self._of_documents(question, language)
        by_model = self._of_model(question, language, asked) if self._model is not None else None
        return by_model or self._of_person(asked, language) or self._of_documents(question, language)

    def _of_person(self, asked: Sequence[tuple[str, int]], language: LanguageCode) -> Draft | None:
        said = self._said(asked, language)
        if not said:
            return None
        fullest = max(said, key=lambda one: len(one.text))
        return Draft(fullest.text, Drafted("person", (fullest.source,)))

    def _of_documents(self, question: str, language: LanguageCode) -> Draft | None:
        near = [item for item in self._search(question, PASSAGES) if item.score >= NEAR]
        if not near:
            return None
        best = next((item for item in near if item.language == language), near[0])
        return Draft(_beginning(best.text), Drafted("documents", (best.source,)))

    def _of_model(self, question: str, language: LanguageCode, asked: Sequence[tuple[str, int]]) -> Draft | None:
        evidence = [*self._said(asked, language), *self._search(question, PASSAGES)]
        if not evidence or self._model is None:
            return None
        name, say = self._model
        prompt = prompts.load("faq", language)
        said = say(prompt.fill({"question": question.replace("<", "‹"), "evidence": fence(evidence)})).strip()
        if not said or _NOTHING.fullmatch(said):
            return None
        gated = rewrite(self._gate, said, evidence, language=language)
        if gated.rejected:
            return None
        numbers = sorted({int(number) for number in re.findall(r"\[(\d+)\]", gated.text)})
        sources = tuple(dict.fromkeys(evidence[number - 1].source for number in numbers))
        removed = tuple(words for words in gated.removed if not _CITATION.fullmatch(words))
        return Draft(_CITATION.sub("", gated.text).strip(), Drafted(name, sources, f"{prompt.name} {prompt.hash}"), removed)

    def _said(self, asked: Sequence[tuple[str, int]], language: LanguageCode) -> list[Evidence]:
        """The first things that persons of the shop said after the question, for each conversation that it was asked in."""
        found = []
        for conversation, turn in asked:
            events = self._events(conversation)
            after = (event.text for event in events if event.kind == "agent_message" and event.turn >= turn and event.text)
            if texts := list(islice(after, REPLIES)):
                fullest = max(texts, key=len)[:LONGEST]
                found.append(Evidence(SAID + conversation, "passage", SAID + conversation, "", fullest, language))
        return found[:REPLIES]


def _beginning(text: str) -> str:
    """Whole sentences from the beginning, as many as fit."""
    if len(text) <= LONGEST:
        return text
    ends = [place.end() for place in _SENTENCE_END.finditer(text) if place.end() <= LONGEST]
    return text[: ends[-1] if ends else LONGEST].strip()
