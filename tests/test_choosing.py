"""What it sounds like when a customer takes a product, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.understanding.choosing import how_to_buy, into_cart, takes


@pytest.mark.parametrize(
    "text",
    [
        "I'll take it", "ok i'll take the second one please", "let's go with the cheaper one", "great, can I get both?",
        "buy it now", "I will have the first", "i'd like to order that one, thanks", "我要第一个", "就这个吧",
        "那就要便宜的那个吧", "好的，就要它了", "两个都要", "都要", "第二款我要了", "给我来白色的那个",
        "就这款，帮我下单吧",
    ],
)  # fmt: skip
def test_a_customer_takes_what_is_shown(text):
    assert takes(text, named=False)


@pytest.mark.parametrize(
    "text",
    [
        "take it back please", "can I get it in blue?", "can I get it by Friday", "I'll take my business elsewhere",
        "I want to get a refund", "does it take long", "is the second one waterproof", "我要退货", "我要发票",
        "我要投诉", "就这样吧", "这个我要怎么洗", "要第一个还是第二个呢", "它多少钱", "我买的那个坏了",
    ],
)  # fmt: skip
def test_other_words_take_nothing(text):
    assert not takes(text, named=False)


@pytest.mark.parametrize(
    "text",
    [
        "I want to buy the Hearthly Rice Cooker 3 L",
        "我要买Hearthly 迷你电饭煲",
        "i'll get the FX-2",
    ],
)
def test_a_product_is_taken_by_its_name(text):
    assert takes(text, named=True) and not takes(text, named=False)


def test_whether_a_named_product_can_be_had_is_a_question():
    assert not takes("can I get the FX-2 in my size?", named=True)
    assert not takes("can i get the FX-2 in black", named=True)


@pytest.mark.parametrize(
    "text",
    [
        "add it to my cart",
        "pop both in the basket",
        "checkout please",
        "加入购物车",
        "帮我下单",
        "直接加购吧",
    ],
)
def test_a_customer_wants_it_in_the_cart(text):
    assert into_cart(text)


@pytest.mark.parametrize(
    "text",
    [
        "add a mug to my order",
        "下单后多久发货",
        "我下单了还没收到",
        "我要下单的发票",
        "can you check out my order status",
    ],
)
def test_other_words_want_nothing_in_the_cart(text):
    assert not into_cart(text)


@pytest.mark.parametrize(
    "text",
    [
        "how do I order?",
        "how can i buy one of these?",
        "怎么下单",
        "请问在哪里买呢",
        "how to purchase it",
    ],
)
def test_a_customer_asks_how_to_buy(text):
    assert how_to_buy(text)


@pytest.mark.parametrize(
    "text",
    [
        "how do I order status updates",
        "how long does an order take",
        "怎么退货",
        "怎么买的人这么少",
    ],
)
def test_other_questions_are_not_how_to_buy(text):
    assert not how_to_buy(text)
