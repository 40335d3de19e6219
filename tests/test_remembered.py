"""Vectors of texts are made once, and keeping them takes no more memory the longer the program runs."""

from __future__ import annotations

import shutil
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

import bot
from bot.generation.remembered import Remembered
from knowledge_base.static_encoder import StaticEncoder


class Lengths:
    """Encodes a text as its length and its first character, and notes what it was asked for."""

    def __init__(self, size: int = 2) -> None:
        self.asked: list[str] = []
        self._size = size

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.zeros((len(texts), self._size), dtype=np.float32)
        rows[:, 0], rows[:, 1] = [len(text) for text in texts], [ord(text[0]) for text in texts]
        return rows


def test_a_text_is_encoded_once_and_the_one_asked_for_longest_ago_goes_first():
    encode = Lengths()
    remembered = Remembered(encode, most=3)
    for texts in (["a", "bb", "ccc"], ["a"], ["dddd"], ["a", "ccc"], ["bb"]):
        assert remembered(texts).tolist() == [[len(text), ord(text[0])] for text in texts]
    assert encode.asked == ["a", "bb", "ccc", "dddd", "bb"]


def test_the_judge_and_the_selection_share_what_is_remembered_from_the_first_question_on(api_data, tmp_path, monkeypatch):
    encoded: list[str] = []
    encode = StaticEncoder.encode

    def noted(self: StaticEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(StaticEncoder, "encode", noted)
    with bot.open(shutil.copytree(api_data, tmp_path / "data")) as shopdesk:
        shopdesk.reply("How long does delivery take?")
        passages = [text for text in encoded if len(text) > 60]
        encoded.clear()
        shopdesk.reply("How long does delivery take, please?")
    assert passages and not set(passages) & set(encoded)


def test_a_new_text_makes_none_go_that_is_asked_for_beside_it():
    remembered = Remembered(Lengths(), most=3)
    remembered(["a", "bb", "ccc"])
    assert remembered(["dd", "a", "dd", "bb"])[:, 0].tolist() == [2, 1, 2, 2]


def test_more_texts_at_once_than_are_kept_are_told_all_the_same():
    remembered = Remembered(Lengths(), most=3)
    texts = [letter * 2 for letter in "abcdef"]
    assert remembered(texts)[:, 1].tolist() == [ord(text[0]) for text in texts]


def test_threads_that_push_out_each_others_texts_get_their_own():
    remembered = Remembered(Lengths(), most=8)

    def ask(number: int) -> bool:
        texts = [chr(65 + (number + place) % 40) * (1 + place) for place in range(6)]
        return remembered(texts).tolist() == [[len(text), ord(text[0])] for text in texts]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(400)))


def test_texts_that_nobody_says_again_take_no_more_memory_than_the_first():
    encode = Lengths(size=256)
    remembered = Remembered(encode, most=1024)
    tracemalloc.start()
    try:
        remembered(["first"])
        before, _ = tracemalloc.get_traced_memory()
        for number in range(2048):
            remembered([f"word {number}"])
        encode.asked.clear()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 500_000  # the words themselves: 1,024 vectors are a megabyte
