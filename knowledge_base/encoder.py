"""What the knowledge base asks of an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class EncoderError(ValueError):
    """Raised when an encoder cannot be loaded. The message is one sentence for the shop's owner."""


def unreadable(model: str, folder: Path, error: Exception) -> EncoderError:
    """The error for a shipped model whose files are missing or damaged."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return EncoderError(f"{model} in {str(folder)!r} cannot be read ({reason}); install the package again.")


class Encoder(Protocol):
    """Turns texts into unit vectors of one space for Chinese and English."""

    @property
    def name(self) -> str:
        """Identifies the model and its version; an index built with another name must be rebuilt."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(len(texts), dimension)``; an empty text gives the zero vector."""
        ...

    def count_tokens(self, text: str) -> int:
        """Size of ``text`` for this encoder."""
        ...
