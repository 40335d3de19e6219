"""Chooses an encoder from its one-string specification."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from knowledge_base.encoder import Encoder, EncoderError

if TYPE_CHECKING:
    from knowledge_base.ensemble_encoder import EnsembleEncoder
    from knowledge_base.static_encoder import StaticEncoder

__all__ = ["BUILTIN", "STATIC", "Encoder", "EncoderError", "builtin", "load_encoder", "static"]

BUILTIN = "builtin"
STATIC = "builtin-static"


def load_encoder(spec: str) -> Encoder:
    """The encoder that ``spec`` names.

    Two ship with the package and need neither torch nor a network: ``builtin``, a small bilingual transformer beside sums of
    word vectors, and ``builtin-static``, these sums alone, a hundred times as fast and less exact. Each is read once in a
    process and shared. Anything else is a sentence-transformers model, by name or path.

    Raises:
        EncoderError: the specification is empty, or the model is not there or cannot be read.
    """
    spec = spec.strip()
    if not spec:
        raise EncoderError(f"An encoder must be named: {BUILTIN!r}, or a sentence-transformers model by name or path.")
    if spec in (BUILTIN, STATIC):
        return builtin() if spec == BUILTIN else static()
    from knowledge_base.sentence_transformer_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(spec)


@cache
def builtin() -> EnsembleEncoder:
    """The encoder that ships.

    Raises:
        EncoderError: a file of a model is missing or damaged.
    """
    from knowledge_base.ensemble_encoder import EnsembleEncoder

    return EnsembleEncoder.load(static())


@cache
def static() -> StaticEncoder:
    """Its static half alone.

    Raises:
        EncoderError: a file of the model is missing or damaged.
    """
    from knowledge_base.static_encoder import StaticEncoder

    return StaticEncoder.load()
