"""Trains the shipped static encoder: ``python -m benchmarks.training.encoder --data DIR``.

Each step sums two losses. Contrastive: the two texts of a pair, a question with its answer or a Chinese sentence with its
English one, must find each other among a batch of others (InfoNCE in both directions). Distillation: English texts, and
the Chinese ones that mean the same, must lie where the teacher puts the English text, so that words which no pair
teaches keep the teacher's geometry.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.training.encoder_data import Pair, rows, training_pairs
from benchmarks.training.encoder_teacher import teacher_vectors, word_pieces
from benchmarks.training.encoder_vocabulary import build_tokenizer
from knowledge_base.static_encoder import TOKENIZER, WEIGHTS, read_folding
from knowledge_base.tokenizer_file import write_tokenizer

if TYPE_CHECKING:
    import torch

DIMENSION = 256
TOKENS = 96
BATCH = 2048
SCALE = 20.0
DISTILLATION = 4.0
SEARCHED = "zh/multicpr_ecom_queries/queries.jsonl.gz"  # counted for the vocabulary only
SEED = 1
# How often a batch comes from each group of pairs; a batch never mixes groups, which makes its negatives harder.
SHARES = {
    "parallel_terms": 1.0,
    "parallel_sentences": 2.0,
    "en_questions": 1.5,
    "en_answers": 1.5,
    "zh_questions": 1.2,
    "zh_answers": 0.8,
    "en_intents": 0.3,
    "shop_zh": 0.1,
    "shop_en": 0.1,
}
# How many pairs of each group the teacher reads; it is by far the slowest part.
TAUGHT = {
    "parallel_terms": 30_000,
    "parallel_sentences": 26_000,
    "en_questions": 9_000,
    "en_answers": 11_000,
    "en_intents": 4_000,
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """All texts as token ids, one after another: text i is ``flat[offsets[i]:offsets[i + 1]]``."""

    index: dict[str, int]
    flat: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str], tokenizer: Tokenizer, folding: dict[int, int]) -> Corpus:
        """Tokenise ``texts``; ``folding`` maps Traditional to Simplified characters before that."""
        ids = [[token for token in tokenizer.encode(text.translate(folding)).ids if token][:TOKENS] for text in texts]
        offsets = np.cumsum([0, *map(len, ids)])
        return cls(
            {text: index for index, text in enumerate(texts)}, np.concatenate([np.asarray(i, np.int64) for i in ids]), offsets
        )

    def bags(self, texts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The token ids of ``texts`` in one row, and where each text starts in it."""
        lengths = self.offsets[texts + 1] - self.offsets[texts]
        starts = np.cumsum(lengths) - lengths
        return self.flat[np.repeat(self.offsets[texts] - starts, lengths) + np.arange(lengths.sum())], starts


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts by their number in the corpus, each with the vector that the teacher gives its English meaning."""

    texts: NDArray[np.int64]
    targets: NDArray[np.float32]


def principal(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit vectors of the ``DIMENSION`` strongest principal components of ``vectors``."""
    centred = vectors - vectors.mean(axis=0)
    _, components = np.linalg.eigh(centred.T @ centred)
    projected = centred @ components[:, ::-1][:, :DIMENSION]
    return np.asarray(projected / np.linalg.norm(projected, axis=1, keepdims=True), dtype=np.float32)


def taught_texts(pairs: dict[str, list[Pair]], tokenizer: Tokenizer, generator: np.random.Generator) -> list[str]:
    """The English texts that the teacher reads: the vocabulary's words and samples of every group."""
    texts = [word for word in tokenizer.get_vocab() if word.isascii() and word.isalpha()]
    for group, size in TAUGHT.items():
        chosen = generator.permutation(len(pairs[group]))[:size]
        for left, right in (pairs[group][index] for index in chosen):
            texts.extend([right] if group.startswith("parallel") else [left, right])
    return list(dict.fromkeys(texts))


def first_vectors(
    tokenizer: Tokenizer,
    corpus: Corpus,
    taught: dict[str, NDArray[np.float32]],
    terms: list[Pair],
    generator: np.random.Generator,
) -> NDArray[np.float32]:
    """A start for every token: the teacher's vector of the word or of its translation, else a small random one.

    Lengths follow the smooth inverse frequency of Arora et al. 2017, "A simple but tough-to-beat baseline".
    """
    size = tokenizer.get_vocab_size()
    frequency = np.bincount(corpus.flat, minlength=size) / len(corpus.flat)
    vectors = generator.normal(scale=0.3 / DIMENSION**0.5, size=(size, DIMENSION))
    vocabulary = tokenizer.get_vocab()
    meanings: dict[int, list[NDArray[np.float32]]] = {}
    for word, vector in taught.items():
        if word in vocabulary:
            meanings[vocabulary[word]] = [vector]
    for chinese, english in terms:
        token = vocabulary.get(chinese)
        if token is not None and english in taught:
            meanings.setdefault(token, []).append(taught[english])
    for token, known in meanings.items():
        mean = np.mean(known, axis=0)
        vectors[token] = mean / np.linalg.norm(mean)
    return np.asarray(vectors * (1e-3 / (1e-3 + frequency))[:, None], dtype=np.float32)


