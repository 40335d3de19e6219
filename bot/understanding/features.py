"""Hashed text features for the linear classifiers: words, word pairs and character n-grams of Chinese and English.

The hashing trick (Weinberger et al., 2009) keeps models free of a vocabulary: a feature's weight lives in bucket
``hash(feature) mod 2**bits``. Character n-grams of Latin script stay inside a word and mark its edges, so that typos keep
most of their features; Chinese contributes characters, pairs and triples besides the words that the segmenter finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
import rjieba
from numpy.typing import NDArray

from bot.text.script import to_simplified

BITS = 16
LATIN_NGRAMS = (2, 5)
HAN_NGRAMS = (1, 3)

_EMAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++@[a-z0-9.-]+\.[a-z]{2,}")
_URL = re.compile(r"(?:https?://|www\.)[^\s一-鿿]+")
_NUMBER_LIKE_ID = re.compile(r"#?(?<![a-z0-9])[a-z]{0,4}[-_]?\d{4,}[a-z0-9-]*")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_STRETCHED = re.compile(r"(.)\1{2,}")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[㐀-鿿]+|\d+|[^\w\s]")
_PUNCTUATION = re.compile(r"[^\w㐀-鿿']+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(1_000_003)


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A sparse matrix by rows: row ``i`` has ``columns[offsets[i]:offsets[i + 1]]`` with ``values`` beside them."""

    offsets: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def rows(self) -> NDArray[np.int64]:
        """The row of every stored value."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def take(self, wanted: NDArray[np.int64]) -> SparseRows:
        """The rows ``wanted``, in that order."""
        lengths = np.diff(self.offsets)[wanted]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        positions = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - self.offsets[wanted], lengths)
        return SparseRows(offsets, self.columns[positions], self.values[positions])

    def weighted(self, weights: NDArray[np.float32]) -> SparseRows:
        """Each value times its column's weight, rows scaled to length 1 (an empty row stays empty)."""
        values = self.values * weights[self.columns]
        norms = np.sqrt(np.bincount(self.rows(), values * values, len(self)))
        scale = 1 / np.where(norms > 0, norms, 1)
        return SparseRows(self.offsets, self.columns, (values * np.repeat(scale, np.diff(self.offsets))).astype(np.float32))

    def beside(self, dense: NDArray[np.float32], first: int) -> SparseRows:
        """These rows with the columns of ``dense`` added from column ``first`` on."""
        count, width = dense.shape
        ends = np.repeat(self.offsets[1:], width)
        return SparseRows(
            self.offsets + np.arange(count + 1) * width,
            np.insert(self.columns, ends, np.tile(first + np.arange(width), count)),
            np.insert(self.values, ends, dense.ravel()),
        )


def normalise(text: str) -> str:
    """Lower case, NFKC, simplified script; addresses and order numbers become placeholders, every other number ``0``."""
    text = to_simplified(unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
    text = _EMAIL.sub(" emailaddress ", _URL.sub(" webaddress ", text))
    text = _DIGITS.sub("0", _NUMBER_LIKE_ID.sub(" longnumber ", text))
    return _STRETCHED.sub(r"\1\1", text)


def words(normalised: str) -> list[str]:
    """Words and punctuation marks of a normalised text; Chinese is segmented."""
    found: list[str] = []
    for token in _TOKEN.findall(normalised):
        found.extend(rjieba.cut(token) if "㐀" <= token[0] <= "鿿" else (token,))
    return found


def _word_hashes(normalised: str) -> list[int]:
    tokens = words(normalised)
    edged = ["<", *tokens, ">"]
    singles = [crc32(token.encode()) for token in tokens]
    return singles + [crc32(f"{left} {right}".encode()) for left, right in pairwise(edged)]


def _char_hashes(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Row and hash of every character n-gram. All texts are hashed in one sweep; a line feed keeps them apart."""
    joined = "\n".join(f" {_PUNCTUATION.sub(' ', text).strip()} " for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
    row = np.cumsum(codes == 10)
    han = (codes >= 0x3400) & (codes < 0xA000)
    space = codes == 32
    spaces = np.concatenate([[0], np.cumsum(space)])
    blocked = np.concatenate([[0], np.cumsum(han | (codes == 10))])
    others = np.concatenate([[0], np.cumsum(~han)])
    hashes = np.zeros(len(codes), dtype=np.uint64)
    found_rows, found = [], []
    for n in range(1, LATIN_NGRAMS[1] + 1):
        count = len(codes) - n + 1
        if count <= 0:
            break
        hashes = hashes[:count] * _PRIME + codes[n - 1 :]
        keep = np.zeros(count, dtype=bool)
        if HAN_NGRAMS[0] <= n <= HAN_NGRAMS[1]:
            keep |= others[n:] == others[:count]
        if n >= LATIN_NGRAMS[0]:
            inner = spaces[n - 1 :][:count] - spaces[1:][:count]
            keep |= (blocked[n:] == blocked[:count]) & (inner == 0) & ~(space[:count] & space[n - 1 :])
        found_rows.append(row[:count][keep])
        found.append(hashes[keep] + np.uint64(n))
    return np.concatenate(found_rows), np.concatenate(found)


def featurise(texts: Sequence[str], bits: int = BITS) -> SparseRows:
    """Hashed features of ``texts`` with ``1 + ln(count)`` as value, ``2**bits`` columns."""
    normalised = [normalise(text) for text in texts]
    hashed = [_word_hashes(text) for text in normalised]
    lengths = [len(row) for row in hashed]
    word_rows = np.repeat(np.arange(len(texts)), lengths)
    flat = np.fromiter((value for row in hashed for value in row), dtype=np.uint64, count=sum(lengths))
    char_rows, char_hashes = _char_hashes(normalised)
    buckets = (np.concatenate([flat, char_hashes]) * _MULTIPLIER) >> np.uint64(64 - bits)
    keys = (np.concatenate([word_rows, char_rows]).astype(np.int64) << bits) + buckets.astype(np.int64)
    unique, counts = np.unique(keys, return_counts=True)
    offsets = np.searchsorted(unique, np.arange(len(texts) + 1, dtype=np.int64) << bits)
    return SparseRows(offsets.astype(np.int64), unique & ((1 << bits) - 1), (1 + np.log(counts)).astype(np.float32))


def inverse_document_frequency(rows: SparseRows, bits: int = BITS) -> NDArray[np.float32]:
    """``ln((1 + n) / (1 + df)) + 1`` for every column; a column never seen weighs most, so strange texts score low."""
    seen = np.bincount(rows.columns, minlength=1 << bits)
    return (np.log((1 + len(rows)) / (1 + seen)) + 1).astype(np.float32)
