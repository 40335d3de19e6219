"""How a customer feels: negative, neutral or positive, and whether they are angry or in a hurry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.text.whether import beside_whether
from bot.types import Sentiment, SentimentLabel
from bot.understanding.features import SparseRows, featurise
from bot.understanding.linear import LinearModel, softmax
from bot.understanding.message_encoder import MessageEncoder
from bot.understanding.polarity import Polarity, is_chinese
from bot.understanding.tone_words import shouts, sounds_angry, sounds_urgent

SHIPPED = Path(__file__).parent / "models"
LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
FLAGS = ("angry", "urgent")
LANGUAGES = ("en", "zh")
CALM = "calm"
FLAG_THRESHOLD = 0.5
LEAST_NEGATIVE = 0.2
"""How likely bad a message must be for its mere form, such as capitals, to pass for anger."""
BITS = 18
HOLD = 16.0
"""How many messages' worth of evidence the shipped last step stands for when it is fitted to a shop's own labels."""
_STEPS = 300
_ONLY_MARKS = re.compile(r"[\s!?.,;:…！？。，；：]*")

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """What one language is read with: its polarity model, and the softmax regression that joins it with the label model.

    ``weights`` has shape ``(8, 3)``, one row for each column that :func:`joined` gives; ``bias`` has shape ``(3,)``.
    """

    polarity: Polarity
    weights: Matrix
    bias: Matrix

    @classmethod
    def load(cls, folder: Path, language: str) -> Reading:
        """The reading whose two files lie in ``folder``."""
        with np.load(folder / f"joint.{language}.npz", allow_pickle=False) as stored:
            return cls(Polarity.load(folder / f"polarity.{language}.npz"), stored["weights"], stored["bias"])

    def save(self, folder: Path, language: str) -> None:
        """Writes the two files."""
        self.polarity.save(folder / f"polarity.{language}.npz")
        np.savez_compressed(folder / f"joint.{language}.npz", weights=self.weights, bias=self.bias)


def joined(logits: Matrix, polarities: Sequence[float], read: Matrix) -> Matrix:
    """The label model's class scores, a text's polarity and its strength, the message encoder's class scores.

    Class scores stand around their mean. Shape ``(len(logits), 8)``.
    """
    polarity = np.clip(np.asarray(polarities, np.float32), -3, 3)[:, None]
    scores = [found - found.mean(axis=1, keepdims=True) for found in (logits, read)]
    return np.hstack([scores[0], polarity, np.abs(polarity), scores[1]])


class SentimentClassifier:
    """Joins a label model, the language's polarity model and the message encoder; word lists help the models of the flags."""

    def __init__(
        self,
        label: LinearModel,
        angry: LinearModel,
        urgent: LinearModel,
        readings: Mapping[str, Reading],
        messages: MessageEncoder,
    ) -> None:
        self.label, self._messages = label, messages
        self._flags = {"angry": angry, "urgent": urgent}
        self._readings = readings
        self._columns = [label.labels.index(name) for name in LABELS]

    @classmethod
    def load(cls, folder: Path = SHIPPED, messages: MessageEncoder | None = None) -> SentimentClassifier:
        """The shipped classifier, or the one whose files lie in ``folder``; ``messages`` saves loading that again."""
        label, angry, urgent = (LinearModel.load(folder / f"{name}.npz") for name in ("sentiment", *FLAGS))
        readings = {language: Reading.load(folder, language) for language in LANGUAGES}
        return cls(label, angry, urgent, readings, messages or MessageEncoder.load())

    def analyse(self, text: str) -> Sentiment:
        """Label, score and flags of one message.

        The score is the probability of positive minus that of negative; an angry message is negative and scores -0.5 at most.
        """
        rows = featurise([mark_shouting(text)], BITS)
        probabilities = self._probabilities(rows, [text])[0]
        negative, _, positive = map(float, probabilities)
        flagged = negative >= LEAST_NEGATIVE and not _ONLY_MARKS.fullmatch(text) and self._flagged("angry", rows)
        angry = positive < 0.5 and (sounds_angry(text, negative) or flagged)
        urgent = sounds_urgent(text) or self._flagged("urgent", rows)
        label = "negative" if angry else LABELS[int(probabilities.argmax())]
        told = beside_whether(text)
        if label == "negative" and not angry and told != text and (not told.strip() or self.analyse(told).label != "negative"):
            return Sentiment("neutral", 0.0, urgent=urgent)  # whether a jumper itches is asked without having been hurt by one
        return Sentiment(label, round(min(positive - negative, -0.5 if angry else 1.0), 4), angry, urgent)

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """Probabilities of negative, neutral and positive, shape ``(len(texts), 3)``."""
        return self._probabilities(featurise([mark_shouting(text) for text in texts], BITS), texts)

    def adapted(self, texts: Sequence[str], labels: Sequence[str]) -> SentimentClassifier:
        """A classifier whose last step, the softmax regression of each language, is fitted to labelled messages.

        Maximum a posteriori with a normal prior around the shipped weights; without messages it is this one.
        """
        if not texts:
            return self
        columns = self._joined(featurise([mark_shouting(text) for text in texts], BITS), texts)
        truth = np.eye(len(LABELS), dtype=np.float32)[[LABELS.index(label) for label in labels]]
        spoken = np.array([language_of(text) for text in texts])
        readings = {name: _fitted(old, columns[spoken == name], truth[spoken == name]) for name, old in self._readings.items()}
        return SentimentClassifier(self.label, self._flags["angry"], self._flags["urgent"], readings, self._messages)

    def _probabilities(self, rows: SparseRows, texts: Sequence[str]) -> Matrix:
        readings = [self._readings[language_of(text)] for text in texts]
        scored = zip(self._joined(rows, texts), readings, strict=True)
        return softmax(np.stack([row @ reading.weights + reading.bias for row, reading in scored]))

    def _joined(self, rows: SparseRows, texts: Sequence[str]) -> Matrix:
        """The columns that the last step goes by, shape ``(len(texts), 8)``."""
        polarities = [self._readings[language_of(text)].polarity.score(text) for text in texts]
        return joined(class_scores(self.label, rows)[:, self._columns], polarities, self._messages.logits("tone", texts))

    def _flagged(self, name: str, rows: SparseRows) -> bool:
        model = self._flags[name]
        probabilities = softmax(class_scores(model, rows) / model.temperature)
        return bool(probabilities[0, model.labels.index(name)] >= FLAG_THRESHOLD)


