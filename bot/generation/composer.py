"""From a brief to checked words: the writer that fits, the fact gate over what a model says, citations, next questions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from bot.errors import ModelError
from bot.generation.brief import Brief, Writer
from bot.generation.citations import resolve
from bot.generation.fact_gate.gate import FactGate
from bot.generation.fact_gate.gated_stream import Rejected, gate
from bot.generation.fact_gate.gated_text import rewrite
from bot.generation.follow_ups import suggest
from bot.generation.injection import without_instructions
from bot.generation.phrases import Phrases, listed
from bot.generation.remembered import Encode
from bot.generation.secrecy import shows_rules
from bot.generation.service_text import admission
from bot.generation.writer_llm import PROMPT_OF, LlmWriter
from bot.types import Citation, Evidence, PromptStamp, TurnEvent
from knowledge_base.sentences import sentence_spans

logger = logging.getLogger(__name__)
Related = Callable[[str], Sequence[Evidence]]
"""Finds evidence near a question, for next questions worth asking."""
Declined = Literal["failed", "unsupported", "uncited"]
"""The model failed, nothing that it said rests on the evidence, or it named no source."""
Written = Generator[TurnEvent, None, "Composition | None"]


@dataclass(frozen=True, slots=True)
class Composition:
    """A finished text with its citations, who wrote it, with which prompt, and why not a language model that was asked."""

    text: str
    citations: tuple[Citation, ...]
    writer: str
    prompt: PromptStamp | None = None
    declined: Declined | None = None


class Composer:
    """The language model where there is one and it may word the reply; the built-in writer otherwise, or after it failed.

    ``related`` finds passages near a question, ``judged`` those with the probability that they answer it, surest first;
    ``threshold`` is the one from which on a passage answers.
    """

    def __init__(
        self,
        builtin: Writer,
        llm: LlmWriter | None,
        fact_gate: FactGate,
        related: Related,
        judged: Related,
        encode: Encode | None = None,
        threshold: float = 0.5,
    ) -> None:
        self._builtin, self._llm, self._gate = builtin, llm, fact_gate
        self._related, self._judged = related, judged
        self._encode, self._threshold = encode, threshold

    def compose(self, brief: Brief) -> Generator[TurnEvent, None, Composition]:
        """Yields ``token`` events while the text is written; returns the whole."""
        composition = yield from self._composed(brief)
        below = "".join(f"\n\n{said}" for said in (_lacking(brief), brief.announcement) if said)
        if not below:
            return composition
        yield token(below)
        return replace(composition, text=composition.text + below)

    def _composed(self, brief: Brief) -> Generator[TurnEvent, None, Composition]:
        shown, declined, brief = "", None, _without_instructions(brief)
        if self._llm is not None and self._llm.handles(brief):
            model = _ByModel(self._llm, self._gate, brief)
            if (composition := (yield from model.write())) is not None:
                return composition
            shown, declined = model.shown, model.declined
        text, citations = resolve("".join(self._builtin.write(brief)), brief.evidence)
        for number, piece in enumerate(_in_sentences(text)):
            yield token(piece, reset=bool(shown) and number == 0)
        return Composition(text, citations, self._builtin.name, declined=declined)

    def follow_ups(self, brief: Brief, composition: Composition) -> tuple[str, ...]:
        """Two or three next questions that the shop can answer, worded by the model when it wrote the reply.

        None while the customer is asked for something. Of the model's questions those are kept that a passage answers.
        """
        if brief.asks:
            return ()
        related = self._related(brief.question) if brief.related is None else brief.related
        ready = suggest(brief, related, self._encode)
        if self._llm is None or composition.writer != self._llm.name:
            return ready
        topics = [item.question or item.title for item in related]
        worded = self._llm.follow_ups(brief.question, composition.text, topics, brief.language)
        return suggest(brief, [row for question in worded for row in self._answered(question, brief)], self._encode) or ready

    def _answered(self, question: str, brief: Brief) -> list[Evidence]:
        """``question`` as a row with the passage that answers it, or nothing."""
        best = next(iter(self._judged(question)), None)
        if best is None or best.score < self._threshold:
            return []
        return [replace(best, question=question, language=brief.language)]


class _ByModel:
    """One attempt of a language model at one brief.

    ``shown`` is what the customer has seen of it, ``declined`` why its words are not used.
    """

    def __init__(self, llm: LlmWriter, fact_gate: FactGate, brief: Brief) -> None:
        self._llm, self._gate, self._brief = llm, fact_gate, brief
        self._written: list[str] = []
        self.shown = ""
        self.declined: Declined | None = None

    def write(self) -> Written:
        """The gated reply, or None when the model failed or what it said does not rest on the evidence."""
        brief, asked = self._brief, self._asked()
        try:
            pieces = self._recorded(self._llm.write(brief))
            for item in gate(pieces, brief.evidence, asked, self._gate):
                if isinstance(item, Rejected):
                    break
                self.shown += item.text
                yield token(item.text)
            for _ in pieces:
                pass
        except ModelError as error:
            logger.warning("The built-in writer answers: %s", error)
            self.declined = "failed"
            return None
        gated = rewrite(self._gate, "".join(self._written), brief.evidence, asked, brief.language)
        if gated.rejected:
            self.declined = "unsupported"
            return None
        text, citations = resolve(gated.text.strip(), brief.evidence)
        if not citations:
            self.declined = "uncited"
            return None
        untold = [part.text for part in brief.parts if not part.answered]
        text += "".join(admission(brief, untold, Phrases(brief.language, brief.shop.tone, brief.question)))
        if text != self.shown.strip():
            yield token(text, reset=True)
        return Composition(text, citations, self._llm.name, self._llm.prompt(brief))

    def _recorded(self, words: Generator[str]) -> Iterator[str]:
        text = ""
        with closing(words):
            for piece in words:
                text += piece
                if shows_rules(text, PROMPT_OF[self._brief.action], self._brief.language):
                    raise ModelError("the language model began to recite its prompt")
                self._written.append(piece)
                yield piece

    def _asked(self) -> str:
        said = [line.text for line in self._brief.history if line.role == "user"]
        return "\n".join([*said, self._brief.understanding.text])


def _lacking(brief: Brief) -> str:
    """What was wished for beside other goods and is not there."""
    if not brief.lacking:
        return ""
    phrases = Phrases(brief.language, brief.shop.tone, brief.question)
    return phrases.say("lacking", things=listed([phrases.say("quoted", text=name) for name in brief.lacking], brief.language))


def token(text: str, reset: bool = False) -> TurnEvent:
    """A piece of the reply's text; ``reset``: in place of everything shown before."""
    return TurnEvent("token", {"text": text, "reset": reset})


def _without_instructions(brief: Brief) -> Brief:
    beside = brief.beside and _without_instructions(brief.beside)
    return replace(brief, evidence=without_instructions(brief.evidence), beside=beside)


def _in_sentences(text: str) -> Iterator[str]:
    start = 0
    for _, end in sentence_spans(text):
        yield text[start:end]
        start = end
    if text[start:]:
        yield text[start:]
