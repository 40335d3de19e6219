"""What a passage tells of goods that were not asked about: that synthetic bags may be washed is no word on a down jacket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.generation.answerability import Found, Subjects
from bot.skills.hit_order import OF_OTHERS
from bot.understanding.entities import NOT_CARRIED
from knowledge_base.sentences import sentence_spans
from knowledge_base.types import Chunk, SearchHit

_UNLIKELY = 0.1
"""Below this score nobody looks."""
_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class OtherGoods:
    """Leaves out what is told of other goods, so that it answers nothing.

    ``subjects`` tells the goods that a text speaks of, ``opens`` whether it begins with them: a cloth that something is wiped
    with is not what a sentence is about.
    """

    subjects: Subjects
    opens: Callable[[str], bool]

    def asked(self, question: str) -> frozenset[str]:
        """The SKUs that a question speaks of."""
        return frozenset(one for one in self.subjects(question) if not one.startswith(NOT_CARRIED))

    def left_out(self, found: Found, asked: frozenset[str]) -> Found:
        """What was found, without the sentences that are about other goods alone; without a passage that has no others."""
        kept = [(hit, self.without(hit.chunk, asked)) for hit in found.hits[: len(found.passages)]]
        passages = zip(kept, found.passages, strict=True)
        told = [replace(item, text=chunk.text) for (_, chunk), item in passages if chunk is not None]
        hits = [replace(hit, chunk=chunk) for hit, chunk in kept if chunk is not None]
        return Found((*hits, *found.hits[len(found.passages) :]), told)

    def without(self, chunk: Chunk, asked: frozenset[str]) -> Chunk | None:
        """The passage without its sentences on goods that are none of ``asked``; None where no sentence is left.

        A row that was asked of them stays whole: it may tell them from others of their kind.
        """
        if not asked or (chunk.question and asked & self.asked(chunk.question)):
            return chunk
        spans = sentence_spans(chunk.text)
        ends = [*(start for start, _ in spans[1:]), len(chunk.text)]
        kept = [
            (start, following)
            for (start, end), following in zip(spans, ends, strict=True)
            if _is_header(chunk.text, start) or not self._of_others(chunk.text[start:end], asked)
        ]
        if len(kept) == len(spans):
            return chunk
        spaced = ((start, following, end) for (start, end), following in zip(spans, ends, strict=True))
        told = "".join(
            chunk.text[start:following] if (start, following) in kept else "\n" * chunk.text.count("\n", end, following)
            for start, following, end in spaced
        ).strip()
        return replace(chunk, text=told) if any(not _is_header(chunk.text, start) for start, _ in kept) else None

    def of_asked(self, hit: SearchHit, asked: frozenset[str]) -> SearchHit:
        """The hit, less sure where it stands under other goods; of it, what speaks of those asked about.

        The goods that it stands under are those of its question, else of the nearest heading above it that names some.
        """
        if not asked or hit.score < _UNLIKELY:
            return hit
        chunk = hit.chunk
        above = (chunk.question or "", *reversed(chunk.heading.split(_SEPARATOR)))
        others = next(filter(None, map(self.asked, above)), frozenset())
        if not others or others & asked:
            return hit
        sentences = (chunk.text[start:end] for start, end in sentence_spans(chunk.text))
        told = "".join(sentence for sentence in sentences if asked & self.subjects(sentence)).strip()
        return replace(hit, chunk=replace(chunk, text=told, question=None)) if told else hit.scored(hit.score * OF_OTHERS)

    def _of_others(self, sentence: str, asked: frozenset[str]) -> bool:
        told = self.asked(sentence)
        return bool(told) and not told & asked and self.opens(sentence)


def _is_header(text: str, start: int) -> bool:
    """Whether the line of a table that begins at ``start`` is its first one, or the rule below that."""
    line = text[start:].partition("\n")[0]
    if not line.lstrip().startswith("|"):
        return False
    above = text[:start].rstrip("\n").rpartition("\n")[2]
    return not above.lstrip().startswith("|") or not line.strip("|-: ")
