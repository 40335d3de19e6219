"""Cuts Chinese and English text into the terms of the lexical index, the same way for chunks and for queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import rjieba
import Stemmer

FOLDING = Path(__file__).parent / "models" / "encoder" / "traditional.txt"
LONGEST_KEPT = 40  # letters of a word that is remembered: nonsense of thousands of letters would fill the memory
STOPWORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how i if in is it its just me my of on or"
    " our please so some than that the their them then there these they this those to us was we were what when where which"
    " who will with would you your s t m re ve ll d"
    " 的 了 吗 呢 吧 啊 呀 么 是 我 你 您 他 她 它 我们 你们 他们 在 和 与 及 或 就 都 也 还 请 请问 有"
    " 这 那 这个 那个 什么 怎么 如何 一下".split()
)
_HAN = "㐀-䶿一-鿿豈-﫿"
_WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[-_./'][^\W_{_HAN}]+)*")
_PARTS = re.compile(r"[a-z]+|\d+|[^\W\da-z_]+")
_JOINTS = re.compile(r"[-_./]")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_HAN_START = re.compile(rf"[{_HAN}]")


def normalise(text: str) -> str:
    """``text`` in NFKC, lower case, ’ as ', Traditional characters folded to Simplified ones."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return folded if folded.isascii() else folded.translate(_folding())


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order, repeated as often as they occur.

    English words are stemmed (Snowball); stopwords are left out. A token with a digit (a number, an SKU, a model's name) is
    kept whole without its joints, and in parts: ``WH-1000XM4`` gives ``wh1000xm4``, ``wh``, ``1000``, ``xm``, ``4``. Chinese
    gives its words and, beside them, every character and every pair of neighbouring characters: 鞋架 then finds 鞋子收纳架.
    """
    found: list[str] = []
    for token in _WORD.findall(normalise(text)):
        found.extend(_chinese(token) if _HAN_START.match(token) else _latin(token))
    return found


def _latin(token: str) -> tuple[str, ...]:
    return _kept_latin(token) if len(token) <= LONGEST_KEPT else _cut_latin(token)


def codes(text: str) -> set[str]:
    """The terms of ``text`` that name one thing exactly: SKUs and model names, which mix letters and digits."""
    found = set()
    for token in _WORD.findall(normalise(text)):
        whole = _JOINTS.sub("", token)
        if len(whole) >= 4 and _DIGIT.search(whole) and _LETTER.search(whole) and not _HAN_START.match(whole):
            found.add(whole)
    return found


def _cut_latin(token: str) -> tuple[str, ...]:
    token = token.removesuffix("'s")
    if _DIGIT.search(token):
        whole = _JOINTS.sub("", token)
        parts = _PARTS.findall(token)
        return (whole, *parts) if len(parts) > 1 else (whole,)
    words = [word for word in _JOINTS.split(token.replace("'", "")) if word and word not in STOPWORDS]
    stems: list[str] = Stemmer.Stemmer("english", 0).stemWords(words)  # a stemmer keeps state: each call its own (0.3 µs)
    return (*stems, "".join(stems)) if len(stems) > 1 else tuple(stems)


_kept_latin = lru_cache(maxsize=4096)(_cut_latin)  # customers say new words for as long as they write


def _chinese(run: str) -> Iterator[str]:
    for word in rjieba.cut(run):
        if word not in STOPWORDS and len(word) > 2:  # shorter words are among the characters and pairs already
            yield word
    for character in run:
        if character not in STOPWORDS:
            yield character
    for first, second in pairwise(run):
        if (pair := first + second) not in STOPWORDS:
            yield pair


@cache
def _folding() -> dict[int, int]:
    from knowledge_base.static_encoder import read_folding

    return read_folding(FOLDING)
