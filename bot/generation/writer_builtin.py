"""The built-in writer: fluent, grounded replies from evidence and set phrases, without a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.generation.answer_text import answer
from bot.generation.brief import Brief
from bot.generation.order_text import handed_over, order_status
from bot.generation.phrases import Phrases
from bot.generation.product_text import compare, guide, recommend
from bot.generation.selection import Selector
from bot.generation.service_text import change, clarify, decline, small_talk
from bot.types import ActionName, PromptStamp

_WORDINGS: dict[ActionName, Callable[[Brief, Phrases], Iterable[str]]] = {
    "recommend": recommend,
    "compare": compare,
    "order_status": order_status,
    "order_change": change,
    "confirm": change,
    "clarify": clarify,
    "small_talk": small_talk,
    "handover": handed_over,
    "decline": decline,
}


class BuiltinWriter:
    """Writes every kind of reply in Chinese and English. The same brief always gives the same text.

    Wording varies with the question; figures and quotes are verbatim; each factual sentence ends with its ``[n]``.
    """

    def __init__(self, selector: Selector | None = None) -> None:
        self._selector = selector or Selector()

    @property
    def name(self) -> str:
        """``builtin``."""
        return "builtin"

    def prompt(self, brief: Brief) -> PromptStamp | None:
        """None: no prompt is used."""
        return None

    def write(self, brief: Brief) -> Iterator[str]:
        """Yields the reply, about a sentence at a time. An ``answer`` that nothing in the evidence supports is declined."""
        phrases = Phrases(brief.language, brief.shop.tone, brief.question)
        return (piece for piece in self._pieces(brief, phrases) if piece)

    def _pieces(self, brief: Brief, phrases: Phrases) -> Iterator[str]:
        if brief.action == "answer":
            return self._answer(brief, phrases)
        if brief.action == "guide":
            return guide(brief, self._selector, phrases)
        return iter(_WORDINGS[brief.action](brief, phrases))

    def _answer(self, brief: Brief, phrases: Phrases) -> Iterator[str]:
        selected = self._selector.select(brief.question, brief.evidence, brief.language, settled=brief.settled)
        if selected:
            yield from answer(brief, selected, phrases)
        else:
            yield from decline(replace(brief, evidence=()), phrases)
