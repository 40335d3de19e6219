"""What may answer somebody who tells of an accident: nothing that is of another thing or act may reassure them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.policy.doubts import TOLD
from bot.skills.evidence import Judged
from bot.text.danger import accident, warns
from bot.text.terms import terms
from knowledge_base.retrieval import query_language
from knowledge_base.types import SearchHit


def in_danger(question: str, judged: Judged, message: str) -> Judged:
    """What is found for ``question`` of a ``message``; of an accident that it tells of, only what warns of or names it.

    The thing is the word of the question that fewest of the passages found have: chocolate, and not the dog. What warns of
    it answers, however low it was judged.
    """
    told = accident(question) or accident(message)
    if told is None:
        return judged
    language, named = query_language(question), frozenset(terms(told))
    spoken = {hit.chunk.id: frozenset(terms(_text(hit))) for hit in judged.hits if hit.chunk.language == language}
    asked = {term for term in terms(question) if len(term) > 1 and not _is_of(term, told, named)}
    known = Counter(term for term in asked for words in spoken.values() if term in words)
    rarest = {term for term, count in known.items() if count == min(known.values())}
    hits = []
    for hit in judged.hits:
        words, warning = spoken.get(hit.chunk.id), warns(_text(hit))
        if words is None:
            hits += [hit] if warning and hit.score >= TOLD else []
        elif warning and (rarest & words or named <= words):
            hits.append(hit.scored(max(hit.score, TOLD)))
        elif rarest & words and named <= words:
            hits.append(hit)
    return replace(judged, hits=tuple(sorted(hits, key=lambda hit: -hit.score)), records=())


def _is_of(term: str, told: str, named: frozenset[str]) -> bool:
    """Whether a word is of the accident, and not of the thing: 偷吃 where 吃了 tells of it."""
    return term in named or (not term.isascii() and any(sign in told for sign in term))


def _text(hit: SearchHit) -> str:
    return f"{hit.chunk.question or ''} {hit.chunk.heading} {hit.chunk.text}"
