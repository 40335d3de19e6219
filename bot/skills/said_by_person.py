"""What a person of the shop said in the conversation answers what is asked of it, once the assistant speaks again."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.generation.selection import Selector
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, Evidence, LanguageCode, Understanding

LEAST = 0.8
"""The probability from which on a sentence of a person's answers."""
SOURCE: dict[LanguageCode, str] = {"en": "what our colleague wrote", "zh": "同事的回复"}
_REFERS_BACK = re.compile(
    r"\b(?:again|remind me)\b|\b(?:you|he|she|they|colleague|person|agent|somebody|someone)(?:'d| had| have| has| just)?"
    r" (?:said|told|wrote|promised|mentioned|offered|quoted)\b|\bjust (?:said|told|promised|mentioned|offered)\b"
    r"|(?:刚才|刚刚|之前|前面|方才|同事|客服|人工)[^，。？！]{0,6}(?:说|讲|提|答应|承诺|告诉|报|给|写)|来着",
    re.IGNORECASE,
)


class SaidByPersonSkill:
    """Another skill's outcome, but where a person spoke in the conversation and is asked about, or nothing else answers."""

    def __init__(self, selector: Selector) -> None:
        self._selector = selector

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """A brief that rests on the person's words, the last ones first; else the other skill's outcome."""
        said = [line for line in reversed(context.history) if line.role == "agent"]
        refers = bool(said) and _REFERS_BACK.search(understanding.text) is not None
        outcome = None if refers else otherwise.prepare(understanding, state, context)
        if not said or (outcome is not None and outcome.brief.action != "decline"):
            return outcome or otherwise.prepare(understanding, state, context)
        language, source = understanding.language.code, SOURCE[understanding.language.code]
        evidence = tuple(
            Evidence(f"said:{place}", "passage", source, source, line.text, line.language) for place, line in enumerate(said)
        )
        found = self._selector.select(understanding.text, evidence, language, limit=1)
        if not found or found[0].score < LEAST:
            return outcome or otherwise.prepare(understanding, state, context)
        brief = replace(
            brief_for("answer", understanding, context), evidence=(evidence[found[0].evidence_index],), settled=True
        )
        return Outcome(brief, replace(state, asks=(), failures=0), found[0].score)
