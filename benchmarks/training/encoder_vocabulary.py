"""Builds the shipped encoder's tokenizer: one unigram model over English words and pieces, Chinese words and characters.

A unigram model cuts Chinese by the most probable sequence of words, as dictionary segmenters do, and falls back to
characters; the same model cuts an unknown English word into known pieces.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

ENGLISH_WORDS = 16_000
ENGLISH_PIECES = 3_000
CHINESE_WORDS = 15_500
CHINESE_CHARACTERS = 5_500
NUMBERS = 600
UNKNOWN = "[UNK]"
HAN = "\u3400-\u9fff"
LATIN_WORD = re.compile(r"[^\W\d_]+")
HAN_RUN = re.compile(f"[{HAN}]+")
NUMBER = re.compile(r"\d+")


def empty_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """A unigram tokenizer over ``pieces`` (piece, log probability) that drops punctuation and case."""
    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, 0.0), *pieces], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.BertNormalizer(handle_chinese_chars=False)])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}]+"), "removed"),
            pre_tokenizers.Split(Regex(f"[{HAN}]+"), "isolated"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    return tokenizer


def count_words(texts: Iterable[str]) -> tuple[Counter[str], Counter[str], Counter[str], Counter[str]]:
    """How often each English word, Chinese word, Chinese character and number occurs."""
    import rjieba

    english: Counter[str] = Counter()
    chinese: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    normalize = empty_tokenizer([("a", 0.0)]).normalizer.normalize_str
    for text in texts:
        text = normalize(text)
        numbers.update(NUMBER.findall(text))
        for run in HAN_RUN.findall(text):
            characters.update(run)
            chinese.update(word for word in rjieba.cut(run) if len(word) > 1)
        english.update(LATIN_WORD.findall(HAN_RUN.sub(" ", text)))
    return english, chinese, characters, numbers


def build_tokenizer(texts: Iterable[str], pieces: Iterable[str]) -> Tokenizer:
    """The tokenizer for the language of ``texts``; ``pieces`` are word parts in order of usefulness, such as a teacher's."""
    english, chinese, characters, numbers = count_words(texts)
    total = sum(english.values()) + sum(chinese.values())
    chosen: dict[str, int] = {}
    for piece in [*"abcdefghijklmnopqrstuvwxyz0123456789"]:
        chosen[piece] = 1
    for counter, size in (
        (english, ENGLISH_WORDS),
        (chinese, CHINESE_WORDS),
        (characters, CHINESE_CHARACTERS),
        (numbers, NUMBERS),
    ):
        chosen.update((word, max(count, chosen.get(word, 1))) for word, count in counter.most_common(size) if len(word) < 20)
    extra = [piece for piece in pieces if piece not in chosen and piece.isascii() and piece.isalpha()]
    chosen.update((piece, 1) for piece in extra[:ENGLISH_PIECES])
    # A character inside a word it doesn't form is rarer than its count says: words win over their parts.
    return empty_tokenizer([(piece, math.log(count / total)) for piece, count in chosen.items()])
