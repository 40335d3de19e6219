"""Whether customers tell of a fault in goods that they have: told by meaning, since things break in too many ways to list."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from bot.types import Fault
from bot.understanding.linear import LinearModel
from knowledge_base.encoder import Encoder

NONE = "none"
SHIPPED = Path(__file__).parent / "models" / "faults.npz"
LIKELY = 0.5
"""How likely a fault must be to be one."""
REMEMBERED, LONGEST, MOST_SENTENCES = 1024, 1000, 6
"""Of a longer message the first sentences alone are read, of which none may be as long."""
FaultOf = Callable[[str], Fault | None]
_IDENTITY = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,64}|(?<![A-Za-z0-9-])[A-Za-z]{0,6}[-_]?\d[A-Za-z0-9-]{5,30}")
_WORD = re.compile(r"[^\W\d_]")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|(?<=[。；！？;\n])\s*")


class FaultReader:
    """Tells ``damaged`` (spoilt when it came), ``faulty`` (stopped, broke or never worked), and messages of neither."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._of = lru_cache(REMEMBERED)(self._told)

    @classmethod
    def load(cls, messages: Encoder) -> FaultReader:
        """The shipped model over the vectors of the message encoder.

        Raises:
            ModelError: the model was trained with another encoder.
        """
        return cls(LinearModel.load(SHIPPED, messages))

    def told(self, text: str) -> Fault | None:
        """The fault that a message tells of, as a whole or in one of its first sentences; None where it tells of none.

        What goods may do, and what a shop does then, is asked without telling of a fault.
        """
        return self._of(text.strip())

    def _told(self, text: str) -> Fault | None:
        text = _IDENTITY.sub(" ", text)
        if not _WORD.search(text):
            return None
        parts = [part for part in _SENTENCE.split(text) if part.strip()][:MOST_SENTENCES]
        read = [part for part in dict.fromkeys((text, *parts)) if len(part) <= LONGEST]
        if not read:
            return None
        for row in self._model.probabilities(read):
            likely = dict(zip(self._model.labels, row.tolist(), strict=True))
            if likely[NONE] <= 1 - LIKELY:
                return "damaged" if likely["damaged"] >= likely["faulty"] else "faulty"
        return None
