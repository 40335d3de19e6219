"""A second look at what was found: a model that reads the query together with each passage."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model_hub import open_model, remedy
from knowledge_base.types import SearchHit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 20
"""How many hits are looked at again; the others follow in their order."""
BATCH_TEXTS = 20
TRAINED_HEADS = ("ForSequenceClassification", "ForCausalLM")
"""Ends of the names of models that have learned to score a pair; the libraries give any other a random head in silence."""


class RerankerError(ValueError):
    """Raised when a reranker cannot be loaded. The message is one sentence for the shop's owner."""


class Reranker(Protocol):
    """Tells how well passages answer a query; thread-safe."""

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One number a text, shape ``(len(texts),)``, the higher the better; their scale is the model's own."""
        ...


def rerank(reranker: Reranker, query: str, hits: Sequence[SearchHit]) -> list[SearchHit]:
    """The first :data:`RERANKED` hits in the order that ``reranker`` gives them, then the others.

    A cross-encoder's scores are no probabilities. So the places keep their scores, and the hits take them over: how likely it
    is that anything answers stays the calibration's word, which of them does so is the reranker's.
    """
    if not hits:
        return []
    first, rest = hits[:RERANKED], hits[RERANKED:]
    scores = reranker.scores(query, [hit.chunk.indexed_text for hit in first])
    order = np.argsort(-scores, kind="stable")
    return [*(replace(first[better], score=place.score) for better, place in zip(order, first, strict=True)), *rest]


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, by path or by name; it needs torch."""

    def __init__(self, model: str) -> None:
        """Load ``model``; whether an unknown name can be downloaded is settled within seconds.

        Raises:
            RerankerError: sentence-transformers is not installed, or the model cannot be found or read or scores no pairs.
        """
        self._model = load_cross_encoder(model)
        self._lock = threading.Lock()  # a fast tokenizer refuses to be used by two threads at once

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One number a text, shape ``(len(texts),)``; text beyond the model's length does not count."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        pairs = [(query, text) for text in texts]
        with self._lock:
            found = self._model.predict(pairs, batch_size=BATCH_TEXTS, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float32)


def load_cross_encoder(model: str) -> CrossEncoder:
    """The model from its folder, the local cache or, when the hub answers, from there.

    Raises:
        RerankerError: sentence-transformers is not installed, or the model cannot be found or read or scores no pairs.
    """
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise RerankerError(
            f"The reranker {model!r} needs the package sentence-transformers; install it, or leave the setting empty."
        ) from error

    def read(name: str, local: bool) -> CrossEncoder:
        read_model: CrossEncoder = CrossEncoder(name, local_files_only=local)
        return read_model

    try:
        found = open_model(model, read, short_names="cross-encoder")
        problem = _problem(found)
    except Exception as error:  # a damaged model makes the libraries raise nearly anything
        raise RerankerError(
            f"The reranker {model!r} is no cross-encoder that can be read here; {remedy(model)}, or leave the setting empty."
        ) from error
    if problem:
        raise RerankerError(f"The reranker {model!r} {problem}; give a cross-encoder that was trained to rank.")
    return found


def _problem(model: CrossEncoder) -> str | None:
    heads = (model.config.architectures if model.config else None) or ()
    if not any(head.endswith(TRAINED_HEADS) for head in heads):
        return f"has not learned to score pairs (it is of the kind {', '.join(heads) or 'unknown'!r})"
    if model.num_labels != 1:
        return f"gives {model.num_labels} scores a pair instead of one"
    return None