def _fitted(reading: Reading, rows: Matrix, truth: Matrix) -> Reading:
    """The reading with weights near to its own that tell ``truth`` (one row of 0 and 1 a message) of ``rows``."""
    if not len(rows):
        return reading
    inputs = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    before = np.vstack([reading.weights, reading.bias])
    step = 1.0 / (0.5 * float((inputs**2).sum()) + HOLD)
    weights = before.copy()
    for _ in range(_STEPS):
        wrong = softmax(inputs @ weights) - truth
        weights -= np.float32(step) * (inputs.T @ wrong + np.float32(HOLD) * (weights - before))
    return Reading(reading.polarity, weights[:-1], weights[-1])


def class_scores(model: LinearModel, rows: SparseRows) -> Matrix:
    """The scores that ``model`` gives to texts whose features, the slowest part, were read already."""
    weighted = rows.weighted(model.idf)
    spans = zip(weighted.offsets[:-1], weighted.offsets[1:], strict=True)
    scores = [weighted.values[start:end] @ model.weights[weighted.columns[start:end]] for start, end in spans]
    return np.asarray(np.stack(scores) + model.bias, np.float32)


def language_of(text: str) -> str:
    """``zh`` for a text with a Chinese character, otherwise ``en``."""
    return "zh" if is_chinese(text) else "en"


def mark_shouting(text: str) -> str:
    """``text`` with a word added when it is written in capitals, which the features would not show."""
    return f"{text} shoutedincapitals" if shouts(text) else text
