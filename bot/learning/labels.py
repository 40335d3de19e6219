"""Learns intents and sentiment from the labels that persons of the shop corrected, where that does more good than harm.

Both are judged before they are taken: on the corrected messages, each left out of what it is judged by, and on our own
examples, of which no more may be lost than a hundredth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.generation.remembered import Remembered
from bot.settings.own_intents import FEWEST, SHIPPED, OwnIntents
from bot.store.corrections import Corrections, Label
from bot.text.script import as_read
from bot.understanding.combined_intents import CombinedIntents
from bot.understanding.examples import shipped_examples, tone_examples
from bot.understanding.intent import IntentClassifier
from bot.understanding.sentiment import SentimentClassifier
from knowledge_base.encoder import Encoder

FOLDS = 5
LOST = 0.01
"""How many of our own examples, as a share, may be told wrong that were told right before."""
LOOKED_AT = 240
"""How many of our own examples are told, evenly spread over them."""
Labeller = Callable[[str], str]
Train = Callable[[Sequence[str], Sequence[str]], Labeller]
Labelled = tuple[list[str], list[str]]


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of the corrected messages, and of our own examples, are told right, as shares in [0, 1]."""

    corrected: float
    ours: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What learning ``messages`` corrected ones changes; None before and after where they are too few to try it."""

    what: Label
    messages: int
    before: Shares | None = None
    after: Shares | None = None

    @property
    def taken(self) -> bool:
        """Whether the labels are learned: more of them is told right, and our own examples hold."""
        if self.before is None or self.after is None:
            return False
        return self.after.corrected > self.before.corrected and self.after.ours >= self.before.ours - LOST

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "taken": self.taken}


class RememberingEncoder:
    """An encoder that encodes no text twice, since folds share most of theirs."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self.count_tokens = encoder.name, encoder.dimension, encoder.count_tokens
        self._encode = Remembered(encoder.encode)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder that it stands before."""
        return self._encode(texts)


class Labels:
    """What was corrected, and the classifiers that go by what was learned of it."""

    def __init__(
        self,
        corrections: Corrections,
        own: OwnIntents,
        shipped: IntentClassifier,
        sentiment: SentimentClassifier,
        encoder: Encoder,
    ) -> None:
        """``own`` are the owner's intents; ``encoder`` is the one that the classifiers are made for."""
        self.corrections, self._own = corrections, own
        self._shipped, self._sentiment, self._encoder = shipped, sentiment, encoder

    @property
    def names(self) -> frozenset[str]:
        """The intents that a message may be corrected to: those that ship and the owner's."""
        return SHIPPED | self._own.root.keys()

    def intents(self) -> IntentClassifier | CombinedIntents:
        """The classifier of intents, with the owner's examples and what was learned."""
        own, learned = self._own.examples(), self.corrections.pairs("intent", learned=True)
        texts, labels = (mine + more for mine, more in zip(own, enough(learned, own), strict=True))
        texts = [as_read(text) for text in texts]
        return CombinedIntents.train(texts, labels, self._shipped, self._encoder) if texts else self._shipped

    def sentiment(self) -> SentimentClassifier:
        """The classifier of sentiment, with what was learned."""
        texts, labels = self.corrections.pairs("sentiment", learned=True)
        return self._sentiment.adapted([as_read(text) for text in texts], labels)

    def train(self) -> list[Trial]:
        """Learns the corrected labels, from the next start on, where the trial says that it helps; else forgets them."""
        own, pairs = self._own.examples(), self.corrections.pairs
        trials = [
            try_intents(pairs("intent"), own, self._shipped, self._encoder), try_sentiment(pairs("sentiment"), self._sentiment)
        ]  # fmt: skip
        for trial in trials:
            self.corrections.learn(trial.what, trial.taken)
        return trials

    def forget(self) -> None:
        """Goes by none of the corrected labels, from the next start on."""
        self.corrections.learn("intent", False)
        self.corrections.learn("sentiment", False)


def try_intents(corrected: Labelled, own: Labelled, shipped: IntentClassifier, encoder: Encoder) -> Trial:
    """What learning the corrected intents beside the owner's examples would change."""
    remembering = RememberingEncoder(encoder)

    def train(texts: Sequence[str], labels: Sequence[str]) -> Labeller:
        texts, labels = [*own[0], *texts], [*own[1], *labels]
        if not texts:
            return lambda text: shipped.classify(text).name
        learned = CombinedIntents.train(texts, labels, shipped, remembering)
        return lambda text: learned.classify(text).name

    return _trial("intent", enough(corrected, own), train, shipped_examples())


def try_sentiment(corrected: Labelled, shipped: SentimentClassifier) -> Trial:
    """What learning the corrected sentiments would change."""

    def train(texts: Sequence[str], labels: Sequence[str]) -> Labeller:
        adapted = shipped.adapted(texts, labels)
        return lambda text: str(adapted.analyse(text).label)

    return _trial("sentiment", corrected, train, tone_examples())


def enough(corrected: Labelled, own: Labelled) -> Labelled:
    """The corrected messages of intents with ``FEWEST`` examples at least, the owner's counted."""
    counted = Counter([*corrected[1], *own[1]])
    kept = [(text, label) for text, label in zip(*corrected, strict=True) if counted[label] >= FEWEST]
    return [text for text, _ in kept], [label for _, label in kept]


def _trial(what: Label, corrected: Labelled, train: Train, ours: Labelled) -> Trial:
    texts, labels = [as_read(text) for text in corrected[0]], corrected[1]
    if len(texts) < FEWEST:
        return Trial(what, len(texts))
    sample = list(zip(*ours, strict=True))[:: len(ours[0]) // LOOKED_AT]
    before, after = train([], []), train(texts, labels)
    fold = np.arange(len(texts)) % min(FOLDS, len(texts))
    right = 0
    for n in sorted(set(fold.tolist())):
        left = [(text, label) for text, label, at in zip(texts, labels, fold, strict=True) if at != n]
        told = train([text for text, _ in left], [label for _, label in left])
        right += sum(told(text) == label for text, label, at in zip(texts, labels, fold, strict=True) if at == n)
    pairs = list(zip(texts, labels, strict=True))
    was = Shares(_share(before, pairs), _share(before, sample))
    return Trial(what, len(texts), was, Shares(right / len(texts), _share(after, sample)))


def _share(told: Labeller, pairs: Sequence[tuple[str, str]]) -> float:
    return sum(told(text) == label for text, label in pairs) / len(pairs)
