"""Finds the indexed term that a customer probably meant by a misspelt one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

SHORTEST = 5  # letters: a shorter word has too many neighbours that mean something else
LONG = 8  # letters from which two slips are forgiven
_LETTERS = re.compile(r"[a-z]+")


class Spelling:
    """English terms by first letter and length. Immutable, so threads may share it."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Correct towards these terms; only those of letters alone count, since a code that differs is another code."""
        shelves: dict[tuple[str, int], list[str]] = defaultdict(list)
        for term in terms:
            if len(term) >= SHORTEST - 1 and _LETTERS.fullmatch(term):
                shelves[term[0], len(term)].append(term)
        self._shelves = dict(shelves)

    def __contains__(self, term: str) -> bool:
        """Whether ``term`` is one of those that are corrected towards."""
        return bool(term) and term in self._shelves.get((term[0], len(term)), ())

    def nearest(self, term: str) -> str | None:
        """The term with the fewest slips (letters left out, added, mistaken or swapped), None where all have too many.

        The first letter is hardly ever wrong, so it must agree. One slip is forgiven, two in a long word; a letter left out is
        likelier than one added.
        """
        if len(term) < SHORTEST or not _LETTERS.fullmatch(term):
            return None
        for slips in range(1, 3 if len(term) >= LONG else 2):
            near = [
                other for size in range(slips, -slips - 1, -1) for other in self._shelves.get((term[0], len(term) + size), ())
            ]
            found = extractOne(term, near, scorer=OSA.distance, score_cutoff=slips)
            if found is not None:
                return str(found[0])
        return None
