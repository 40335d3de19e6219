"""The student and the teacher of the shipped transformer encoder, and how Chinese words enter the student's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models

from benchmarks.training.encoder_teacher import teacher_folder
from benchmarks.training.precision import mixed_precision
from knowledge_base.bilingual_tokenizer import BEGIN, END, HAN, LATIN, TRADITIONAL, BilingualTokenizer
from knowledge_base.static_encoder import TOKENIZER, StaticEncoder
from knowledge_base.static_encoder import WEIGHTS as STATIC
from knowledge_base.tokenizer_file import read_vocabulary, write_tokenizer

if TYPE_CHECKING:
    import torch
    from transformers import BertModel

NEIGHBOURS, SHARPNESS = 12, 20.0
TOKENS = 80


def make_tokenizer(folder: Path) -> BilingualTokenizer:
    """Write the tokenizer's files into ``folder``: the teacher's word pieces and the static encoder's Chinese pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    static = read_vocabulary(STATIC / TOKENIZER)
    pieces = [(piece, score) for piece, score in static if all("\u3400" <= char <= "\u9fff" for char in piece)]
    han = Tokenizer(models.Unigram([("[UNK]", 0.0), *pieces], unk_id=0, byte_fallback=False))
    write_tokenizer(han, folder / HAN)
    latin = Tokenizer.from_file(str(teacher_folder() / "tokenizer.json"))
    latin.no_padding()
    latin.no_truncation()
    write_tokenizer(latin, folder / LATIN)
    (folder / TRADITIONAL).write_bytes((STATIC / TRADITIONAL).read_bytes())
    return BilingualTokenizer.load(folder)


def glossed(folder: Path, words: NDArray[np.float32]) -> NDArray[np.float32]:
    """A first vector for every Han piece: the weighted mean of the teacher's vectors of the nearest English words.

    Nearness is the cosine of the static embedding (the idea of Minixhofer et al. 2022, "WECHSEL"). ``words`` are the
    teacher's token vectors, shape ``(tokens, size)``.
    """
    static = StaticEncoder.load()
    han = read_vocabulary(folder / HAN)[1:]
    vocabulary = {word: number for word, number in latin_words(folder).items() if word.isalpha() and word.isascii()}
    english = static.encode(list(vocabulary))
    numbers = np.asarray(list(vocabulary.values()))
    usual = float(np.median(np.linalg.norm(words[numbers], axis=1)))
    vectors = np.zeros((len(han), words.shape[1]), dtype=np.float32)
    for start in range(0, len(han), 1000):
        cosines = static.encode([piece for piece, _ in han[start : start + 1000]]) @ english.T
        nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        weights = np.exp(SHARPNESS * np.take_along_axis(cosines, nearest, axis=1))
        weights /= weights.sum(axis=1, keepdims=True)
        vectors[start : start + 1000] = np.einsum("ij,ijk->ik", weights, words[numbers[nearest]])
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors * (usual / np.maximum(norms, 1e-6)), dtype=np.float32)


def latin_words(folder: Path) -> dict[str, int]:
    """The word pieces with their numbers."""
    vocabulary: dict[str, int] = read_vocabulary(folder / LATIN)
    return vocabulary


class Student:
    """The encoder in training: frozen vectors of word pieces, trained vectors of Han pieces, trained layers."""

    def __init__(self, tokenizer: BilingualTokenizer, layers: BertModel, han: torch.Tensor) -> None:
        """Start from the teacher's ``layers`` and the Han pieces' vectors."""
        import torch

        self.tokenizer, self.layers = tokenizer, layers
        self.latin = layers.embeddings.word_embeddings.weight.detach()
        layers.embeddings.word_embeddings.weight.requires_grad_(False)
        self.han = torch.nn.Parameter(han)

    def encode(self, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        """Unit vectors of token numbers, shape ``(len(ids), size)``."""
        import torch

        padded, mask = framed(ids)
        used, places = torch.unique(padded, return_inverse=True)
        known = used < self.tokenizer.first_han
        table = torch.cat([self.latin[used[known]], self.han[used[~known] - self.tokenizer.first_han]])
        return pooled(self.layers, mask, inputs_embeds=torch.nn.functional.embedding(places, table))

    def checkpoint(self) -> dict[str, torch.Tensor]:
        """All weights by the names that a ``BertModel`` of the whole vocabulary gives them."""
        import torch

        state = {name: weight.detach().clone() for name, weight in self.layers.state_dict().items()}
        state["embeddings.word_embeddings.weight"] = torch.cat([self.latin, self.han.detach()])
        return state

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a checkpoint."""
        words = state.pop("embeddings.word_embeddings.weight")
        self.layers.load_state_dict({**state, "embeddings.word_embeddings.weight": words[: len(self.latin)]})
        self.han.data.copy_(words[len(self.latin) :])


def framed(ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token numbers between ``BEGIN`` and ``END``, padded to one length, and the mask of the real ones."""
    import torch

    rows = [torch.tensor([BEGIN, *row, END]) for row in ids]
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return padded, (padded != 0).long()


def pooled(layers: BertModel, mask: torch.Tensor, **inputs: torch.Tensor) -> torch.Tensor:
    """The mean of the last layer's states under ``mask``, brought to length 1."""
    import torch

    with mixed_precision():
        states = layers(attention_mask=mask, **inputs).last_hidden_state
    weights = mask[..., None].float()
    return torch.nn.functional.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=1)


class Teacher:
    """The English encoder, which remembers what it was asked."""

    def __init__(self, layers: BertModel, tokenizer: BilingualTokenizer) -> None:
        """Use a model that will not change."""
        layers.eval()  # type: ignore[no-untyped-call]
        self._layers, self._tokenizer = layers, tokenizer
        self._known: dict[str, NDArray[np.float16]] = {}

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors of English texts."""
        import torch

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            known = self._tokenizer.first_han  # an English text may quote a Chinese word, which the teacher cannot read
            ids = self._tokenizer.encode_batch(new, TOKENS)
            padded, mask = framed([[number for number in row if number < known] for row in ids])
            with torch.no_grad():
                found = pooled(self._layers, mask, input_ids=padded)
            self._known.update(zip(new, found.numpy().astype(np.float16), strict=True))
        return torch.from_numpy(np.stack([self._known[text] for text in texts]).astype(np.float32))
