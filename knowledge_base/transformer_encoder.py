"""The shipped bilingual encoder: a small BERT with int8 weights, run by onnxruntime.

The files are written by ``benchmarks/training/export.py``: token vectors as int8 rows, which are mapped from the disk and
looked up here, and a graph of the layers, which takes the looked-up vectors and gives the normalised mean of its last states.

Every text goes through the layers alone, on one thread. Its activations are quantised by their own range, so that its vector
depends on no other text and on no number of threads; and without padding nothing is computed in vain. Texts run side by side.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bilingual_tokenizer import BEGIN, END, BilingualTokenizer
from knowledge_base.encoder import unreadable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

WEIGHTS = Path(__file__).parent / "models" / "transformer"
CONFIG, ROWS, SCALES, POSITIONS, LAYERS = "config.json", "rows.npy", "scales.npy", "positions.npy", "layers.onnx"
INPUT, OUTPUT = "embeddings", "vectors"


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Token vectors, shape ``(tokens, size)``, int8 with one scale a row, and the vectors of positions, added to them."""

    rows: NDArray[np.int8]
    scales: NDArray[np.float32]
    positions: NDArray[np.float32]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The table stored in ``folder``; the rows stay on the disk until they are looked up."""
        rows = np.asarray(np.load(folder / ROWS, mmap_mode="r"))  # a plain view: a memmap's own is made slowly
        return cls(rows, np.load(folder / SCALES), np.load(folder / POSITIONS).astype(np.float32))

    def look_up(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """What goes into the layers for one text, shape ``(1, len(ids), size)``."""
        words = self.rows[ids] * self.scales[ids, None]
        return np.asarray(words + self.positions[: len(ids)], dtype=np.float32)[None]


class TransformerEncoder:
    """Deterministic and thread-safe. A text's tokens beyond what is read of it don't count for its vector."""

    def __init__(
        self,
        name: str,
        tokenizer: BilingualTokenizer,
        table: TokenTable,
        layers: InferenceSession,
        limit: int,
        threads: int | None = None,
        parts: int = 1,
    ) -> None:
        """Read a text in at most so many ``parts`` of ``limit`` tokens, begin and end included, the rest of it not at all.

        ``threads`` is all cores when not given.
        """
        self._name, self._tokenizer, self._table, self._layers = name, tokenizer, table, layers
        self._limit, self._parts = limit, parts
        self._threads = threads or _cores()

    @classmethod
    def load(cls, folder: Path = WEIGHTS, threads: int | None = None) -> Self:
        """The model stored in ``folder``; the shipped one by default.

        Raises:
            EncoderError: a file of the model is missing or damaged.
        """
        try:
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            tokenizer, table = BilingualTokenizer.load(folder), TokenTable.load(folder)
            if not tokenizer.size == len(table.rows) == len(table.scales):
                raise ValueError(f"{tokenizer.size} tokens, {len(table.rows)} rows and {len(table.scales)} scales")
            layers = layers_session(folder / LAYERS)
            return cls(str(config["name"]), tokenizer, table, layers, min(int(config["limit"]), len(table.positions)), threads)
        except Exception as error:  # tokenizers and onnxruntime raise plain Exception for a damaged file
            raise unreadable("The encoder", folder, error) from error

    @property
    def name(self) -> str:
        """Model and version; changes whenever the weights change."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._table.rows.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(len(texts), dimension)``; a text without known tokens gives the zero vector.

        One text takes one core, many take all of them (or as many as ``threads`` says).
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        ids = self._tokenizer.encode_batch(texts, (self._limit - 2) * self._parts)
        # The longest first, so that the threads end at about the same time.
        left = iter(sorted((index for index, row in enumerate(ids) if row), key=lambda index: -len(ids[index])))

        def fill() -> None:
            for index in left:
                vectors[index] = self._vector(ids[index])

        threads = min(sum(map(bool, ids)), self._threads)
        if threads < 2:
            fill()
            return vectors
        with ThreadPoolExecutor(threads) as pool:
            for filled in [pool.submit(fill) for _ in range(threads)]:
                filled.result()
        return vectors

    def count_tokens(self, text: str) -> int:
        """How many tokens ``text`` has, begin and end not included."""
        return self._tokenizer.count(text)

    def _vector(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The mean of the vectors of the text's parts, which are of like length, as a unit vector."""
        count = -(-len(ids) // (self._limit - 2))
        if count == 1:
            return self._vector_of_part(ids)
        parts = [self._vector_of_part(part.tolist()) for part in np.array_split(np.asarray(ids), count)]
        mean = np.mean(parts, axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _vector_of_part(self, ids: Sequence[int]) -> NDArray[np.float32]:
        found: list[Any] = self._layers.run([OUTPUT], {INPUT: self._table.look_up([BEGIN, *ids, END])})
        vector: NDArray[np.float32] = found[0][0]
        return vector


def layers_session(path: Path) -> InferenceSession:
    """The graph, run on the thread that calls it."""
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

    options = SessionOptions()
    # The next level would join sums with the normalisation after them, into an operation that takes three times as long.
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # lengths vary, and a plan would be kept for each
    options.log_severity_level = 4
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
