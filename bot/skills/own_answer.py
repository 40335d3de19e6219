"""Answers the owner's own intents with what the owner wrote for them, or from the document that the owner named."""

from __future__ import annotations

from dataclasses import replace

from bot.settings.own_intents import OwnIntents
from bot.skills.evidence import DOCUMENT_KINDS, evidence_of
from bot.skills.outcome import KnowledgeSearch, Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, Evidence, Understanding

FILE = "intents.toml"
_PASSAGES = 4
_SEARCHED = 100


class OwnAnswerSkill:
    """Every other question, and one whose document is not loaded, goes to ``otherwise``."""

    def __init__(self, intents: OwnIntents, search: KnowledgeSearch) -> None:
        self._intents, self._search = intents.root, search

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """A brief that rests on the owner's answer or document alone."""
        evidence = self._evidence(understanding)
        if not evidence:
            return otherwise.prepare(understanding, state, context)
        brief = replace(brief_for("answer", understanding, context), evidence=evidence, settled=True)
        return Outcome(brief, replace(state, asks=(), failures=0))

    def _evidence(self, understanding: Understanding) -> tuple[Evidence, ...]:
        intent = self._intents.get(understanding.intent.name)
        if intent is None:
            return ()
        question, name = understanding.question, understanding.intent.name
        if written := intent.answer_in(understanding.language.code):
            text, language = written
            return (Evidence(f"intent:{name}", "qa", FILE, name, text, language, question=question),)
        if intent.source is None:
            return ()
        hits = self._search(question, _SEARCHED, DOCUMENT_KINDS)
        return tuple(evidence_of(hit) for hit in hits if f"/{hit.chunk.source}".endswith(f"/{intent.source}"))[:_PASSAGES]
