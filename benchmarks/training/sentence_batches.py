"""Batches for training the shipped transformer encoder: of one group, of like length, with neighbours in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.encoder_data import Pair
from benchmarks.training.sentence_student import TOKENS
from knowledge_base.bilingual_tokenizer import BilingualTokenizer
from knowledge_base.static_encoder import StaticEncoder

BATCH_TOKENS, LEAST_BATCH, LARGEST_BATCH = 5500, 48, 256
BUCKETS = 6
POOL = 1500
FOLLOWERS = 3
SAME = 0.92
"""Static cosine above which two texts of a batch may mean the same and are no negatives of each other."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one kind in buckets of like length, so that little of a batch is padding."""

    name: str
    buckets: tuple[tuple[Pair, ...], ...]

    @classmethod
    def of(cls, name: str, pairs: Sequence[Pair]) -> Group:
        """Sort ``pairs`` into buckets."""
        ordered = sorted(pairs, key=lambda pair: len(pair[0].encode()) + len(pair[1].encode()))
        size = math.ceil(len(ordered) / BUCKETS)
        return cls(name, tuple(tuple(ordered[start : start + size]) for start in range(0, len(ordered), size)))

    def pool(self, generator: np.random.Generator) -> list[Pair]:
        """Random pairs of one bucket."""
        bucket = self.buckets[generator.integers(len(self.buckets))]
        return [bucket[index] for index in generator.choice(len(bucket), min(POOL, len(bucket)), replace=False)]


def batch(pool: Sequence[Pair], size: int, static: StaticEncoder, generator: np.random.Generator) -> list[Pair]:
    """``size`` pairs of ``pool``: some at random, each followed by those that resemble it most."""
    vectors = static.encode([left for left, _ in pool])
    seeds = generator.choice(len(pool), math.ceil(size / (FOLLOWERS + 1)), replace=False)
    nearest = np.argpartition(-(vectors[seeds] @ vectors.T), FOLLOWERS + 1, axis=1)[:, : FOLLOWERS + 1]
    chosen = list(dict.fromkeys([*seeds.tolist(), *nearest.ravel().tolist()]))
    return [pool[index] for index in chosen[:size]]


def alike(texts: Sequence[str], static: StaticEncoder) -> NDArray[np.bool_]:
    """Which texts are too near to be negatives of each other; a text is not its own."""
    vectors = static.encode(texts)
    found: NDArray[np.bool_] = vectors @ vectors.T > SAME
    np.fill_diagonal(found, False)
    return found


def batches(
    groups: Sequence[Group],
    shares: Mapping[str, float],
    tokenizer: BilingualTokenizer,
    static: StaticEncoder,
    generator: np.random.Generator,
) -> Iterator[tuple[str, list[Pair]]]:
    """Batches without end, each of one group."""
    odds = np.asarray([shares[group.name] for group in groups])
    while True:
        group = groups[generator.choice(len(groups), p=odds / odds.sum())]
        pool = group.pool(generator)
        sample = tokenizer.encode_batch([text for pair in pool[:64] for text in pair], TOKENS)
        size = int(np.clip(BATCH_TOKENS / (2 * (np.mean([len(ids) for ids in sample]) + 2)), LEAST_BATCH, LARGEST_BATCH))
        yield group.name, batch(pool, size, static, generator)
