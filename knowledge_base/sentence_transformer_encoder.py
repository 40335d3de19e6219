"""Any sentence-transformers model behind the encoder's interface, for owners who choose a larger one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import EncoderError
from knowledge_base.model_hub import open_model, remedy

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_TEXTS = 32


class SentenceTransformerEncoder:
    """A sentence-transformers model, by path or by name.

    A name is looked for in the local Hugging Face cache and downloaded only when it is not there and the hub answers.
    """

    def __init__(self, model: str) -> None:
        """Load ``model``; whether an unknown name can be downloaded is settled within seconds.

        Raises:
            EncoderError: sentence-transformers is not installed, or the model cannot be found or read.
        """
        self._model = load_model(model)
        self._lock = threading.Lock()  # a fast tokenizer refuses to be used by two threads at once
        self._name = f"sentence-transformers:{model}"
        self._dimension = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    @property
    def name(self) -> str:
        """The model's name or path."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(len(texts), dimension)``; a blank text gives the zero vector."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        filled = [index for index, text in enumerate(texts) if text.strip()]
        if filled:
            with self._lock:
                vectors[filled] = self._model.encode(
                    [texts[index] for index in filled],
                    batch_size=BATCH_TEXTS,
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        return vectors

    def count_tokens(self, text: str) -> int:
        """How many tokens ``text`` has for the model's tokenizer, without special tokens."""
        with self._lock:
            return len(self._model.tokenizer.encode(text, add_special_tokens=False))


def load_model(model: str) -> SentenceTransformer:
    """The model from its folder, the local cache or, when the hub answers, from there.

    Raises:
        EncoderError: sentence-transformers is not installed, or the model cannot be found or read.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(
            f"The encoder {model!r} needs the package sentence-transformers; install it, or choose the encoder 'builtin'."
        ) from error

    def read(name: str, local: bool) -> SentenceTransformer:
        return SentenceTransformer(name, local_files_only=local)

    try:
        return open_model(model, read, short_names="sentence-transformers")
    except Exception as error:  # a damaged model makes the libraries raise nearly anything
        raise EncoderError(
            f"The encoder {model!r} is no sentence-transformers model that can be read here; {remedy(model)}, or choose"
            " 'builtin'."
        ) from error
