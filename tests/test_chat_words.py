"""Words as they are typed in a hurry, read as what they stand for."""

from __future__ import annotations

import pytest

from bot.understanding.chat_words import in_full


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("whats postage", "what's postage"), ("Dont want it", "Don't want it"), ("im a 7", "i'm a 7"),
        ("ive opened it", "i've opened it"), ("ill take it", "i'll take it"), ("cn u help", "can you help"),
        ("shoes for an 8yr old", "shoes for an 8 year old"), ("wheres my stuff", "where's my stuff"),
        ("they havent come", "they haven't come"), ("hw long", "how long"),
        ("hav u got one", "have you got one"), ("how long dose it take", "how long does it take"),
        ("is it warm n how much", "is it warm and how much"),
        ("I can’t, it doesn’t work", "I can't, it doesn't work"),
        ("7 and a half", "7.5"), ("half a litre", "0.5 litre"),
        ("你们有木有水壶", "你们有没有水壶"), ("开过的面霜能退吗", "拆封的面霜能退吗"),
        ("面霜打开过了，还可以退货吗", "面霜拆封了，还可以退货吗"), ("盖子打开了能退不", "盖子拆封了能退不"),
    ],
)  # fmt: skip
def test_a_word_in_short_is_written_out(typed: str, read: str) -> None:
    assert in_full(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "its colour",
        "my son is ill",
        "size U",
        "id required",
        "she wants it",
        "sku IM-1",
        "cantilever",
        "the dose of plant food",
        "发票开过了能退吗",
        "怎么打开盖子",
    ],
)
def test_a_word_that_is_whole_stays(text: str) -> None:
    assert in_full(text) == text
