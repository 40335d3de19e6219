"""How many of the question's words a sentence shares: weighted coverage, near-synonyms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from bot.text.terms import concepts, terms

_CONCEPT = 0.7  # credit of a near-synonym


def question_match(asked: str, answered: str) -> float:
    """Similarity in [0, 1] of two questions: Dice coefficient of their terms, near-synonyms counting 0.7."""
    one, other = frozenset(terms(asked)), frozenset(terms(answered))
    if not one or not other:
        return 0.0
    equal = {term: 1.0 for term in one | other}
    return (_mass(one, other, equal) + _mass(other, one, equal)) / (len(one) + len(other))


def _mass(asked: frozenset[str] | tuple[str, ...], words: frozenset[str], weights: dict[str, float]) -> float:
    total = sum(weights[term] for term in asked if term in words)
    meant = [term for term in asked if term not in words and concepts(term)]
    if meant:
        named = frozenset().union(*(concepts(word) for word in words))
        total += _CONCEPT * sum(weights[term] for term in meant if concepts(term) & named)
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


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Overlap coefficient of two sets of words: 1.0 when one holds the other."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0
