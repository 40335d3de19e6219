"""How a customer feels: negative, neutral or positive, and whether they are angry or in a hurry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.types import Sentiment, SentimentLabel
from bot.understanding.linear import LinearModel
from bot.understanding.tone_words import shouts, sounds_angry, sounds_urgent

SHIPPED = Path(__file__).parent / "models"
LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
FLAGS = ("angry", "urgent")
CALM = "calm"
FLAG_THRESHOLD = 0.5


class SentimentClassifier:
    """Three calibrated softmax regressions, for the label and each flag; word lists help to find the flags."""

    def __init__(self, label: LinearModel, angry: LinearModel, urgent: LinearModel) -> None:
        self.label = label
        self._flags = {"angry": angry, "urgent": urgent}
        self._columns = [label.labels.index(name) for name in LABELS]

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> SentimentClassifier:
        """The shipped classifier, or the one whose three files lie in ``folder``."""
        label, angry, urgent = (LinearModel.load(folder / f"{name}.npz") for name in ("sentiment", *FLAGS))
        return cls(label, angry, urgent)

    def analyse(self, text: str) -> Sentiment:
        """Label, score and flags of one message.

        The score is the probability of positive minus that of negative; an angry message is negative and scores -0.5 at most.
        """
        probabilities = self.probabilities([text])[0]
        negative, _, positive = map(float, probabilities)
        angry = positive < 0.5 and (sounds_angry(text, negative) or self._flagged("angry", text))
        urgent = sounds_urgent(text) or self._flagged("urgent", text)
        label = "negative" if angry else LABELS[int(probabilities.argmax())]
        return Sentiment(label, round(min(positive - negative, -0.5 if angry else 1.0), 4), angry, urgent)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities of negative, neutral and positive, shape ``(len(texts), 3)``."""
        return self.label.probabilities(texts)[:, self._columns]

    def _flagged(self, name: str, text: str) -> bool:
        model = self._flags[name]
        return bool(model.probabilities([mark_shouting(text)])[0, model.labels.index(name)] >= FLAG_THRESHOLD)


def mark_shouting(text: str) -> str:
    """``text`` with a word added when it is written in capitals, which the features would not show."""
    return f"{text} shoutedincapitals" if shouts(text) else text
