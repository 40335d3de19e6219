"""Bargaining over a product comes to the shop's offers and its price protection."""

import pytest

from bot.types import DialogueState, Entities
from bot.understanding.haggling import bargained
from bot.understanding.rewriting import rewrite


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [
        ("能便宜50不", "zh", "优惠"), ("便宜点呗", "zh", "优惠"), ("300卖不卖", "zh", "优惠"), ("那送点啥", "zh", "优惠"),
        ("别家才299", "zh", "差价"), ("can you do it for 300", "en", "sale"), ("what's your best price?", "en", "sale"),
        ("its cheaper on amazon", "en", "price protection"),
    ],
)  # fmt: skip
def test_bargaining_becomes_a_question_on_offers(text, language, asks):
    assert asks in (bargained(text, language) or "")


@pytest.mark.parametrize(
    ("text", "language"),
    [("有没有便宜点的", "zh"), ("送人可以包装吗", "zh"), ("少了一个", "zh"), ("do you have anything cheaper", "en")],
)
def test_wishes_and_complaints_are_no_bargaining(text, language):
    assert bargained(text, language) is None


def follow_up(text, language, titles, question):
    state = DialogueState(language=language, skus=tuple(titles), last_question=question, last_action="recommend")
    return rewrite(text, language, Entities(), (), state, titles.get)


FRYERS = {"A": "Hearthly 空气炸锅 3.5 L 黑色", "B": "Hearthly 可视空气炸锅 5.5 L"}
KETTLES = {"A": "Kettle 0.8 L", "B": "Kettle 1.7 L"}


@pytest.mark.parametrize(
    ("text", "language", "titles", "meant"),
    [
        ("大的那个多少钱", "zh", FRYERS, "5.5 L"), ("小的那款有货吗", "zh", FRYERS, "3.5 L"),
        ("how much is the bigger one", "en", KETTLES, "1.7 L"), ("is the small one in stock", "en", KETTLES, "0.8 L"),
    ],
)  # fmt: skip
def test_the_big_one_is_the_one_whose_title_measures_more(text, language, titles, meant):
    assert meant in (follow_up(text, language, titles, "which") or "")


def test_what_was_meant_takes_up_the_question_before():
    assert follow_up("I mean the vacuum flask", "en", KETTLES, "what colours do you have") == (
        "what colours do you have - vacuum flask?"
    )
