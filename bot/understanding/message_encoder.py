"""The shipped message encoder: a text's scores for every intent and every tone, from one pass of a small transformer.

It looks tokens up in the table of the shipped encoder and has three layers of its own, which learned from labelled messages
and reviews; the n-gram models beside it know more words, and it knows how words go together. Both are asked, always.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.answer_reader import tokens_digest
from knowledge_base.bilingual_tokenizer import BilingualTokenizer
from knowledge_base.encoder import unreadable
from knowledge_base.transformer_encoder import CONFIG, LAYERS, POSITIONS, TokenTable, TransformerEncoder, layers_session
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER

Matrix = NDArray[np.float32]
Task = Literal["intent", "tone"]
TASKS: tuple[Task, ...] = ("intent", "tone")
WEIGHTS = Path(__file__).parent / "models" / "messages"
HEADS = "heads.npz"
PARTS = 4
"""Of a long text so many parts are read, each as much as the layers take at once."""
_REMEMBERED = 64
"""Single texts whose vectors are kept: a turn asks for a message's intent and its tone."""


class MessageEncoder:
    """Deterministic and thread-safe; a text has the same scores alone and among others."""

    def __init__(self, encoder: TransformerEncoder, heads: Mapping[Task, tuple[Matrix, Matrix]]) -> None:
        """Use an encoder and, for each task, the weights ``(labels, dimension)`` and bias of its class scores."""
        self._encoder, self._heads = encoder, heads
        self._remembered = lru_cache(_REMEMBERED)(lambda text: self._encoder.encode([text]))

    @classmethod
    def load(cls, folder: Path = WEIGHTS, encoder: Path = ENCODER) -> Self:
        """The model stored in ``folder``, with the tokens of the ``encoder`` that it was trained on.

        Raises:
            EncoderError: a file of the model is missing or damaged, or the encoder is another one.
        """
        try:
            config = json.loads((folder / CONFIG).read_text("utf-8"))
            if config["tokens"] != tokens_digest(encoder):
                raise ValueError(f"it was trained on other token vectors than those in {str(encoder)!r}")
            stored = TokenTable.load(encoder)
            table = TokenTable(stored.rows, stored.scales, np.load(folder / POSITIONS).astype(np.float32))
            with np.load(folder / HEADS) as heads:
                read = {task: (heads[f"{task}.weight"], heads[f"{task}.bias"]) for task in TASKS}
            layers = layers_session(folder / LAYERS)
            tokenizer = BilingualTokenizer.load(encoder)
            limit = len(table.positions)
            return cls(TransformerEncoder(str(config["name"]), tokenizer, table, layers, limit, parts=PARTS), read)
        except Exception as error:  # tokenizers and onnxruntime raise plain Exception for a damaged file
            raise unreadable("The message encoder", folder, error) from error

    @property
    def name(self) -> str:
        """Identifies the model and its version."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def count_tokens(self, text: str) -> int:
        """Size of ``text`` for this encoder."""
        return self._encoder.count_tokens(text)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit vectors, shape ``(len(texts), dimension)``; a text without known tokens gives the zero vector."""
        return self._remembered(texts[0]) if len(texts) == 1 else self._encoder.encode(texts)

    def logits(self, task: Task, texts: Sequence[str]) -> Matrix:
        """Class scores, shape ``(len(texts), labels)``: of the intents in the order of their names, or from bad to good."""
        weights, bias = self._heads[task]
        return np.asarray(self.encode(texts) @ weights.T + bias, dtype=np.float32)
