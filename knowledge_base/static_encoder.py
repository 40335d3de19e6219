"""The static half of the shipped encoder: a text's vector is the normalised sum of learned token vectors.

Zero layers: tokenise, look up, add. The learned length of a token's vector is its weight, so frequent function words
count little. Chinese and English share one space; the model card beside the weights tells how they were trained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import unreadable
from knowledge_base.tokenizer_file import read_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).parent / "models" / "encoder"
TOKENIZER = "tokenizer.json.gz"
MAX_TOKENS = 1024
BATCH_TEXTS = 64
KNOWN_WORDS = 4096
"""Words of which it is remembered whether they are known: all that shops are asked about are looked up at each start."""


class StaticEncoder:
    """Sums int8 token vectors; deterministic and thread-safe.

    A text's tokens beyond the first ``MAX_TOKENS`` don't count for its vector. A text without any known token
    (empty, punctuation, emoji) gets the zero vector.
    """

    def __init__(
        self,
        name: str,
        tokenizer: Tokenizer,
        rows: NDArray[np.int8],
        scales: NDArray[np.float32],
        folding: dict[int, int],
    ) -> None:
        """Use the token vectors ``rows * scales[:, None]``, row i for token id i; ``folding`` maps code points before that."""
        self._name = name
        self._tokenizer = tokenizer
        self._rows = rows
        self._scales = scales
        self._folding = folding
        self._knows = lru_cache(KNOWN_WORDS)(lambda word: self.count_tokens(word) == 1)

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Self:
        """The model stored in ``folder``; the shipped one by default.

        Raises:
            EncoderError: a file of the model is missing or damaged.
        """
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            with (folder / "vectors.npz").open("rb") as file, np.load(file) as vectors:
                rows, scales = vectors["rows"], vectors["scales"].astype(np.float32)
            tokenizer = read_tokenizer(folder / TOKENIZER)
            return cls(str(config["name"]), tokenizer, rows, scales, read_folding(folder / "traditional.txt"))
        except Exception as error:  # tokenizers raises plain Exception for a damaged file
            raise unreadable("The encoder", folder, error) from error

    @property
    def name(self) -> str:
        """Model and version; changes whenever the weights change."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(len(texts), dimension)``; a text without known tokens gives the zero vector."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH_TEXTS):
            token_ids = [ids[:MAX_TOKENS] for ids in self._token_ids(texts[start : start + BATCH_TEXTS])]
            filled = [index for index, ids in enumerate(token_ids) if ids]
            if filled:
                vectors[[start + index for index in filled]] = self._sum([token_ids[index] for index in filled])
        return vectors

    def weighted(self, words: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of words before they are brought to length 1: the longer, the more a word says by itself."""
        vectors = np.zeros((len(words), self.dimension), dtype=np.float32)
        for index, ids in enumerate(self._token_ids(words)):
            if ids:
                vectors[index] = (self._rows[ids] * self._scales[ids, None]).sum(axis=0)
        return vectors

    def count_tokens(self, text: str) -> int:
        """How many tokens ``text`` has."""
        return len(self._token_ids([text])[0])

    def knows(self, word: str) -> bool:
        """Whether ``word`` has a vector of its own, as common words have, rather than a sum of its pieces'."""
        return self._knows(word)

    def words(self, letters: re.Pattern[str]) -> tuple[list[str], NDArray[np.float32]]:
        """The words of all of whose letters ``letters`` tells, and their unit vectors, a row for each."""
        known = [(word, row) for word, row in self._tokenizer.get_vocab().items() if row and letters.fullmatch(word)]
        places = np.asarray([row for _, row in known], dtype=np.intp)
        vectors = self._rows[places].astype(np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        return [word for word, _ in known], vectors

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        folded = [text if text.isascii() else text.translate(self._folding) for text in texts]
        found = self._tokenizer.encode_batch_fast(folded, add_special_tokens=False)
        return [[token_id for token_id in encoding.ids if token_id] for encoding in found]

    def _sum(self, token_ids: list[list[int]]) -> NDArray[np.float32]:
        flat = np.concatenate([np.asarray(ids, dtype=np.intp) for ids in token_ids])
        starts = np.cumsum([0] + [len(ids) for ids in token_ids[:-1]])
        sums = np.add.reduceat(self._rows[flat] * self._scales[flat, None], starts, axis=0)
        unit: NDArray[np.float32] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-12))
        return unit


def read_folding(path: Path) -> dict[int, int]:
    """Code points of Traditional characters to their Simplified ones, from a file with one such pair of characters a line."""
    return {ord(line[0]): ord(line[1]) for line in path.read_text(encoding="utf-8").splitlines()}
