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
    "text",
    [
        "let me settle the bill",
        "a battle of bottles",
        "mail kettel@shop.example",
        "shop.kettel.example",
        "kett-el",
        "水壶kettle",
        "",
    ],
)
def test_a_word_that_is_right_or_no_word_stays(reader: EntityReader, text: str) -> None:
    assert reader.spelt(text) == text


def test_without_a_list_of_words_nothing_is_put_right() -> None:
    assert EntityReader(CatalogueLexicon.build(GOODS)).spelt("a kettel") == "a kettel"
