"""In which order passages that answer are told: a search finds them near one another, and what is asked tells them apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from bot.generation.answerability import Subjects
from bot.generation.in_general import each_tells, rows_alike
from bot.generation.passage import units
from bot.generation.passage_judge import asks_the_same
from bot.shop.denials import DENIES
from bot.text.places import named
from bot.text.question_type import offers, question_types
from bot.text.terms import concepts, terms
from knowledge_base.sentences import sentence_spans
from knowledge_base.types import Chunk, SearchHit

BESIDE_THE_TOPIC = 0.6
"""What is left of the score of a passage that answers for each matter of service that is asked for, that it says nothing of
and another one which answers does."""
SERVICES = frozenset("cancel invoice warranty price_protection installment privacy gift wrap".split())
OF_OTHERS = 0.2
"""What is left of the score of a row that is about other goods or another matter."""
_SEVERAL = 2
_LEAST_APART = 0.02
"""What tells hits apart that are far from the nearest, by how sure each is."""
_ASKS_DEADLINE = re.compile(
    r"\bhow (?:long|much time|many (?:days|weeks)) (?:do|have|did|will) (?:i|we|you)(?: have| got|'ve got)\b"
    r"|\bhow (?:long|many (?:days|weeks)) (?:have i|have we|i got|i have)\b"
    r"|\b(?:until|till|by) when (?:can|must|do|may) (?:i|we)\b"
    r"|\b(?:returns?|exchange) (?:window|period|deadline|time)\b|退换?货?期限?(?:是|有)?(?:多|几)"
    r"|(?:几天|多少天|多久|多长时间)之?内?(?:还?可以|还?能|可)(?:退|换|申请)",
    re.IGNORECASE,
)
_WHETHER_AMID = re.compile(r"\b(?:can|could|may|do|does|will|is|are) (?:i|we|you|u|it|they)\b", re.IGNORECASE)
"""Asks whether amid a message that asks nothing else: "opened strings can i send them back"."""
_OF_THE_SHOP = re.compile(
    r"\b(?:we|our|your bank|warehouse|refunds? (?:are|is) (?:made|paid|issued))\b|我们|银行|到账|仓库|收到退[货件]",
    re.IGNORECASE,
)
_MISHAPS = frozenset({"repair", "missing"})
_CLAUSES = re.compile(r"[,;，；、]|\band\b|并且?|而")
_NUMBER = re.compile(r"\d")
_ASKS_USE = re.compile(
    r"怎么用|如何用|怎么使用|(?:有什么|有啥|啥|什么)用|用来(?:干|做|买)|能(?:干|做|换|抵)(?:什么|啥|多少|嘛)|怎么(?:抵|换|兑换?|花)"
    r"|\bhow (?:do|can|could|would) (?:i|we) (?:use|spend|redeem)\b"
    r"|\bwhat (?:are|is|can) .{1,30}\b(?:for|worth|good for|use (?:it|them|my|the)|get (?:for|with))\b",
    re.IGNORECASE,
)
"""Asks how something is used or spent, or what it is worth."""
FARTHER = 2.0
"""What a passage that answers loses for each point of cosine that it is farther from the question than the nearest."""
_ASKS_DENIED = re.compile(
    r"\b(?:what|which|anything)\b.{0,40}\b(?:can'?t|cannot|can not|couldn'?t|not)\b"
    r"|(?:哪些|什么|有没有)[^，。？]{0,6}不(?:能|可以|给|支持)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def topics(text: str) -> frozenset[str]:
    """The matters of service that a text speaks of."""
    return frozenset(name for term in terms(text) for name in concepts(term)) & SERVICES


def _gives_time(sentence: str) -> bool:
    """Whether a part of a sentence says in which time the customer, and not the shop, must act."""
    return any(offers(one, "duration") and not _OF_THE_SHOP.search(one) for one in _CLAUSES.split(sentence))


def _speaks_of_fault(text: str) -> bool:
    return any(concepts(term) & _MISHAPS for term in terms(text))


def _speaks_of_returns(text: str) -> bool:
    return any("return" in concepts(term) for term in terms(text))


def _at_home(question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
    """The hits, less sure rows that were asked of other countries where the question names no place: "to my office"."""
    if named(question) or "国家" in question or _speaks_of_abroad(question):  # of a country it is asked: 可以寄到哪些国家
        return list(hits)
    return [hit.scored(hit.score * OF_OTHERS) if _speaks_of_abroad(hit.chunk.question or "") else hit for hit in hits]


def _speaks_of_abroad(text: str) -> bool:
    return any("country" in concepts(term) for term in terms(text))


class HitOrder:
    """Puts passages that answer in order. ``threshold`` is the probability from which on one counts as answering."""

    def __init__(self, subjects: Subjects, threshold: float) -> None:
        self._subjects, self._threshold = subjects, threshold

    def ordered(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits with the scores that they are told by: of those that answer, all still do."""
        hits = _at_home(question, self._of_returns(question, hits))
        nearest = max((hit.dense for hit in hits), default=0.0)
        near = self._by_predicate(question, [self._ranked(question, hit, nearest) for hit in hits])
        near = self._by_use(question, self._by_frequency(question, near))
        near = self._denied(question, self._in_general(question, self._by_deadline(question, near)))
        return self._of_one_table(question, self._by_topic(question, near))

    def _of_returns(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, less sure those that say nothing of returns where that is asked for and others which answer do.

        "I opened the beans and they taste stale, can I return them?" is about what goes back, however fresh beans are.
        """
        if not _speaks_of_returns(question):
            return list(hits)
        speaking = [_speaks_of_returns(f"{hit.chunk.heading} {hit.chunk.question or ''} {hit.chunk.text}") for hit in hits]
        if not any(speaks and hit.score >= self._threshold for hit, speaks in zip(hits, speaking, strict=True)):
            return list(hits)
        return [hit if speaks else hit.scored(hit.score * OF_OTHERS) for hit, speaks in zip(hits, speaking, strict=True)]

    def _by_predicate(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, those that answer whether without the word that is asked for, less sure, where others have it.

        "Can the down jacket be dry-cleaned" is answered where dry-cleaning is spoken of, not where washing is.
        """
        answering = [hit for hit in hits if hit.score >= self._threshold]
        whether = "yes_no" in question_types(question) or (not question_types(question) and _WHETHER_AMID.search(question))
        if not whether or len(answering) < _SEVERAL:
            return list(hits)
        told = {hit.chunk.id: frozenset(terms(f"{hit.chunk.question or ''} {hit.chunk.text}")) for hit in answering}
        asked = frozenset(terms(question))
        telling = {
            term for term in asked if not self._subjects(term) and 0 < sum(term in one for one in told.values()) < len(told)
        }
        without = {name for name, one in told.items() if telling and not telling & one}
        how_to = {hit.chunk.id for hit in answering if question_types(hit.chunk.question or "")[:1] == ("method",)}
        of_it = [telling & one for name, one in told.items() if name not in how_to]
        without |= {name for name in how_to if any(one - told[name] for one in of_it)}
        return self._behind(hits, without)

    def _by_deadline(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, those that answer without a time for the customer less sure where it is asked how long the customer has.

        "How long do I have to return it" is not answered by how soon the shop refunds, if anything else tells.
        """
        answering = [hit for hit in hits if hit.score >= self._threshold]
        if not _ASKS_DEADLINE.search(question) or len(answering) < _SEVERAL:
            return list(hits)
        without = {hit.chunk.id for hit in answering if not self._gives_time_for(question, hit.chunk)}
        return self._behind(hits, without if len(without) < len(answering) else set())

    def _gives_time_for(self, question: str, chunk: Chunk) -> bool:
        """Whether a sentence gives the customer a time, for what is asked about or for any goods.

        That of hats alone is no rule for gloves, nor that of faulty goods one for any.
        """
        goods, faulty = self._subjects(question), _speaks_of_fault(question)
        for start, end in sentence_spans(chunk.text):
            sentence = chunk.text[start:end]
            told = self._subjects(sentence)
            of_fault = _speaks_of_fault(f"{chunk.heading.rsplit(' › ', maxsplit=1)[-1]} {sentence}")
            if _gives_time(sentence) and (not told or told & goods) and (faulty or not of_fault):
                return True
        return False

    def _by_frequency(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, those that name no frequency less sure where it is asked how often, and others which answer name one."""
        if question_types(question)[:1] != ("times",):
            return list(hits)
        answering = [hit for hit in hits if hit.score >= self._threshold]
        return self._behind(hits, {hit.chunk.id for hit in answering if not offers(hit.chunk.text, "times")})

    def _by_use(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, rows that were asked whether something else holds of it less sure where it is asked how, or what for.

        "How do I use my points" is not answered by whether points expire, if what points are worth is told.
        """
        if not _ASKS_USE.search(question):
            return list(hits)
        asked = frozenset(terms(question))
        answering = [hit for hit in hits if hit.score >= self._threshold]
        whether = {
            hit.chunk.id
            for hit in answering
            if question_types(hit.chunk.question or "")[:1] == ("yes_no",)
            and frozenset(terms(hit.chunk.question or "")) - asked
        }
        telling = {hit.chunk.id for hit in answering if asked & frozenset(terms(hit.chunk.text))} - whether
        return self._behind(hits, whether if telling else ())

    def _in_general(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, a table of what is asked in general before prose that names a sum or time of something near it."""
        kinds = question_types(question)
        answering = {hit.chunk.id: hit.chunk for hit in hits if hit.score >= self._threshold and hit.chunk.kind == "text"}
        tables = {
            name
            for name, chunk in answering.items()
            if each_tells(question, kinds, f"{chunk.heading} {chunk.question or ''}", rows_alike(units(chunk.text)))
        }
        asked = frozenset(terms(question))
        told = {name: asked.intersection(terms(chunk.text)) for name, chunk in answering.items()}
        by_tables = frozenset().union(*(told[name] for name in tables))
        prose = {name for name in answering.keys() - tables if told[name] <= by_tables}
        return self._behind(hits, prose if tables else ())

    def _denied(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, those under a heading that denies first where it is asked what is not possible: "what can't I return"."""
        if not _ASKS_DENIED.search(question):
            return list(hits)
        answering = {hit.chunk.id: hit.chunk for hit in hits if hit.score >= self._threshold}
        denying = {name for name, chunk in answering.items() if DENIES.search(chunk.question or chunk.heading.split(" › ")[-1])}
        return self._behind(hits, answering.keys() - denying if denying else ())

    def _behind(self, hits: Sequence[SearchHit], names: Collection[str]) -> list[SearchHit]:
        """The hits, those called ``names`` behind the best other one that answers, which is as sure as any of them was."""
        others = [hit for hit in hits if hit.score >= self._threshold and hit.chunk.id not in names]
        if not names or not others:
            return list(hits)
        first, surest = max(others, key=lambda hit: hit.score), max(hit.score for hit in hits)

        def placed(hit: SearchHit) -> SearchHit:
            if hit.chunk.id in names:
                return hit.scored(max(self._threshold, hit.score * BESIDE_THE_TOPIC))
            return hit.scored(surest) if hit is first else hit

        return [placed(hit) for hit in hits]

    def _by_topic(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, less sure those that answer without a word on what is asked for that others which answer speak of.

        "How long is the battery covered" is about a warranty, however near a row on how long it lasts may be.
        """
        answering = [hit for hit in hits if hit.score >= self._threshold]
        asked = topics(question)
        spoken = [
            topics(f"{hit.chunk.heading or hit.chunk.title} {hit.chunk.question or ''} {hit.chunk.text}") for hit in answering
        ]
        known = asked.intersection(frozenset().union(*spoken))
        kept = {
            hit.chunk.id: max(self._threshold, hit.score * BESIDE_THE_TOPIC ** len(known - told))
            for hit, told in zip(answering, spoken, strict=True)
        }
        return [hit.scored(kept.get(hit.chunk.id, hit.score)) for hit in hits]

    def _of_one_table(self, question: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """The hits, all rows of a table as sure as its surest where a number is told: which row holds it is seen in them."""
        if not _NUMBER.search(question):
            return list(hits)
        surest: dict[tuple[str, str], float] = {}
        for hit in hits:
            if hit.chunk.kind == "row" and hit.score >= self._threshold:
                table = (hit.chunk.source, hit.chunk.heading)
                surest[table] = max(surest.get(table, 0.0), hit.score)
        return [hit.scored(max(hit.score, surest.get((hit.chunk.source, hit.chunk.heading), 0.0))) for hit in hits]

    def _ranked(self, question: str, hit: SearchHit, nearest: float) -> SearchHit:
        """The hit as it stands among those that answer: of two that seem to, the nearer one is right more often."""
        if hit.score < self._threshold or asks_the_same(question, hit.chunk.question):
            return hit
        least = self._threshold + _LEAST_APART * hit.score
        return hit.scored(max(least, hit.score - FARTHER * (nearest - hit.dense)))
