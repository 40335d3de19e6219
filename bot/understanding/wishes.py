"""What a sentence wants done to an order that the customer has: to cancel it, another variant, an address, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from bot.types import Sensed
from bot.understanding.linear import LinearModel
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import BUILTIN, load_encoder
from knowledge_base.static_encoder import StaticEncoder

NONE = "none"
MODELS = Path(__file__).parent / "models"
REMEMBERED = 1024
_EMAIL = re.compile(r"(?<![,，\s])[,，\s]*+(?<![\w.+-])[\w.+-]++@[\w.-]+\w")
_NUMBER = re.compile(r"[A-Za-z]{0,6}[-_]?\d[\w-]*+")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|(?<=[。；！？\n])\s*")


class WishReader:
    """Tells wishes about orders apart by their meaning, where no word names them."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._of = lru_cache(REMEMBERED)(self._sensed)

    @classmethod
    def load(cls, encoder: Encoder | None = None) -> WishReader:
        """The shipped model over the vectors of ``encoder``, one of the two that ship (the builtin one when not given).

        Raises:
            ModelError: the model was trained with another encoder.
        """
        encoder = encoder or load_encoder(BUILTIN)
        return cls(LinearModel.load(shipped_for(encoder), encoder))

    def sense(self, sentence: str) -> Sensed:
        """The likeliest wish of one sentence, even where it is likelier to hold none; e-mail addresses in it say nothing.

        Where no word is left beside those and numbers, it holds none for sure: it only proves who speaks.
        """
        return self._of(sentence.strip())

    def _sensed(self, sentence: str) -> Sensed:
        told = _EMAIL.sub(" ", sentence)
        likely = dict(zip(self._model.labels, self._model.probabilities([told])[0].tolist(), strict=True))
        likely.pop(NONE)
        wish = max(likely, key=lambda name: likely[name])
        return Sensed(sentence, wish, likely[wish] if re.search(r"[^\W\d_]", _NUMBER.sub(" ", told)) else 0.0)


Sense = Callable[[str], Sensed]


def sentences(text: str) -> Sequence[str]:
    """The sentences of a message."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def shipped_for(encoder: Encoder) -> Path:
    """The file of the shipped model that reads the vectors of ``encoder``."""
    return MODELS / ("wishes-static.npz" if isinstance(encoder, StaticEncoder) else "wishes.npz")
