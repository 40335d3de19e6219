"""Intents that an owner lists by examples, learned at the start: a quick reading of every message, a full one of unclear ones.

Both readings are kernel ridge regressions (:mod:`bot.understanding.kernel_ridge`); the quick one is over sums of word vectors,
which cost a hundredth of a sentence's vector. How sure it must be for its word to count is learned from left-out examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.errors import SettingsError
from bot.types import Intent
from bot.understanding.intent import OUT_OF_SCOPE
from bot.understanding.kernel_ridge import Matrix
from bot.understanding.owner_reading import Assessment, LeftOut, Reading
from knowledge_base.encoder import Encoder
from knowledge_base.ensemble_encoder import EnsembleEncoder

QUICK_FREQUENCIES = 768
MANY = 1000
"""Examples from which on there is a quick reading: enough of them to tell when it can be trusted."""
LOST = 0.005
"""The share by which the quick reading may raise the errors of the full one."""
FAMILIAR = 0.2
"""How strange a message that the quick reading decides may be, at most."""


@dataclass(frozen=True)
class Quick:
    """The reading that comes first, and from which probability on it decides."""

    reading: Reading
    sure: float

    def decides(self, found: Assessment) -> NDArray[np.bool_]:
        """Which of the messages need no full reading."""
        return np.asarray((found.probabilities.max(axis=1) >= self.sure) & (found.out_of_scope <= FAMILIAR))


@dataclass(frozen=True)
class OwnerIntents:
    """A classifier for any intents, learned from labelled examples; see the module for the method."""

    intents: tuple[str, ...]
    full: Reading
    quick: Quick | None

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str], encoder: Encoder) -> OwnerIntents:
        """A classifier for labelled messages; the same examples give the same classifier.

        A label ``out_of_scope`` (or ``oos``) is learned like any other, and :meth:`out_of_scope` works without one too.

        Raises:
            SettingsError: when texts and labels differ in number or there are fewer than two labels in scope.
        """
        if len(texts) != len(labels):
            raise SettingsError(f"{len(texts)} texts come with {len(labels)} labels. Give each text one label.")
        if len(set(labels) - OUT_OF_SCOPE) < 2:
            raise SettingsError(f"An intent classifier needs two intents at least, not {sorted(set(labels))!r}. Add examples.")
        intents, targets = np.unique(np.asarray(labels), return_inverse=True)
        inside = np.array([str(intent) not in OUT_OF_SCOPE for intent in intents])
        full, known = Reading.train(texts, targets, inside, encoder)
        quick = None
        if len(texts) >= MANY and isinstance(encoder, EnsembleEncoder):
            reading, left_out = Reading.train(texts, targets, inside, encoder.static, QUICK_FREQUENCIES)
            quick = Quick(reading, sure_from(left_out, known, targets))
        return cls(tuple(map(str, intents)), full, quick)

    def assess(self, texts: Sequence[str]) -> Assessment:
        """Probabilities and strangeness of ``texts``."""
        if self.quick is None:
            return self.full.assess(texts)
        found = self.quick.reading.assess(texts)
        unclear = np.flatnonzero(~self.quick.decides(found)).tolist()
        if unclear:
            again = self.full.assess([texts[i] for i in unclear])
            found.probabilities[unclear], found.out_of_scope[unclear] = again.probabilities, again.out_of_scope
        return found

    def classify(self, text: str) -> Intent:
        """The likeliest intent with its calibrated probability."""
        return self.top(text, 1)[0]

    def top(self, text: str, n: int = 3) -> list[Intent]:
        """The ``n`` likeliest intents, likeliest first."""
        probabilities = self.assess([text]).probabilities[0]
        return [Intent(self.intents[i], float(probabilities[i])) for i in np.argsort(-probabilities, kind="stable")[:n]]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intent of every text."""
        return [self.intents[i] for i in self.assess(texts).probabilities.argmax(axis=1)]

    def out_of_scope(self, texts: Sequence[str]) -> Matrix:
        """How surely each text is none of the intents, in [0, 1]; above 0.5 stand 5 % of messages like the examples."""
        return self.assess(texts).out_of_scope


def sure_from(quick: LeftOut, full: LeftOut, targets: NDArray[np.int64]) -> float:
    """The least probability from which on the ``quick`` reading raises the errors of the ``full`` one by ``LOST`` at most."""
    truth = targets[full.checked]
    right = [left_out.found.probabilities.argmax(axis=1) == truth for left_out in (quick, full)]
    certainty = np.where(quick.found.out_of_scope <= FAMILIAR, quick.found.probabilities.max(axis=1), 0)
    order = np.argsort(-certainty, kind="stable")
    lost = np.cumsum((right[1].astype(int) - right[0])[order])
    too_many = np.flatnonzero(lost > LOST * (~right[1]).sum())
    decided = too_many[0] if len(too_many) else len(order)
    return float(certainty[order[decided - 1]]) if decided else float("inf")
