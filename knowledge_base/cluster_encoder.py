"""An encoder whose bulk work is done on a Ray cluster, each worker with the model of its own; the vectors are the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bulk import map_batches
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import load_encoder

MANY, PART = 64, 16
"""Texts from which on the cluster is asked, and how many of them a worker gets at a time."""


class ClusterEncoder:
    """Few texts, such as a customer's question, are encoded here; many are shared out."""

    def __init__(self, encoder: Encoder, spec: str) -> None:
        """``spec`` names ``encoder`` as :func:`knowledge_base.encoders.load_encoder` does, for the workers."""
        self._encoder, self._spec = encoder, spec

    @property
    def name(self) -> str:
        """The encoder's: an index may be made on a cluster and searched without one."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        if len(texts) < MANY:
            return self._encoder.encode(texts)
        parts = [(self._spec, list(texts[start : start + PART])) for start in range(0, len(texts), PART)]
        return np.concatenate(list(map_batches(encode_part, parts, "ray")))

    def count_tokens(self, text: str) -> int:
        """Size of ``text`` for the encoder."""
        return self._encoder.count_tokens(text)


def encode_part(part: tuple[str, Sequence[str]]) -> NDArray[np.float32]:
    """The vectors of texts by the encoder named; runs on a worker, which loads it once."""
    spec, texts = part
    return _loaded(spec).encode(texts)


@cache
def _loaded(spec: str) -> Encoder:
    return load_encoder(spec)
