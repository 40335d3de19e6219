"""What a customer wants: the shipped intents of both languages, and classifiers for any intents that an owner lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import SettingsError
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

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str], encoder: Encoder | None = None) -> IntentClassifier:
        """A classifier for any labelled messages; the same examples give the same classifier.

        A label ``out_of_scope`` (or ``oos``) is learned like any other and counts in :meth:`out_of_scope`. With an
        ``encoder`` the messages' vectors join the features; loading needs the same encoder then.

        Raises:
            SettingsError: when texts and labels differ in number or there are fewer than two labels.
        """
        if len(texts) != len(labels):
            raise SettingsError(f"{len(texts)} texts come with {len(labels)} labels. Give each text one label.")
        if len(set(labels)) < 2:
            raise SettingsError(f"An intent classifier needs two intents at least, not {sorted(set(labels))!r}. Add examples.")
        return cls(LinearModel.train(texts, labels, encoder=encoder))

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
        """How surely each text is none of the intents, in [0, 1].

        That is the probability of the label ``out_of_scope`` where it was learned, else 1 minus the likeliest intent's.
        """
        probabilities = self.model.probabilities(texts)
        if self._outside.any():
            return np.asarray(probabilities[:, self._outside].sum(axis=1), dtype=np.float32)
        return np.asarray(1 - probabilities.max(axis=1), dtype=np.float32)


def shipped_for(encoder: Encoder) -> Path:
    """The file of the shipped model that reads the vectors of ``encoder``."""
    return SHIPPED_STATIC if isinstance(encoder, StaticEncoder) else SHIPPED
