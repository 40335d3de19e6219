"""The built-in writer: fluent, grounded replies from evidence and set phrases, without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from bot.generation.answer_text import answer
from bot.generation.bill_text import bill
from bot.generation.brief import Brief
from bot.generation.candidate import DOCUMENTS
from bot.generation.change_text import change
from bot.generation.guide_text import guide
from bot.generation.line_text import told_lines
from bot.generation.order_text import handed_over, order_status
from bot.generation.phrases import Phrases
from bot.generation.product_text import FITS, compare, fit, recommend
from bot.generation.repeated import added_to, speaks_of
from bot.generation.selection import Selected, Selector
from bot.generation.service_text import admission, clarify, decline, small_talk
from bot.text.question_type import MEASURED, offers, question_types
from bot.text.terms import concepts, terms
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
"""Every other action is an answer: worded from the sentences of its evidence that answer."""

_NUMBER = re.compile(r"\[(\d{1,3})\]")
_SAYS_OF_IT = 0.5
_SAYS_MORE = 0.4  # score of what a later question finds by itself, where its topic only found what is told already
_COUNTING = re.compile(r"[\d几最]")


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
        pieces = (piece for piece in self._pieces(brief, phrases) if piece)
        if brief.beside is None:
            return pieces
        beside = self._beside(brief, brief.beside)
        if brief.action != "order_status":
            return chain(beside, ("\n\n",), pieces)
        below = chain(("\n\n",), told_lines(brief, phrases)) if brief.lines else ()
        return chain(order_status(replace(brief, lines=()), phrases), ("\n\n",), beside, below)

    def _beside(self, brief: Brief, beside: Brief) -> Iterator[str]:
        """The answer to what is asked as well, numbered as its evidence stands in the whole."""
        before = len(brief.evidence) - len(beside.evidence)
        yield _NUMBER.sub(lambda mark: f"[{int(mark[1]) + before}]", "".join(self.write(beside)))

    def _pieces(self, brief: Brief, phrases: Phrases) -> Iterator[str]:
        if brief.note in FITS:
            return fit(brief, phrases)
        if brief.bill is not None:
            return bill(brief, phrases)
        if brief.action == "guide":
            return guide(brief, self._selector, phrases)
        worded = _WORDINGS.get(brief.action)
        return self._answer(brief, phrases) if worded is None else iter(worded(brief, phrases))

    def _answer(self, brief: Brief, phrases: Phrases) -> Iterator[str]:
        if brief.lines:
            yield from told_lines(brief, phrases)
            return
        selected, untold = self._selected(brief)
        if selected:
            pieces = list(answer(brief, selected, phrases))
            if added := added_to(brief, "".join(pieces)):
                telling = [one for one in selected if speaks_of(added, one.text, brief.understanding.text)]
                if not telling and (beside := self._on_what_is_added(brief, added)):
                    pieces = list(answer(brief, beside, phrases))
                elif not telling and brief.evidence[selected[0].evidence_index].kind != "product":
                    yield phrases.say("nothing_particular") + ("" if brief.language == "zh" else " ")
                elif 0 < len(telling) < len(selected):
                    pieces = list(answer(brief, telling, phrases))
            yield from pieces
            yield from admission(brief, untold, phrases)
            if brief.below:
                yield "" if brief.language == "zh" else " "
                yield from told_lines(replace(brief, lines=brief.below), phrases)
        else:
            yield from decline(replace(brief, evidence=()), phrases)

    def _on_what_is_added(self, brief: Brief, added: frozenset[str]) -> list[Selected]:
        """What other evidence says of what a follow-up adds to the question before: 孕妇呢 after whether it is eaten raw."""
        for one in self._selector.ranking(brief.question, brief.evidence):
            item = brief.evidence[one.evidence_index]
            written = item.kind in DOCUMENTS and item.language == brief.language and one.kind != "heading"
            if written and one.score >= _SAYS_OF_IT and all(speaks_of(frozenset((term,)), one.text, "") for term in added):
                return [one]
        return []

    def _selected(self, brief: Brief) -> tuple[list[Selected], list[str]]:
        """The sentences that answer, of each part of the question from the evidence that does; and the parts without any."""
        if not brief.parts:
            return self._selector.select(brief.question, brief.evidence, brief.language, settled=brief.settled), []
        chosen: dict[tuple[int, int], Selected] = {}
        untold: list[str] = []
        for part in brief.parts:
            surest = max(part.answered, key=lambda place: part.answered[place], default=None)
            native = [
                f"{brief.evidence[place].question or brief.evidence[place].title}\n{one.text}"
                for (place, _), one in chosen.items()
                if brief.evidence[place].language == brief.language and (part.question != part.text or surest in (place, None))
            ]
            if _told_already(part.text, native):
                continue
            places = list(part.answered)
            evidence = [replace(brief.evidence[place], score=score) for place, score in part.answered.items()]
            said = self._selector.select(part.question, evidence, brief.language, settled=True)
            if said and part.question != part.text and all((places[one.evidence_index], one.span[0]) in chosen for one in said):
                own = self._selector.select(part.text, evidence, brief.language, settled=True)  # the topic told once is enough
                said = [*said, *(one for one in own if one.score >= _SAYS_MORE)]
            if not said:
                untold.append(part.text)
            for one in said:
                place = places[one.evidence_index]
                chosen.setdefault((place, one.span[0]), replace(one, evidence_index=place))
        return sorted(chosen.values(), key=lambda one: (one.evidence_index, one.span[0])), untold


def _told_already(question: str, told: Sequence[str]) -> bool:
    """Whether a question for a measure ("and how long?") is answered by what another part's answer tells of its topic."""
    kinds = question_types(question)
    own = [
        term for term in terms(question) if not concepts(term) & {"price", "discount", "times"} and not _COUNTING.search(term)
    ]
    measured = bool(kinds) and (kinds[0] in MEASURED or kinds[0] == "count")
    return measured and len(own) <= 1 and any(offers(text, kinds[0]) and _speaks_of(own, text) for text in told)


def _speaks_of(topic: Sequence[str], text: str) -> bool:
    said = frozenset(terms(text))
    return all(term in said or any(concepts(term) & concepts(other) for other in said) for term in topic)
