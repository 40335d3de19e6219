"""How many of the question's words a sentence shares: weighted coverage, near-synonyms, pieces of words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from bot.generation.terms import concepts, terms
from knowledge_base.terms import normalise

_CONCEPT = 0.7  # credit of a near-synonym


def question_match(asked: str, answered: str) -> float:
    """Similarity in [0, 1] of two questions: Dice coefficient of their terms, near-synonyms counting 0.7."""
    one, other = frozenset(terms(asked)), frozenset(terms(answered))
    if not one or not other:
        return 0.0
    equal = {term: 1.0 for term in one | other}
    return (_mass(one, other, equal) + _mass(other, one, equal)) / (len(one) + len(other))


def _mass(asked: frozenset[str] | tuple[str, ...], words: frozenset[str], weights: dict[str, float]) -> float:
    named = frozenset().union(*(concepts(word) for word in words)) if words else frozenset()
    total = 0.0
    for term in asked:
        if term in words:
            total += weights[term]
        elif concepts(term) & named:
            total += _CONCEPT * weights[term]
    return total


def coverage(asked: tuple[str, ...], words: frozenset[str], weights: dict[str, float]) -> float:
    """Share in [0, 1] of the question's weight that ``words`` carry."""
    total = sum(weights[term] for term in asked)
    return _mass(asked, words, weights) / total if total else 0.0


def idf(asked: tuple[str, ...], sentences: Iterable[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of each asked term among the sentences of the evidence."""
    told = list(sentences)
    seen = Counter(term for words in told for term in words)
    return {term: math.log(1.5 + (len(told) + 1) / (seen[term] + 1)) for term in asked}


def surface(text: str) -> frozenset[str]:
    """Character pairs of Chinese, four-character pieces of other words: robust to word boundaries and inflection."""
    return frozenset(
        token[i : i + size]
        for token in re.findall(r"[\u3400-\u9fff]+|[a-z0-9]+", normalise(text))
        for size in (2 if "\u3400" <= token[0] <= "\u9fff" else 4,)
        for i in range(max(1, len(token) - size + 1))
    )


def pieces_shared(question: frozenset[str], text: str) -> float:
    """Share in [0, 1] of the question's pieces that ``text`` holds."""
    return len(question & surface(text)) / len(question) if question else 0.0


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Overlap coefficient of two sets of words: 1.0 when one holds the other."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0
