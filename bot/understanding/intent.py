"""What a customer wants: the shipped intents of both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.types import Intent
from bot.understanding.linear import LinearModel, softmax
from bot.understanding.message_encoder import MessageEncoder
from knowledge_base.encoders import BUILTIN, Encoder, load_encoder
from knowledge_base.static_encoder import StaticEncoder

MODELS = Path(__file__).parent / "models"
SHIPPED, SHIPPED_STATIC = MODELS / "intent.npz", MODELS / "intent-static.npz"
"""The model over the vectors of the builtin encoder, and the one for an owner who chose the static encoder alone."""
OUT_OF_SCOPE = frozenset({"out_of_scope", "oos"})


READ_SHARE, SHARPNESS = 0.5, 1.2
"""What the message encoder's class scores count beside the linear model's, and what both together are multiplied by."""


class IntentClassifier:
    """Two readings of a message joined: a linear one of words, n-grams and the sentence's vector, and the message encoder's."""

    def __init__(self, model: LinearModel, messages: MessageEncoder) -> None:
        self.model, self._messages = model, messages
        self._outside = np.array([label in OUT_OF_SCOPE for label in model.labels])

    @classmethod
    def load(cls, encoder: Encoder | None = None, messages: MessageEncoder | None = None) -> IntentClassifier:
        """The shipped classifier over the vectors of ``encoder``, one of the two that ship (the builtin one when not given).

        Raises:
            ModelError: the classifier was trained with another encoder.
            EncoderError: a file of a model is missing or damaged.
        """
        encoder = encoder or load_encoder(BUILTIN)
        return cls(LinearModel.load(shipped_for(encoder), encoder), messages or MessageEncoder.load())

    @property
    def intents(self) -> tuple[str, ...]:
        """The names of the intents, sorted."""
        return self.model.labels

    def classify(self, text: str) -> Intent:
        """The likeliest intent with its calibrated probability."""
        return self.top(text, 1)[0]

    def top(self, text: str, n: int = 3) -> list[Intent]:
        """The ``n`` likeliest intents, likeliest first."""
        probabilities = self.probabilities([text])[0]
        order = np.argsort(-probabilities, kind="stable")[:n]
        return [Intent(self.intents[i], float(probabilities[i])) for i in order]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intent of every text."""
        return [self.intents[i] for i in self.probabilities(texts).argmax(axis=1)]

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Calibrated probabilities, shape ``(len(texts), len(intents))``."""
        linear = self.model.logits(texts) / self.model.temperature
        read = self._messages.logits("intent", texts)
        return softmax(np.asarray(SHARPNESS * ((1 - READ_SHARE) * linear + READ_SHARE * read), dtype=np.float32))

    def out_of_scope(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """How surely each text is none of a shop's intents, in [0, 1]: the probability of ``out_of_scope``."""
        return np.asarray(self.probabilities(texts)[:, self._outside].sum(axis=1), dtype=np.float32)


def shipped_for(encoder: Encoder) -> Path:
    """The file of the shipped model that reads the vectors of ``encoder``."""
    return SHIPPED_STATIC if isinstance(encoder, StaticEncoder) else SHIPPED
