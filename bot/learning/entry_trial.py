"""An FAQ entry tried on what customers really asked, before they get it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from bot.store.entries import Entry, checked, document_of
from bot.store.questions import AskedQuestion, last_questions, questions_of
from bot.types import LanguageCode
from bot.versions import Replayed, Verdict, Versions

REMEMBERED = 300
"""How many different past questions are looked through for those that come near."""
ASKED = 30
"""How many of them are asked again, beside those that the entry is to answer."""
WANTED = 20
_ORDER: Sequence[Verdict] = ("better", "worse", "otherwise", "same")
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Turns = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Tried:
    """The questions that were asked again, those that an answer is now found to first, of so many past ones."""

    replayed: tuple[Replayed, ...]
    remembered: int

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many are answered that were not, no longer answered, answered otherwise, and as before."""
        counted = Counter(each.verdict for each in self.replayed)
        return {verdict: counted[verdict] for verdict in _ORDER}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        questions = [each.to_dict() for each in self.replayed]
        return {"counts": dict(self.counts), "remembered": self.remembered, "questions": questions}


class EntryTrials:
    """Asks past questions again with an entry that is not live, or has other words than it has live. Nothing is stored."""

    def __init__(self, engine: Engine, versions: Versions, encode: Encode) -> None:
        """``encode`` gives unit vectors in one space for all languages."""
        self._engine, self._versions, self._encode = engine, versions, encode

    def of(self, entry: Entry | None, question: str, answer: str, language: LanguageCode, asked_in: Turns = ()) -> Tried:
        """What the words would change in place of those of ``entry``; None for a new one.

        Asked again are the questions of the turns ``asked_in`` and, of the last different ones, those nearest to what the
        entry asks.

        Raises:
            InputError: the question or the answer is empty or too long.
        """
        question, answer = checked(question, answer)
        wanted = questions_of(self._engine, asked_in[:WANTED])
        past = last_questions(self._engine, REMEMBERED)
        known = {each.text for each in wanted}
        others = [each for each in past if each.text not in known]
        about = [question, *([entry.question] if entry is not None else [])]
        chosen = [*wanted, *self._nearest(others, about)]
        replayed = self._versions.replay_with(document_of(entry.id if entry else None, question, answer, language), chosen)
        replayed.sort(key=lambda each: _ORDER.index(each.verdict))
        return Tried(tuple(replayed), len(known) + len(others))

    def _nearest(self, past: Sequence[AskedQuestion], about: Sequence[str]) -> list[AskedQuestion]:
        if len(past) <= ASKED:
            return list(past)
        vectors = self._encode([*about, *(each.text for each in past)])
        cosines = (vectors[len(about) :] @ vectors[: len(about)].T).max(axis=1)
        return [past[place] for place in np.argsort(-cosines, kind="stable")[:ASKED]]
