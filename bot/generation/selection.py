"""Which sentences of the evidence answer the question. Nothing is selected when nothing does: the caller can then abstain."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.generation.alignment import WordVectors
from bot.generation.candidate import RETRIEVED, STRICT, Candidate, candidates
from bot.generation.companions import companions, worth_adding
from bot.generation.in_general import each_tells, rows_alike
from bot.generation.of_the_place import of_the_place
from bot.generation.other_matters import on_the_matter
from bot.generation.overlap import question_match
from bot.generation.passage import UnitKind, clean, units
from bot.generation.remembered import Encode, Remembered
from bot.generation.table_rows import holding_most, of_both_sizes, of_named_row, passages_of_named_rows, steps_around
from bot.generation.told_rows import rows_beside, told_rows, without_other_rows
from bot.text.places import named
from bot.text.question_type import QuestionType, question_parts, question_types
from bot.text.terms import concepts, terms
from bot.types import Evidence, LanguageCode

_SAME_QUESTION = 0.35  # a Q&A row whose question matches this well is answered by its whole text, when that is short
_SURE_ROW = 0.6  # or one that answers with this probability
_WHOLE_SENTENCES = 4
_EQUAL_QUESTION = 0.8
_COURTESY = re.compile(
    r"\W*(?:oh (?:no|dear)|(?:we are |we're )?(?:so |very |really )?sorry(?: (?:about|to hear) that)?|thank you|thanks"
    r"|(?:真|很|非常|十分|实在|万分)?(?:抱歉|对不起|不好意思)|感谢(?:您的)?(?:支持|理解)|谢谢)\W*",
    re.IGNORECASE,
)
"""Sentences that tell nothing by themselves."""
_ASKS = re.compile(r"[?？]$")  # a sentence that only asks what the next one answers
_WHOLE_WORDS, _WHOLE_CHARACTERS = 60, 120
_LEAST = 0.02  # nothing is surer than its complement
_FOREIGN, _FOREIGN_BESIDE = 1.0, 3.0  # how much surer, in log-odds, a passage of the other language must be to be preferred
_ALSO_ANSWERS, _SAYS_MUCH = 0.5, 3  # a passage's probability; words of the question in one sentence
_NATIVE = 0.4  # the more where one of the customer's language answers with this probability
_BEHIND, _BEHIND_IN_PARTS = 0.5, 3.0  # log-odds behind the best passage that still count; where several things are asked


@dataclass(frozen=True, slots=True)
class Selected:
    """A unit that answers: ``evidence[evidence_index].text[start:end]`` for ``span = (start, end)``.

    ``text`` is its wording without list marks and markup; ``score`` in [0, 1] says how surely it answers; ``covers`` is the
    share of the question's weight that its own words carry.
    """

    evidence_index: int
    span: tuple[int, int]
    text: str
    score: float
    kind: UnitKind = "sentence"
    covers: float = 0.0
    pairs: tuple[tuple[str, str], ...] = ()


class Selector:
    """Scores each sentence, row and list item against the question.

    Two scores: how surely it answers (coverage of the question with shop concepts shared by both languages, the passage's
    retrieval score, the kind of answer asked for), and how it ranks among the others (``WEIGHTS`` of the candidates). With
    ``encode`` and ``vectors``, both go by the meaning of sentences and words, too. ``threshold`` is the answer score in
    [0, 1] under which nothing is selected.
    """

    def __init__(self, encode: Encode | None = None, vectors: WordVectors | None = None, threshold: float = 0.5) -> None:
        self.encode: Encode | None = encode and Remembered(encode)
        self._vectors, self._threshold = vectors, threshold

    def select(
        self,
        question: str,
        evidence: Sequence[Evidence],
        language: LanguageCode,
        limit: int = 4,
        settled: bool = False,
    ) -> list[Selected]:
        """At most ``limit`` answers (a whole list of steps counts as one), in the order in which they read well.

        A question of several parts gets the best answer of each. Empty when nothing answers; where it is ``settled`` that
        something does, the best sentence is taken whatever its score.
        """
        best: dict[tuple[int, int], Selected] = {}
        parts = question_parts(question)
        asked = parts if len(parts) > 1 else [question]
        for part in (*asked, *(parts if parts != asked else ())):
            if best and part not in asked:
                break  # the question proper stands in for the whole message only where that finds nothing
            behind = _BEHIND if len(asked) == 1 else _BEHIND_IN_PARTS
            for chosen in self._select_part(part, evidence, language, limit, behind):
                key = (chosen.evidence_index, chosen.span[0])
                if key not in best or best[key].score < chosen.score:
                    best[key] = chosen
        if settled and not best:
            found = self._select_part(question, evidence, language, limit, _BEHIND, settled=True)
            best = {(chosen.evidence_index, chosen.span[0]): chosen for chosen in found}
        return _reading_order(best)

    def ranking(self, question: str, evidence: Sequence[Evidence]) -> list[Selected]:
        """Every unit of ``evidence``, best answer first, whatever its score."""
        ranked = sorted(candidates(question, evidence, self.encode, self._vectors), key=lambda candidate: -candidate.rank)
        return [_selected(candidate) for candidate in ranked]

    def features(self, question: str, evidence: Sequence[Evidence]) -> list[tuple[Selected, dict[str, float]]]:
        """Every unit with its features, in order of appearance: what the weights are fitted on."""
        return [
            (_selected(candidate), candidate.features)
            for candidate in candidates(question, evidence, self.encode, self._vectors)
        ]

    def _candidates(self, question: str, evidence: Sequence[Evidence], first: set[int]) -> list[Candidate]:
        """The units of the passages at ``first``; of all where rows there hold other numbers: a size table is long."""
        found = candidates(question, evidence, self.encode, self._vectors, first)
        excluded = any(candidate.holds == 0 and not candidate.answers for candidate in found)
        if excluded and not any(candidate.holds for candidate in found) and len(first) < len(evidence):
            return candidates(question, evidence, self.encode, self._vectors)
        return found

    def _select_part(
        self,
        question: str,
        evidence: Sequence[Evidence],
        language: LanguageCode,
        limit: int,
        behind: float,
        settled: bool = False,
    ) -> list[Selected]:
        first = _first_passages(question, evidence, language, behind)
        first |= _saying_more(question, evidence, first)
        found = self._candidates(question, evidence, first)
        kinds = question_types(question)
        told = [
            c for c in found if c.unit.kind != "heading" and not (_ASKS.search(c.unit.text) or _COURTESY.fullmatch(c.unit.text))
        ]
        told = of_the_place(question, kinds, without_other_rows(question, told, evidence), evidence)
        answering = _answering(on_the_matter(question, told, self._threshold), self._threshold, settled)
        if not answering:
            return []
        exactly = {c.index for c in answering if c.named}
        answering = holding_most([c for c in answering if c.named or c.index not in exactly])
        same = {i for i, item in enumerate(evidence) if item.language == language}
        native = [c for c in answering if c.index in same]
        strongest = max(c.answers for c in answering)
        if native and max(c.answers for c in native) >= 0.75 * strongest:
            answering = native
        typed = [c for c in answering if c.features["type"] == 1.0 and c.answers >= 0.75 * strongest]
        if typed and kinds[0] in STRICT:
            answering = typed  # "how long" wants a duration, however many words another sentence shares
        answering.sort(key=lambda candidate: -candidate.rank)
        answering = of_named_row(question, answering, evidence)
        whole = (
            _whole_answer(question, answering[0], found, evidence)
            or steps_around(question, answering[0], found, evidence)
            or _whole_matter(question, kinds, answering[0], found, evidence)
            or _unnamed_rows(question, kinds, answering[0], found, evidence)
        )
        if whole:
            return _told([_selected(candidate, answering[0].answers) for candidate in whole], question, evidence)
        chosen = [answering[0], *of_both_sizes(answering, evidence)]
        for candidate in answering[1:]:
            if len(chosen) >= limit:
                break
            if worth_adding(candidate, chosen, kinds):
                chosen.append(candidate)
        by_place = {(c.index, c.position): c for c in found}
        scores = {(c.index, c.position): c.answers for c in chosen}
        for candidate in chosen:
            beside = rows_beside(question, candidate, found, evidence) if kinds[:1] == ("duration",) else ()
            for companion in (*companions(candidate, by_place, kinds), *beside):
                scores.setdefault((companion.index, companion.position), candidate.answers)
        return _told([_selected(by_place[place], score) for place, score in scores.items()], question, evidence)


def _told(chosen: list[Selected], question: str, evidence: Sequence[Evidence]) -> list[Selected]:
    """``chosen``, of a list in prose the rows alone that are asked about."""
    found = []
    for one in chosen:
        item = evidence[one.evidence_index]
        rows = told_rows(question, item)
        if rows is None or not rows.within(*one.span):
            found.append(one)
        elif said := rows.of(*one.span, item.text):
            found.append(replace(one, text=clean(said), kind="sentence", pairs=()))
    return found or chosen


def _answering(told: Sequence[Candidate], threshold: float, settled: bool) -> list[Candidate]:
    """Those that answer; where it is settled that one does, the best one at least."""
    answering = [candidate for candidate in told if candidate.answers >= threshold]
    possible = (candidate for candidate in told if candidate.answers > 0.0)  # what only names a product answers nothing
    return answering or (sorted(possible, key=lambda candidate: -candidate.answers)[:1] if settled else [])


def _first_passages(question: str, evidence: Sequence[Evidence], language: LanguageCode, behind: float) -> set[int]:
    """The passages that answer about as surely as the best one or are a row named of its table, and records not judged."""
    searched = {index: item for index, item in enumerate(evidence) if item.kind in RETRIEVED}
    native = any(item.language == language and item.score >= _NATIVE for item in searched.values())
    surety = {
        index: math.log(score / (1 - score)) - (0.0 if item.language == language else _FOREIGN_BESIDE if native else _FOREIGN)
        for index, item in searched.items()
        for score in (min(max(item.score, _LEAST), 1 - _LEAST),)
    }
    best = max(surety.values(), default=0.0)
    near = {index for index in range(len(evidence)) if index not in surety or surety[index] >= best - behind}
    return near | (passages_of_named_rows(question, evidence, max(surety, key=surety.__getitem__)) if surety else frozenset())


def _saying_more(question: str, evidence: Sequence[Evidence], first: set[int]) -> set[int]:
    """Less sure passages that also answer, where it is asked whether: with a sentence that says more of the question."""
    if question_types(question)[:1] != ("yes_no",):
        return set()
    asked = frozenset(terms(question))

    def says(item: Evidence) -> int:
        return max((len(asked & frozenset(terms(unit.text))) for unit in units(item.text, item.kind == "row")), default=0)

    others = [n for n, item in enumerate(evidence) if n not in first and item.kind == "passage" and item.score >= _ALSO_ANSWERS]
    most = max((says(evidence[n]) for n in first), default=0) if others else 0
    return {n for n in others if says(evidence[n]) >= max(most + 1, _SAYS_MUCH)}


def _whole_answer(question: str, best: Candidate, found: Sequence[Candidate], evidence: Sequence[Evidence]) -> list[Candidate]:
    """The answer of a Q&A row whose question is the one asked, as far as a reply holds it; nothing for a detail."""
    item = evidence[best.index]
    if item.kind != "qa" or (best.match < _SAME_QUESTION and item.score < _SURE_ROW):
        return []
    told = [c for c in found if c.index == best.index and c.unit.kind != "heading"]
    room, sizes = _room(item, told)
    if sum(sizes) <= room:
        return told
    general = set(terms(question)) <= set(terms(str(item.question)))
    if not general and question_match(question, str(item.question)) < _EQUAL_QUESTION:
        return []
    return [c for place, c in enumerate(told[:_WHOLE_SENTENCES]) if place == 0 or sum(sizes[: place + 1]) <= room]


def _room(item: Evidence, told: Sequence[Candidate]) -> tuple[int, list[int]]:
    """How long an answer told as a whole may be, and how long each of its sentences is."""
    if item.language == "zh":
        return _WHOLE_CHARACTERS, [len(c.unit.text) for c in told]
    return _WHOLE_WORDS, [len(c.unit.text.split()) for c in told]


def _whole_matter(
    question: str, kinds: Sequence[QuestionType], best: Candidate, found: Sequence[Candidate], evidence: Sequence[Evidence]
) -> list[Candidate]:
    """A short passage whole, where nothing is asked but the matter that its heading names: 旅行水壶召回."""
    item = evidence[best.index]
    heading = item.title.rsplit(" › ", maxsplit=1)[-1]
    if kinds or item.kind != "passage" or not set(terms(question)) <= set(terms(heading)):
        return []
    told = [c for c in found if c.index == best.index and c.unit.kind != "heading"]
    room, sizes = _room(item, told)
    return told if sum(sizes) <= room else []


def _unnamed_rows(
    question: str, kinds: Sequence[QuestionType], best: Candidate, found: Sequence[Candidate], evidence: Sequence[Evidence]
) -> list[Candidate]:
    """All rows of a small table, where nothing tells which row is meant: it is asked whether, or of its matter in general."""
    if named(question):
        return []
    of_passage = [c for c in found if c.index == best.index]
    rows = rows_alike([c.unit for c in of_passage])
    item = evidence[best.index]
    told_apart = frozenset(terms(question)) - frozenset(terms(item.title))
    if not rows or any(told_apart & set(terms(row.pairs[0][1])) for row in rows):
        return []
    of_best = told_apart & best.words - frozenset(terms(" ".join(row.text for row in rows)))
    if best.unit not in rows and not all(set(kinds) & concepts(term) for term in of_best):
        return []  # 积分：100分抵1元 below a table of the grades, which says nothing of points
    whether = kinds[:1] == ("yes_no",) and best.unit in rows
    whole = whether or each_tells(question, kinds, f"{item.title} {item.question or ''}", rows)
    return [c for c in of_passage if c.unit in rows] if whole else []


def _selected(candidate: Candidate, score: float | None = None) -> Selected:
    unit = candidate.unit
    score = candidate.answers if score is None else score
    return Selected(
        candidate.index, (unit.start, unit.end), unit.text, score, unit.kind, candidate.features["cover"], unit.pairs
    )


def _reading_order(best: dict[tuple[int, int], Selected]) -> list[Selected]:
    strongest: dict[int, float] = {}
    for chosen in best.values():
        strongest[chosen.evidence_index] = max(strongest.get(chosen.evidence_index, 0.0), chosen.score)
    return sorted(best.values(), key=lambda c: (-strongest[c.evidence_index], c.evidence_index, c.span[0]))
