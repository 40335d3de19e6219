"""What a customer pays in all: the cart of their page, or what they chose in the chat, with delivery in the shop's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import bot
from bot.shop.delivery_rule import DeliveryRule, delivery_rule
from bot.shopdesk import Shopdesk
from bot.types import CartLine, Reply
from bot.understanding.totals import asks_in_all, asks_of_cart

GOODS = (
    "sku,title,category,price,currency,stock,language\n"
    "LP-1,Desk lamp,Lamps,169,CNY,9,en\nLP-1,台灯,灯具,169,CNY,9,zh\n"
    "PF-1,Paper filters,Coffee,19,CNY,90,en\nPF-1,滤纸,咖啡,19,CNY,90,zh\n"
    "KT-1,Green kettle,Kettles,129,CNY,0,en\nKT-1,绿色水壶,水壶,129,CNY,0,zh\n"
)
FAQ = (
    "question,answer\nHow much is delivery?,Delivery costs 8 CNY and is free from 99 CNY. Tibet pays 15 CNY more.\n"
    "运费怎么算？,运费 8 元，满 99 元包邮。西藏另加 15 元。\nHow can I pay?,By card and by Alipay.\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    place = tmp_path_factory.mktemp("cart")
    (place / "goods.csv").write_text(GOODS, "utf-8")
    (place / "faq.csv").write_text(FAQ, "utf-8")
    with bot.open(place / "data") as opened:
        opened.load([place / "goods.csv", place / "faq.csv"])
        yield opened


def asked(shop: Shopdesk, text: str, *cart: CartLine, conversation: str | None = None) -> Reply:
    *_, done = shop.stream(text, conversation, cart=cart)
    reply: Reply = done.data
    return reply


@pytest.mark.parametrize(
    "question",
    [
        "what do I pay in all?",
        "what's in my cart?",
        "How much is my cart with delivery?",
        "total please",
        "what's the total?",
        "how much more do I need for free delivery?",
        "so what will I be charged?",
        "what does it all come to",
    ],
)
def test_a_cart_is_added_up_with_delivery_by_the_shops_rule_and_every_sum_has_its_source(shop, question):
    reply = asked(shop, question, CartLine("PF-1", 2), CartLine("PF-1"))
    assert reply.action == "answer" and not reply.abstained
    assert "**Paper filters** × 3: ¥57 (¥19 each) [1]" in reply.text and "The goods come to ¥57 [2]" in reply.text
    assert "Delivery costs 8 CNY and is free from 99 CNY [3]" in reply.text and "you pay ¥65 in all; ¥42 more" in reply.text
    assert [one.source for one in reply.citations][::2] == ["PF-1", "faq.csv"]


@pytest.mark.parametrize("question", ["一共多少钱？", "购物车里有什么", "总共要多少钱，运费另算吗", "我要付多少？总价多少"])
def test_a_cart_is_added_up_in_chinese(shop, question):
    reply = asked(shop, question, CartLine("LP-1"))
    assert "**台灯** × 1：¥169[1]" in reply.text and "商品合计 ¥169[2]" in reply.text
    assert "满 99 元包邮[3]" in reply.text and "一共付 ¥169" in reply.text


@pytest.mark.parametrize(
    ("question", "quoted", "figures"),
    [
        ("what do I pay in all with delivery to Tibet?", "Tibet pays 15 CNY more", "in all;"),
        ("寄到西藏一共多少钱？", "西藏另加 15 元", "一共付"),
    ],
)
def test_of_a_place_that_is_named_the_shops_words_are_told_and_no_fee_of_elsewhere_is_added(shop, question, quoted, figures):
    reply = asked(shop, question, CartLine("PF-1", 2))
    assert quoted in reply.text and figures not in reply.text and "¥38" in reply.text


def test_what_cannot_be_bought_or_is_not_known_is_said_and_not_counted(shop):
    reply = asked(shop, "what do I pay in all?", CartLine("KT-1"), CartLine("LP-1"), CartLine("ZZ-9"))
    assert "The goods come to ¥169" in reply.text
    assert "can't be bought at the moment: Green kettle" in reply.text and "doesn't list it: 1" in reply.text


def test_what_was_chosen_in_the_chat_is_added_up_where_the_page_tells_of_no_cart(shop):
    first = asked(shop, "I'll take the desk lamp")
    asked(shop, "and add the paper filters to my cart", conversation=first.conversation)
    reply = asked(shop, "what do I pay in all?", conversation=first.conversation)
    assert "The goods come to ¥188" in reply.text and reply.text.startswith("What you chose here:")


@pytest.mark.parametrize(
    ("question", "said"), [("what's in my cart?", "can't see a cart"), ("我的购物车一共多少钱", "看不到您的购物车")]
)
def test_who_asks_for_a_cart_that_is_not_known_is_told_so(shop, question, said):
    assert said in asked(shop, question).text


@pytest.mark.parametrize(
    "text",
    [
        "how do I put things into my cart?",
        "why is my cart empty?",
        "what is the total of my order?",
        "购物车怎么用",
        "订单一共多少钱",
        "how much is the lamp?",
    ],
)
def test_other_questions_are_not_for_the_cart(text):
    assert not asks_of_cart(text) and not asks_in_all(text)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Orders over £40 ship free, otherwise delivery is £3.99", DeliveryRule("GBP", 3.99, 40.0)),
        ("Standard shipping is $4.95.", DeliveryRule("USD", 4.95, None)),
        ("全场满199元免运费，不满收10元", DeliveryRule("CNY", 10.0, 199.0)),
        ("满 99 元包邮", DeliveryRule("CNY", None, 99.0)),
        ("Delivery is 5 EUR in Austria, 9 EUR in Italy and 12 EUR elsewhere.", None),
        ("Delivery is 5 EUR in Austria and 9 EUR in Italy.", None),
        ("We deliver within three days.", None),
    ],
)  # fmt: skip
def test_a_fee_is_read_only_where_the_sentence_states_one(sentence, rule):
    assert delivery_rule(sentence) == rule