def lessons(corpus: Corpus, taught: dict[str, NDArray[np.float32]], pairs: dict[str, list[Pair]]) -> Lessons:
    """The teacher's vectors for the English texts of the corpus and for their Chinese counterparts."""
    chosen = [(corpus.index[text], vector) for text, vector in taught.items() if text in corpus.index]
    for group in ("parallel_terms", "parallel_sentences"):
        chosen += [(corpus.index[chinese], taught[english]) for chinese, english in pairs[group] if english in taught]
    return Lessons(np.asarray([text for text, _ in chosen]), np.stack([vector for _, vector in chosen]))


def contrastive_loss(
    left: torch.Tensor, right: torch.Tensor, left_texts: NDArray[np.int64], right_texts: NDArray[np.int64]
) -> torch.Tensor:
    """InfoNCE in both directions; other pairs with an equal text on either side are no negatives."""
    import torch

    same = (left_texts[:, None] == left_texts) | (right_texts[:, None] == right_texts)
    np.fill_diagonal(same, False)
    scores = (SCALE * left @ right.T).masked_fill(torch.from_numpy(same), -1e4)
    own = torch.arange(len(left))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, own) + entropy(scores.T, own)) / 2


def train(
    start: NDArray[np.float32],
    corpus: Corpus,
    pairs: dict[str, NDArray[np.int64]],
    taught: Lessons,
    steps: int,
    rate: float,
    batch: int = BATCH,
) -> NDArray[np.float32]:
    """The token vectors after ``steps`` steps with a learning rate that falls from ``rate`` to zero."""
    import torch

    torch.manual_seed(SEED)
    generator = np.random.default_rng(SEED)
    table = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(start), freeze=False, mode="sum", sparse=True)
    optimizer = torch.optim.SparseAdam(list(table.parameters()), lr=rate)
    targets = torch.from_numpy(taught.targets)
    shares = np.asarray([SHARES[group] for group in pairs])

    def encode(texts: NDArray[np.int64]) -> torch.Tensor:
        tokens, starts = corpus.bags(texts)
        return torch.nn.functional.normalize(table(torch.from_numpy(tokens), torch.from_numpy(starts)), dim=1)

    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 30) * (1 - step / steps) + 1e-5
        chosen = pairs[list(pairs)[generator.choice(len(pairs), p=shares / shares.sum())]]
        left, right = chosen[generator.integers(0, len(chosen), batch)].T
        lesson = generator.integers(0, len(taught.texts), batch)
        loss = contrastive_loss(encode(left), encode(right), left, right)
        loss = loss + DISTILLATION * (1 - (encode(taught.texts[lesson]) * targets[lesson]).sum(1).mean())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()  # type: ignore[no-untyped-call]
        if step % 100 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
    vectors: NDArray[np.float32] = table.weight.detach().numpy()
    return vectors


def save(vectors: NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Write the model into ``folder``: int8 rows with a scale each, named after their content."""
    vectors[0] = 0
    scales = np.maximum(np.abs(vectors).max(axis=1) / 127, np.float32(1e-12)).astype(np.float32)
    quantised = np.rint(vectors / scales[:, None]).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "vectors.npz", rows=quantised, scales=scales)
    write_tokenizer(tokenizer, folder / TOKENIZER)
    content = quantised.tobytes() + scales.tobytes() + tokenizer.to_str().encode()
    name = f"shopdesk-static-{hashlib.sha256(content).hexdigest()[:8]}"
    (folder / "config.json").write_text(json.dumps({"name": name}) + "\n", encoding="utf-8")
    if folder.resolve() != WEIGHTS.resolve():
        shutil.copy(WEIGHTS / "traditional.txt", folder / "traditional.txt")


def build(pairs: dict[str, list[Pair]], searched: Sequence[str], out: Path, steps: int, rate: float) -> None:
    """Build the vocabulary of ``pairs`` and the ``searched`` product queries, ask the teacher, train, and write to ``out``."""
    folding = read_folding(WEIGHTS / "traditional.txt")
    texts = list(dict.fromkeys(text for group in pairs.values() for pair in group for text in pair))
    tokenizer = build_tokenizer((text.translate(folding) for text in [*texts, *searched]), word_pieces())
    corpus = Corpus.of(texts, tokenizer, folding)
    generator = np.random.default_rng(SEED)
    read = taught_texts(pairs, tokenizer, generator)
    print(f"{len(texts)} texts, {tokenizer.get_vocab_size()} tokens; the teacher reads {len(read)} texts", flush=True)
    taught = dict(zip(read, principal(teacher_vectors(read)), strict=True))
    start = first_vectors(tokenizer, corpus, taught, pairs["parallel_terms"], generator)
    numbered = {group: np.asarray([[corpus.index[a], corpus.index[b]] for a, b in found]) for group, found in pairs.items()}
    save(train(start, corpus, numbered, lessons(corpus, taught, pairs), steps, rate), tokenizer, out)


def main() -> None:
    """Read the data and build the model."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with en/, zh/, parallel/ and suites/")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the model goes (default: the package's own)")
    parser.add_argument("--steps", type=int, default=1253)
    parser.add_argument("--rate", type=float, default=0.01, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    searched = [row["text"] for row in rows(arguments.data / SEARCHED)]
    build(training_pairs(arguments.data), searched, arguments.out, arguments.steps, arguments.rate)


if __name__ == "__main__":
    main()
