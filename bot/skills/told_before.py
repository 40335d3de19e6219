"""Short follow-ups of a matter that a passage just told: when its period ends, whether a photo is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.generation.alignment import Alignment, WordVectors, content_words, spoken
from bot.generation.brief import Part
from bot.generation.candidate import STRICT
from bot.generation.passage import units
from bot.skills.evidence import EvidenceSearch, evidence_of
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.text.question_type import offers, question_types
from bot.text.terms import concepts, terms
from bot.types import DialogueState, Evidence, LanguageCode, Understanding
from bot.understanding.focus import Focus

MOST_WORDS = 4
"""Content words of a question that may be a follow-up."""
_SAID_BEFORE = 0.5
"""How well a word is spoken of by the question before, from which on it adds nothing to that one."""
_TELLS, _TELLS_KIND = 0.5, 0.2
"""The share of what a follow-up adds that a passage must tell; where it holds the kind of fact that is asked for."""
_OF_ANY = {"price", "times", "discount"}
_ANSWERS, _ANSWERS_ELSEWHERE = 0.3, 0.5
"""The probability with which a passage must answer both questions together: one told before, and any other."""


class ToldBeforeSkill:
    """Another skill's outcome, but where the passages told last answer a follow-up that names no matter of its own.

    One that does name a matter (delivery, returns) is answered from them only where nothing else answers it.
    """

    def __init__(self, search: EvidenceSearch, words: WordVectors) -> None:
        """``words`` are the vectors of single words by which it is told what a passage speaks of."""
        self._search, self._words = search, words

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """A brief that rests on what was told last, or the other skill's outcome."""
        outcome = otherwise.prepare(understanding, state, context)
        lost = outcome.brief.action == "decline"
        if not (lost or outcome.brief.action == "answer") or not self._may_go_on(understanding, state, lost):
            return outcome
        focus = Focus.of((), state, lambda _: None)
        again = any(item.id in state.told for item in outcome.brief.evidence) and not lost
        if again or (not lost and _matters(understanding.text) - _matters(focus.question)):
            return outcome
        language = understanding.language.code
        question = f"{focus.topic(language)}{'，' if language == 'zh' else ': '}{understanding.text}"
        evidence = self._answering(question, understanding.text, focus.question, language, state.told, lost)
        if not evidence:
            return outcome
        brief = replace(
            brief_for("answer", understanding, context),
            evidence=evidence,
            parts=(Part(understanding.text, question, {place: item.score for place, item in enumerate(evidence)}),),
            settled=True,
        )
        return Outcome(brief, replace(state, asks=(), failures=0), max(item.score for item in evidence))

    def _may_go_on(self, understanding: Understanding, state: DialogueState, lost: bool) -> bool:
        """Whether a message is a short question that names nothing, after passages were told.

        Where all is ``lost``, the goods may be those that the rewriting put in the place of an "it".
        """
        said = understanding.entities
        named = said.order_ids or (not lost if understanding.rewritten else said.skus)
        return bool(state.told) and not named and len(content_words(understanding.text)) <= MOST_WORDS

    def _answering(
        self, question: str, text: str, before: str, language: LanguageCode, told: Sequence[str], widely: bool
    ) -> tuple[Evidence, ...]:
        """What answers the follow-up ``text`` as ``question``, which has the topic of the one ``before``.

        It is looked for among the passages ``told``, and ``widely`` in all documents where none of these does.
        """
        adding = {item.id for item in self._search.passages(told) if self._adds(text, before, item)}
        if not (adding or widely):
            return ()
        hits = [evidence_of(hit) for hit in self._search.judged(question, language).hits if hit.score >= _ANSWERS]
        again = tuple(item for item in hits if item.id in adding)
        if again or not widely:
            return again
        return tuple(item for item in hits if item.score >= _ANSWERS_ELSEWHERE and self._adds(text, before, item))

    def _adds(self, text: str, before: str, item: Evidence) -> bool:
        """Whether a passage speaks of what ``text`` asks beyond the question ``before``."""
        passage = f"{item.question or ''} {item.text}"
        alignment = Alignment(text, (passage, before), self._words)
        said = zip(alignment.asked, alignment.of(before), strict=True)
        new = [word not in before and spoken_of < _SAID_BEFORE for word, spoken_of in said]
        weights = alignment.weights * new
        kinds = [kind for kind in question_types(text) if kind in STRICT]
        holds = any(offers(unit.text, kind) for kind in kinds for unit in units(item.text))
        if not weights.sum():
            return holds
        share = float(spoken(alignment.of(passage)) @ weights / weights.sum())
        return share >= (_TELLS_KIND if holds else _TELLS)


def _matters(text: str) -> frozenset[str]:
    """The matters that a text has words for, beside sums and counts, which are asked of any."""
    return frozenset(name for term in terms(text) for name in concepts(term)) - _OF_ANY
