"""Whether a passage answers a question: a small cross-encoder that reads both together, run by onnxruntime.

It looks tokens up in the table of the shipped encoder and has three layers of its own. Of a long passage it reads an excerpt:
the sentences nearest to the question, in the order of the text. Beside its vector, every token tells the layers whether it
belongs to the question, to the heading or to the excerpt, and how near the nearest token of the other side is: layers as few
as these would else have to learn anew which words mean the same (the idea of Chen et al. 2017, "Reading Wikipedia to answer
open-domain questions", whose aligned embedding this makes discrete).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bilingual_tokenizer import BEGIN, END, BilingualTokenizer
from knowledge_base.encoder import unreadable
from knowledge_base.sentences import sentences
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import INPUT, LAYERS, OUTPUT, SCALES, TokenTable
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

WEIGHTS = Path(__file__).parent / "models" / "reader"
CONFIG, INPUTS = "config.json", "inputs.npz"
QUESTION, HEADING, EXCERPT = 24, 14, 80
"""Tokens read of each at most."""
LIMIT = QUESTION + HEADING + EXCERPT + 4
LEVELS = np.array([0.25, 0.4, 0.55, 0.7, 0.85, 0.97], dtype=np.float32)
"""Cosines at which the nearest token of the other side counts as one step nearer."""
KINDS = 3 * (len(LEVELS) + 1)
"""Kinds of tokens: three sides, each with its levels of nearness."""


class Passage(NamedTuple):
    """A passage under its heading; the heading of a question with its answer is that question."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What the layers read of a question and a passage: token numbers, and the kind of each token."""

    ids: list[int]
    kinds: list[int]


class PairReader:
    """Makes pairs; the same in training and afterwards."""

    def __init__(self, tokenizer: BilingualTokenizer, table: TokenTable, static: StaticEncoder) -> None:
        """Use the encoder's tokens and their vectors; ``static`` finds the sentences of an excerpt."""
        self._tokenizer, self._table, self._static = tokenizer, table, static

    def pairs(self, question: str, passages: Sequence[Passage]) -> list[Pair]:
        """A pair for each of ``passages``."""
        asked = self._tokenizer.encode_batch([question], QUESTION)[0]
        headings = self._tokenizer.encode_batch([passage.heading for passage in passages], EXCERPT)
        told = [sentences(passage.text) for passage in passages]
        cut = iter(self._tokenizer.encode_batch([sentence for text in told for sentence in text], EXCERPT))
        unit = self._unit(asked)
        found = []
        for heading, text in zip(headings, told, strict=True):
            excerpt = self._excerpt(question, text, [next(cut) for _ in text])
            found.append(self._pair(asked, heading[-HEADING:], excerpt, unit))
        return found

    def _excerpt(self, question: str, told: Sequence[str], ids: Sequence[list[int]]) -> list[int]:
        """The tokens of the sentences nearest to the question, as many as fit, in the order of the text."""
        left = EXCERPT
        if sum(map(len, ids)) <= left:
            return [token for sentence in ids for token in sentence]
        vectors = self._static.encode([question, *told])
        chosen: dict[int, list[int]] = {}
        for place in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable"):
            if len(ids[place]) <= left or not chosen:
                chosen[int(place)] = ids[place]
                left -= len(ids[place])
        return [token for place in sorted(chosen) for token in chosen[place]]

    def _pair(self, asked: list[int], heading: list[int], excerpt: list[int], unit: NDArray[np.float32]) -> Pair:
        ids = [BEGIN, *asked, END, *heading, END, *excerpt, END]
        first, second = len(asked) + 2, len(asked) + len(heading) + 3
        sides = np.repeat([0, 1, 2], [first, second - first, len(ids) - second])
        levels = np.zeros(len(ids), dtype=np.int64)
        told = heading + excerpt
        if asked and told:
            cosines = unit @ self._unit(told).T
            levels[1 : first - 1] = np.searchsorted(LEVELS, cosines.max(axis=1))
            nearest = np.searchsorted(LEVELS, cosines.max(axis=0))
            levels[first : second - 1], levels[second:-1] = nearest[: len(heading)], nearest[len(heading) :]
        return Pair(ids, (sides * (len(LEVELS) + 1) + levels).tolist())

    def _unit(self, ids: Sequence[int]) -> NDArray[np.float32]:
        vectors = self._table.rows[ids].astype(np.float32)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6))


def tokens_digest(encoder: Path) -> str:
    """What tells the token vectors in a folder from any others."""
    return blake2b((encoder / SCALES).read_bytes(), digest_size=8).hexdigest()


class AnswerReader:
    """Deterministic and thread-safe; a passage has the same probability whatever stands beside it."""

    def __init__(
        self, name: str, reader: PairReader, table: TokenTable, kinds: NDArray[np.float32],
        head: NDArray[np.float32], bias: float, layers: InferenceSession,
    ) -> None:  # fmt: skip
        """Use layers over token vectors, positions (in ``table``) and ``kinds``; ``head`` weighs their mean."""
        self._name, self._reader, self._table, self._layers = name, reader, table, layers
        self._kinds, self._head, self._bias = kinds, head, bias

    @classmethod
    def load(cls, folder: Path = WEIGHTS, encoder: Path = ENCODER, static: StaticEncoder | None = None) -> Self:
        """The model stored in ``folder``, with the tokens of the ``encoder`` that it was trained on.

        Raises:
            EncoderError: a file of the model is missing or damaged, or the encoder is another one.
        """
        from knowledge_base.transformer_encoder import layers_session

        try:
            config = json.loads((folder / CONFIG).read_text("utf-8"))
            if config["tokens"] != tokens_digest(encoder):
                raise ValueError(f"it was trained on other token vectors than those in {str(encoder)!r}")
            tokenizer, table = BilingualTokenizer.load(encoder), TokenTable.load(encoder)
            with np.load(folder / INPUTS) as inputs:
                positions, kinds, head = (inputs[part].astype(np.float32) for part in ("positions", "kinds", "head"))
            table = TokenTable(table.rows, table.scales, positions)
            reader = PairReader(tokenizer, table, static or StaticEncoder.load())
            layers = layers_session(folder / LAYERS)
            return cls(str(config["name"]), reader, table, kinds, head, float(config["bias"]), layers)
        except Exception as error:  # tokenizers and onnxruntime raise plain Exception for a damaged file
            raise unreadable("The answer reader", folder, error) from error

    @property
    def name(self) -> str:
        """Model and version; changes whenever the weights change."""
        return self._name

    def scores(self, question: str, passages: Sequence[Passage | str]) -> NDArray[np.float32]:
        """The probability that each of ``passages`` answers, shape ``(len(passages),)``; a string has no heading."""
        return np.asarray(1 / (1 + np.exp(-self.logits(question, passages))), dtype=np.float32)

    def logits(self, question: str, passages: Sequence[Passage | str]) -> NDArray[np.float32]:
        """The log odds of :meth:`scores`."""
        told = [Passage("", passage) if isinstance(passage, str) else passage for passage in passages]
        pairs = self._reader.pairs(question, told)
        return np.asarray([self.logit(pair) for pair in pairs], dtype=np.float32)

    def logit(self, pair: Pair) -> float:
        """The log odds that the passage of one pair answers."""
        looked_up = self._table.look_up(pair.ids) + self._kinds[pair.kinds]
        vector = self._layers.run([OUTPUT], {INPUT: looked_up})[0][0]
        return float(vector @ self._head) + self._bias
