"""Any sentence-transformers model behind the encoder's interface, for owners who choose a larger one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

BATCH_TEXTS = 32


class SentenceTransformerEncoder:
    """A sentence-transformers model by name or path; a name must already be in the local Hugging Face cache."""

    def __init__(self, model: str) -> None:
        """Load ``model`` without asking the network, so that an unknown name fails at once.

        Raises:
            EncoderError: sentence-transformers is not installed, or the model is not on this machine or cannot be read.
        """
        from knowledge_base.encoders import EncoderError

        try:
            with hub_offline():
                from sentence_transformers import SentenceTransformer

                self._model = SentenceTransformer(model, local_files_only=True)
        except ImportError as error:
            raise EncoderError(f"The encoder {model!r} needs sentence-transformers: pip install 'shopdesk[models]'.") from error
        except Exception as error:  # whatever a damaged or foreign folder makes the libraries raise
            raise EncoderError(
                f"The encoder {model!r} is not on this machine or is no sentence-transformers model; "
                f"give the path of a downloaded model, fetch it first with `hf download {model}`, or choose 'builtin'."
            ) from error
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
        return len(self._model.tokenizer.encode(text, add_special_tokens=False))


@contextmanager
def hub_offline() -> Iterator[None]:
    """Keep the Hugging Face libraries off the network: an unknown name would otherwise be retried for over a minute."""
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = before
