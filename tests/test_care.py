"""What customers are offered to press after their orders were spoken of: only what their own orders and talks support."""

from __future__ import annotations

import json

import pytest

import bot

GOODS = (
    "sku,title,category,price,currency,stock,language,accessories\n"
    "VC-1,Hako vacuum,Vacuums,900,CNY,5,en,BG-1\nVC-1,羽白吸尘器,吸尘器,900,CNY,5,zh,BG-1\n"
    "BG-1,Dust bag,Bags,30,CNY,9,en,\nBG-1,集尘袋,袋子,30,CNY,9,zh,\nLP-1,Desk lamp,Lamps,80,CNY,4,en,\n"
)
ORDERS = [
    ("S-20261001", "C1", "delivered", ["VC-1"]), ("S-20261002", "C2", "delivered", ["VC-1", "BG-1"]),
    ("S-20261003", "C3", "pending", ["VC-1"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    place = tmp_path_factory.mktemp("care")
    (place / "goods.csv").write_text(GOODS, "utf-8")
    rows = [
        {"order_id": number, "customer_id": who, "status": status, "placed_at": "2026-10-01", "total": 900, "currency": "CNY",
         "address": "1 Old Road", "items": [{"sku": sku, "quantity": 1, "price": 900} for sku in skus]}
        for number, who, status, skus in ORDERS
    ]  # fmt: skip
    (place / "orders.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (place / "data").mkdir()
    (place / "data" / "order_policy.toml").write_text('[change_address]\nstatuses = ["pending"]\n', "utf-8")
    with bot.open(place / "data") as shopdesk:
        shopdesk.load([place / "goods.csv", place / "orders.jsonl"])
        yield shopdesk


def test_goods_that_came_are_followed_by_their_accessories_which_a_press_then_shows(shop):
    reply = shop.reply("Where is my order?", customer="C1")
    assert reply.follow_ups[0] == "What accessories are there for the Hako vacuum?"
    assert [card.sku for card in shop.reply(reply.follow_ups[0], reply.conversation, "C1").products] == ["BG-1"]
    assert shop.reply("我的订单到哪了？", customer="C1").follow_ups[0] == "羽白吸尘器有什么配件？"


def test_whose_order_came_may_press_how_to_review_it_once_the_shop_tells_how(tmp_path, shop):
    question = "How can I review what I bought?"
    assert question not in shop.reply("Where is my order?", customer="C2").follow_ups
    faq = tmp_path / "faq.csv"
    faq.write_text(f'question,answer\n{question},"Open your order on our site and press Review."\n', "utf-8")
    shop.load([faq])
    reply = shop.reply("Where is my order?", customer="C2")
    assert question in reply.follow_ups
    assert "press Review" in shop.reply(question, reply.conversation, "C2").text
    assert question not in shop.reply("Where is my order?", customer="C3").follow_ups, "it has not come"


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Where is my order? Please tell me when it arrives.", "I have noted that you want to hear when order S-20261003"),
        ("我的订单到了告诉我一声", "已记下：订单 S-20261003"),
    ],
)
def test_who_wants_to_hear_of_an_orders_arrival_is_told_how_it_stands_and_that_it_is_noted(shop, text, noted):
    reply = shop.reply(text, customer="C3")
    assert noted in reply.text and len(reply.text) > len(noted) + 20, reply.text


def test_an_answer_that_begins_with_a_word_for_a_change_is_the_new_address(shop):
    asked = shop.reply("我想改一下订单的收货地址", customer="C3")
    assert asked.asks == ("address",), asked.text
    told = shop.reply("改成广东省深圳市南山区科技园路371号", asked.conversation, "C3")
    (change,) = told.proposed_change or ()
    assert change.kwargs["address"] == "广东省深圳市南山区科技园路371号"


def test_nothing_is_offered_that_was_bought_already_or_has_not_come(shop):
    for customer in ("C2", "C3"):
        told = " ".join(shop.reply("Where is my order?", customer=customer).follow_ups)
        assert "accessories" not in told and "S-2026" not in told, "and where it is was just said"


def test_after_a_change_the_customer_may_ask_where_the_order_is(shop):
    wish = shop.reply("Please send my order to 5 New Lane, Denver, CO 80001, USA instead", customer="C3")
    assert [one.name for one in wish.proposed_change] == ["modify_pending_order_address"], wish.text
    done = shop.reply("yes", wish.conversation, "C3")
    assert done.follow_ups == ("Where is order S-20261003 now?",)
    assert "hasn't been processed yet" in shop.reply(done.follow_ups[0], done.conversation, "C3").text


@pytest.mark.parametrize(
    ("hello", "question"),
    [("Hello!", "My problem from last time isn't solved yet"), ("你好", "我上次的问题还没有解决")],
)
def test_who_left_unhappy_may_press_that_it_is_not_solved_and_who_did_not_is_not_asked(shop, hello, question):
    customer = f"left-{hello}"
    assert question not in shop.reply(hello, customer=customer).follow_ups
    shop.reply("This is terrible, I complain: the vacuum broke and nobody answers me!", customer=customer)
    assert shop.reply(hello, customer=customer).follow_ups[0] == question
    assert question not in shop.reply(hello).follow_ups
