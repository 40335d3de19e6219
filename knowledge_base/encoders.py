"""Chooses an encoder from its one-string specification."""

from __future__ import annotations

from knowledge_base.encoder import Encoder, EncoderError

__all__ = ["BUILTIN", "STATIC", "Encoder", "EncoderError", "load_encoder"]

BUILTIN = "builtin"
STATIC = "builtin-static"


def load_encoder(spec: str) -> Encoder:
    """The encoder that ``spec`` names.

    Two ship with the package and need neither torch nor a network: ``builtin``, a small bilingual transformer beside sums of
    word vectors, and ``builtin-static``, these sums alone, a hundred times as fast and less exact. Anything else is a
    sentence-transformers model, by name or path.

    Raises:
        EncoderError: the specification is empty, or the model is not there or cannot be read.
    """
    spec = spec.strip()
    if not spec:
        raise EncoderError(f"An encoder must be named: {BUILTIN!r}, or a sentence-transformers model by name or path.")
    if spec == BUILTIN:
        from knowledge_base.ensemble_encoder import EnsembleEncoder

        return EnsembleEncoder.load()
    if spec == STATIC:
        from knowledge_base.static_encoder import StaticEncoder

        return StaticEncoder.load()
    from knowledge_base.sentence_transformer_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(spec)
