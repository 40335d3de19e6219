"""What a customer wants: the shipped intents of both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.types import Intent
from bot.understanding.linear import LinearModel
from knowledge_base.encoders import BUILTIN, Encoder, load_encoder
from knowledge_base.static_encoder import StaticEncoder

MODELS = Path(__file__).parent / "models"
SHIPPED, SHIPPED_STATIC = MODELS / "intent.npz", MODELS / "intent-static.npz"
"""The model over the vectors of the builtin encoder, and the one for an owner who chose the static encoder alone."""
OUT_OF_SCOPE = frozenset({"out_of_scope", "oos"})


class IntentClassifier:
    """Calibrated softmax regression over hashed words and character n-grams."""

    def __init__(self, model: LinearModel) -> None:
        self.model = model
        self._outside = np.array([label in OUT_OF_SCOPE for label in model.labels])

    @classmethod
    def load(cls, path: Path | None = None, encoder: Encoder | None = None) -> IntentClassifier:
        """The shipped classifier, or one that :meth:`save` wrote to ``path``, with the encoder that it was trained with.

        The shipped one loads the builtin encoder unless it is given. Raises ``ModelError`` for another encoder.
        """
        if path is None:
            encoder = encoder or load_encoder(BUILTIN)
            path = shipped_for(encoder)
        return cls(LinearModel.load(path, encoder))

    def save(self, path: Path) -> None:
        """Writes the classifier, for :meth:`load`."""
        self.model.save(path)

    @property
    def intents(self) -> tuple[str, ...]:
        """The names of the intents, sorted."""
        return self.model.labels

    def classify(self, text: str) -> Intent:
        """The likeliest intent with its calibrated probability."""
        return self.top(text, 1)[0]

    def top(self, text: str, n: int = 3) -> list[Intent]:
        """The ``n`` likeliest intents, likeliest first."""
        probabilities = self.model.probabilities([text])[0]
        order = np.argsort(-probabilities, kind="stable")[:n]
        return [Intent(self.intents[i], float(probabilities[i])) for i in order]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intent of every text."""
        return [self.intents[i] for i in self.model.logits(texts).argmax(axis=1)]

    def out_of_scope(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """How surely each text is none of a shop's intents, in [0, 1]: the probability of ``out_of_scope``."""
        return np.asarray(self.model.probabilities(texts)[:, self._outside].sum(axis=1), dtype=np.float32)


def shipped_for(encoder: Encoder) -> Path:
    """The file of the shipped model that reads the vectors of ``encoder``."""
    return SHIPPED_STATIC if isinstance(encoder, StaticEncoder) else SHIPPED
