"""Misspelt names of goods are read as what they mean, and words that are right stay as they are."""

from __future__ import annotations

import pytest

from bot.types import Product
from bot.understanding.entities import CatalogueLexicon, EntityReader
from knowledge_base.static_encoder import StaticEncoder

GOODS = [
    Product("K-1", "Aurora Electric Kettle 1.5 L", category="Kettles", language="en"),
    Product("B-1", "Trail Backpack 30 L", category="Backpacks", language="en"),
    Product("H-1", "Auvela Headphones", category="Audio", language="en"),
    Product("T-1", "山径双人帐篷", category="帐篷", language="zh"),
    Product("R-1", "电饭煲 3L", category="电饭煲", language="zh"),
    Product("N-1", "头戴式降噪耳机", category="耳机", language="zh"),
    Product("S-1", "羽绒睡袋", category="睡袋", language="zh"),
    Product("M-1", "小电机", category="电机", language="zh"),
    Product("P-1", "双肩背包", category="背包", language="zh"),
]


@pytest.fixture(scope="module")
def reader() -> EntityReader:
    return EntityReader(CatalogueLexicon.build(GOODS), (), StaticEncoder.load().knows)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("do you have a kettel", "do you have a kettle"),
        ("a BACKPAK for school", "a backpack for school"),
        ("headphnes under 500", "headphone under 500"),
        ("sleping bag", "sleeping bag"),
    ],
)
def test_a_misspelt_kind_of_goods_is_read_as_what_it_means(reader: EntityReader, text: str, meant: str) -> None:
    assert reader.spelt(text) == meant
    assert reader.read(reader.spelt(text), "en").categories


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("is there a warrenty", "is there a warranty"),
        ("it says deliverd", "it says delivered"),
        ("i opend the bag", "i opened the bag"),
        ("discout code", "discount code"),
    ],
)
def test_a_misspelt_word_of_what_shops_are_asked_is_put_right(reader: EntityReader, text: str, meant: str) -> None:
    assert reader.spelt(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "let me settle the bill",
        "a battle of bottles",
        "mail kettel@shop.example",
        "shop.kettel.example",
        "kett-el",
        "水壶kettle",
        "is it from Norrpeak",
        "",
    ],
)
def test_a_word_that_is_right_or_no_word_stays(reader: EntityReader, text: str) -> None:
    assert reader.spelt(text) == text


def test_without_a_list_of_words_nothing_is_put_right() -> None:
    assert EntityReader(CatalogueLexicon.build(GOODS)).spelt("a kettel") == "a kettel"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("有账篷吗", "有帐篷吗"), ("双人帐蓬多少钱", "双人帐篷多少钱"), ("想买电饭堡，3L的", "想买电饭煲，3L的"),
        ("降燥耳机和羽绒睡代", "降噪耳机和羽绒睡袋"),
    ],
)  # fmt: skip
def test_a_chinese_name_written_with_a_character_of_the_same_sound_is_put_right(
    reader: EntityReader, written: str, meant: str
) -> None:
    assert reader.spelt(written) == meant


@pytest.mark.parametrize(
    "text", ["会被包装好吗", "东西被包好了", "电机和电极", "水壶在哪", "手机", "睡觉用的", "帐篷", "", "a" * 4000]
)
def test_words_of_their_own_stay_as_they_are(reader: EntityReader, text: str) -> None:
    assert reader.spelt(text) == text
