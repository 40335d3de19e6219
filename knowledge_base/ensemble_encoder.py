"""The shipped encoder: a transformer's vector and a static one side by side.

The transformer reads sentences and is the better of the two; the sum of word vectors forgets order and never a word, which
helps with long passages, product titles and rare words, in Chinese more than in English. The cosine of two such vectors is a
weighted mean of the two models' cosines, at the cost of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder
from knowledge_base.once import Once
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import TransformerEncoder

STATIC_SHARE = {"en": 0.15, "zh": 0.4}
"""What the static vector's cosine counts, chosen on the dev suites among 0, .15, .3, .45, .6, .75 and 1."""
_REMEMBERED = 256
"""Single texts whose vectors are kept: a turn needs that of the customer's words for its intent and for the search."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]+")


class EnsembleEncoder:
    """Two encoders as one; as deterministic and thread-safe as they are."""

    def __init__(self, transformer: Encoder, static: StaticEncoder) -> None:
        """Join two encoders, whose names make the name of the whole."""
        self._transformer, self.static = transformer, static
        self._remembered = Once(self._vector, _REMEMBERED)

    @classmethod
    def load(cls, static: StaticEncoder | None = None) -> Self:
        """The two models that ship; ``static`` saves loading that one again.

        Raises:
            EncoderError: a file of a model is missing or damaged.
        """
        return cls(TransformerEncoder.load(), static or StaticEncoder.load())

    @property
    def name(self) -> str:
        """Both models and their versions."""
        return f"{self._transformer.name}+{self.static.name.rsplit('-', maxsplit=1)[-1]}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._transformer.dimension + self.static.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(len(texts), dimension)``; a text that neither model knows gives the zero vector."""
        if len(texts) == 1:
            return self._remembered(texts[0]).copy()
        return self._encode(texts)

    def count_tokens(self, text: str) -> int:
        """How many tokens ``text`` has for the transformer."""
        return self._transformer.count_tokens(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        return self._encode([text])

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        share = np.asarray([static_share(text) for text in texts], dtype=np.float32).reshape(-1, 1)
        parts = (self._transformer.encode(texts) * np.sqrt(1 - share), self.static.encode(texts) * np.sqrt(share))
        vectors = np.concatenate(parts, axis=1)
        unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        return unit


def static_share(text: str) -> float:
    """The share of the static model for this text, by how much of it is Chinese; two Han characters make a word."""
    chinese, latin = len(_HAN.findall(text)) / 2, len(_LATIN.findall(text))
    part = chinese / (chinese + latin) if chinese else 0.0
    return STATIC_SHARE["en"] + part * (STATIC_SHARE["zh"] - STATIC_SHARE["en"])
