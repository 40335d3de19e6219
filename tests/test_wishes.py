"""What sentences want done to an order, told by their meaning."""

from __future__ import annotations

import pytest

from bot.understanding.examples import wish_examples
from bot.understanding.wishes import WishReader, sentences

MEANT = [
    ("I'd much rather have the one made of oak.", "other"),
    ("Our plans fell through and the order isn't needed any more.", "cancel"),
    ("It broke on the first day, I want my money back.", "return"),
    ("We live at 4 New Street now, please send the parcel there.", "address"),
    ("那单是孩子误点的，别发货了", "cancel"),
    ("穿着太小，给我大一码的", "other"),
    ("质量不行，我不想留了，退钱", "return"),
    ("搬家了，寄到新地址吧", "address"),
]


@pytest.fixture(scope="module")
def wishes() -> WishReader:
    return WishReader.load()


@pytest.mark.parametrize(("sentence", "wish"), MEANT)
def test_a_sentence_that_names_no_operation_is_told_by_what_it_means(wishes: WishReader, sentence: str, wish: str) -> None:
    sensed = wishes.sense(sentence)
    assert (sensed.wish, sensed.probability >= 0.5) == (wish, True), sensed


@pytest.mark.parametrize(
    "sentence",
    ["Thank you so much for your help!", "When will my parcel be here?", "PayPal is fine.", "请问什么时候到货", "谢谢你"],
)
def test_a_sentence_that_wants_nothing_done_is_none(wishes: WishReader, sentence: str) -> None:
    assert wishes.sense(sentence).probability < 0.3


def test_a_message_is_read_sentence_by_sentence() -> None:
    assert sentences("It's too small. Red?  Thanks! 太小了。换一个") == [
        "It's too small.",
        "Red?",
        "Thanks!",
        "太小了。",
        "换一个",
    ]


def test_no_example_is_written_twice() -> None:
    texts, _ = wish_examples()
    assert len(texts) == len({text.casefold() for text in texts})
